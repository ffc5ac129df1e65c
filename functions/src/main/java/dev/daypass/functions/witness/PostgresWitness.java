package dev.daypass.functions.witness;

import dev.daypass.database.Database;
import dev.daypass.evidence.Canary;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.vault.Broker;
import dev.daypass.session.SessionUser;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.postgresql.Driver;

/** {@link Witness} and {@link Canaries} for PostgreSQL. Thread-safe. */
final class PostgresWitness implements Witness, Canaries {
    /** The connections to end: the user's, and those of a role that is there no more (pg_stat_activity.usesysid). */
    private static final String LEFTOVER = """
            FROM pg_catalog.pg_stat_activity a
            WHERE a.pid <> pg_catalog.pg_backend_pid()
              AND (a.usename = ?
                OR (a.usesysid <> 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = a.usesysid)))
            """;

    /** undefined_function, invalid_schema_name, insufficient_privilege (PostgreSQL, Appendix A). */
    private static final Set<String> NOT_SET_UP = Set.of("42883", "3F000", "42501");

    private final WitnessConnections connections;

    PostgresWitness(Broker broker, Clock clock) {
        this.connections = new WitnessConnections(broker, clock, new Driver(), new Told());
    }

    @Override
    public Sighting look(Database database, SessionUser user) throws PeerException {
        return connections.look(database, user, PostgresWitness::read, PostgresWitness::terminate);
    }

    @Override
    public List<SessionUser> sessionUsers(Database database) throws PeerException {
        String sql = "SELECT rolname FROM pg_catalog.pg_roles WHERE pg_catalog.starts_with(rolname, 'dp_')";
        try (var connection = connections.open(database);
                var statement = connection.prepareStatement(sql);
                var rows = statement.executeQuery()) {
            var users = new ArrayList<SessionUser>();
            while (rows.next()) {
                SessionUser.parse(rows.getString(1)).ifPresent(users::add);
            }
            return users;
        } catch (SQLException e) {
            throw WitnessConnections.failed(database, "the catalog could not be read", e);
        }
    }

    /** A statement that is cancelled by its own time-out at the same moment is cancelled once. */
    @Override
    public Map<SessionUser, Integer> cancelOverlong(Database database, Map<SessionUser, Duration> longest)
            throws PeerException {
        var users = List.copyOf(longest.entrySet());
        String sql = """
                SELECT u.name, daypass.cancel_overlong(u.name, pg_catalog.make_interval(secs => u.seconds))
                FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::double precision[])) AS u (name, seconds)
                """;
        try (var connection = connections.open(database);
                var statement = connection.prepareStatement(sql)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", users.stream().map(u -> u.getKey().name()).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "float8",
                            users.stream()
                                    .map(u -> u.getValue().toMillis() / 1000.0)
                                    .toArray()));
            var cancelled = new LinkedHashMap<SessionUser, Integer>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    int count = rows.getInt(2);
                    if (count > 0) {
                        SessionUser.parse(rows.getString(1)).ifPresent(user -> cancelled.put(user, count));
                    }
                }
            }
            return cancelled;
        } catch (SQLException e) {
            boolean lacks = NOT_SET_UP.contains(e.getSQLState());
            throw WitnessConnections.failed(
                    database,
                    lacks ? Outcome.REFUSED : Outcome.NOT_DONE,
                    lacks
                            ? "the witness may not call daypass.cancel_overlong: the database was set up before it was there"
                            : "overlong statements could not be cancelled",
                    e);
        }
    }

    @Override
    public void run(Database database, Canary canary) throws PeerException {
        connections.run(database, canary);
    }

    private static Sighting read(Connection connection, SessionUser user) throws SQLException {
        String sql =
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ?), (SELECT count(*) " + LEFTOVER + ")";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, user.name());
            statement.setString(2, user.name());
            try (var row = statement.executeQuery()) {
                row.next();
                return new Sighting(row.getBoolean(1), row.getInt(2));
            }
        }
    }

    private static void terminate(Connection connection, SessionUser user) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT pg_catalog.pg_terminate_backend(a.pid) " + LEFTOVER)) {
            statement.setString(1, user.name());
            statement.executeQuery().close();
        }
    }

    /** How the PostgreSQL driver is told. */
    private static final class Told implements WitnessConnections.Dialect {
        @Override
        public String url(Database database) {
            return "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database();
        }

        @Override
        public Properties settings(Database database) {
            var settings = new Properties();
            settings.setProperty("sslmode", database.tls().sslmode());
            settings.setProperty("ApplicationName", "daypass-witness");
            settings.setProperty("connectTimeout", "3");
            settings.setProperty("loginTimeout", "4");
            settings.setProperty("socketTimeout", "5");
            return settings;
        }
    }
}
