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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.mariadb.jdbc.Driver;

/**
 * {@link Witness} and {@link Canaries} for MariaDB. It reads through the view and the procedures of the database {@code daypass},
 * which show and touch session users and nothing else: their definer has the rights, the witness has none. Thread-safe.
 */
final class MariaDbWitness implements Witness, Canaries {
    /** What a connection does that waits for its client; everything else runs (Query, Execute, Bulk_execute, Fetch, …). */
    private static final String WAITING = "Sleep";

    /**
     * No such database, procedure or view, and no right to it (MariaDB, "Error Codes"). Their SQLSTATE is shared with errors of
     * other kinds.
     */
    private static final Set<Integer> NOT_SET_UP = Set.of(1044, 1049, 1142, 1146, 1305, 1370);

    private final WitnessConnections connections;

    MariaDbWitness(Broker broker, Clock clock) {
        this.connections = new WitnessConnections(broker, clock, new Driver(), new Told());
    }

    @Override
    public Sighting look(Database database, SessionUser user) throws PeerException {
        return connections.look(database, user, MariaDbWitness::read, MariaDbWitness::endConnections);
    }

    /**
     * A connection keeps its user's name here after the user was dropped, and one that was being authenticated then may still
     * come: those that no account is left of are told as well.
     */
    @Override
    public List<SessionUser> sessionUsers(Database database) throws PeerException {
        try (var connection = connections.open(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name FROM daypass.session_users")) {
            var users = new LinkedHashSet<SessionUser>();
            while (rows.next()) {
                SessionUser.parse(rows.getString(1)).ifPresent(users::add);
            }
            for (var running : running(connection)) {
                SessionUser.parse(running.user()).ifPresent(users::add);
            }
            return List.copyOf(users);
        } catch (SQLException e) {
            throw WitnessConnections.failed(database, "the catalog could not be read", e);
        }
    }

    /**
     * Ends the connections of a user whose statement runs for too long. KILL QUERY is not enough: inside a BEGIN NOT ATOMIC block it
     * ends one SLEEP, and the block goes on (seen in 10.11). Whoever gets here lifted a limit that would have cancelled the statement
     * alone. The statements of a block are counted one by one, as the server's own limit counts them.
     */
    @Override
    public Map<SessionUser, Integer> cancelOverlong(Database database, Map<SessionUser, Duration> longest)
            throws PeerException {
        try (var connection = connections.open(database)) {
            var overlong = new LinkedHashMap<SessionUser, Integer>();
            for (var running : running(connection)) {
                var user = SessionUser.parse(running.user());
                var limit = user.map(longest::get);
                // At the limit itself the server's own is about to act.
                if (limit.isPresent()
                        && !running.command().equals(WAITING)
                        && running.since().compareTo(limit.get()) > 0) {
                    overlong.merge(user.get(), 1, Integer::sum);
                }
            }
            for (var user : overlong.keySet()) {
                endConnections(connection, user);
            }
            return overlong;
        } catch (SQLException e) {
            boolean lacks = NOT_SET_UP.contains(e.getErrorCode());
            throw WitnessConnections.failed(
                    database,
                    lacks ? Outcome.REFUSED : Outcome.NOT_DONE,
                    lacks
                            ? "the witness may not call the procedures of the database daypass: it was set up before they were there"
                            : "overlong statements could not be cancelled",
                    e);
        }
    }

    @Override
    public void run(Database database, Canary canary) throws PeerException {
        connections.run(database, canary);
    }

    /** The account before the connections: once it is not there, no further connection of it begins. */
    private static Sighting read(Connection connection, SessionUser user) throws SQLException {
        boolean account;
        try (var statement =
                connection.prepareStatement("SELECT EXISTS (SELECT 1 FROM daypass.session_users WHERE name = ?)")) {
            statement.setString(1, user.name());
            try (var row = statement.executeQuery()) {
                row.next();
                account = row.getBoolean(1);
            }
        }
        int open = 0;
        for (var running : running(connection)) {
            open += running.user().equals(user.name()) ? 1 : 0;
        }
        return new Sighting(account, open);
    }

    private static List<Running> running(Connection connection) throws SQLException {
        try (var statement = connection.prepareCall("CALL daypass.connections()");
                var rows = statement.executeQuery()) {
            var all = new ArrayList<Running>();
            while (rows.next()) {
                all.add(new Running(
                        rows.getString("name"),
                        rows.getString("command"),
                        Duration.ofMillis(rows.getLong("milliseconds"))));
            }
            return all;
        }
    }

    private static void endConnections(Connection connection, SessionUser user) throws SQLException {
        try (var statement = connection.prepareCall("CALL daypass.end_connections(?)")) {
            statement.setString(1, user.name());
            statement.execute();
        }
    }

    /** A connection of somebody named like a session user or a witness, and how long it has been at what it does. */
    private record Running(String user, String command, Duration since) {}

    /** How the MariaDB driver is told. */
    private static final class Told implements WitnessConnections.Dialect {
        @Override
        public String url(Database database) {
            return "jdbc:mariadb://" + database.host() + ":" + database.port() + "/";
        }

        @Override
        public Properties settings(Database database) {
            var settings = new Properties();
            settings.setProperty("sslMode", database.tls().sslmode());
            settings.setProperty("connectTimeout", "3000");
            settings.setProperty("socketTimeout", "5000");
            // The server must not be able to ask for a file of ours, or for the password in the clear.
            settings.setProperty("allowLocalInfile", "false");
            settings.setProperty("restrictedAuth", "mysql_native_password,client_ed25519,parsec");
            return settings;
        }
    }
}
