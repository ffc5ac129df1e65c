package dev.daypass.functions.witness;

import dev.daypass.database.Database;
import dev.daypass.evidence.Canary;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.vault.Broker;
import dev.daypass.functions.vault.Broker.WitnessLogin;
import dev.daypass.session.SessionUser;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.postgresql.Driver;

/** {@link Witness} and {@link Canaries} for PostgreSQL. It keeps its login until shortly before that ends, and no connection open. */
public final class PostgresWitness implements Witness, Canaries {
    /** The connections to end: the user's, and those of a role that is there no more (pg_stat_activity.usesysid). */
    private static final String LEFTOVER = """
            FROM pg_catalog.pg_stat_activity a
            WHERE a.pid <> pg_catalog.pg_backend_pid()
              AND (a.usename = ?
                OR (a.usesysid <> 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = a.usesysid)))
            """;

    private static final int LOOKS = 5;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(40);
    private static final Duration RENEW_AHEAD = Duration.ofSeconds(60);

    private final Broker broker;
    private final Clock clock;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final Driver driver = new Driver();

    public PostgresWitness(Broker broker, Clock clock) {
        this.broker = broker;
        this.clock = clock;
    }

    @Override
    public Sighting look(Database database, SessionUser user) throws PeerException {
        try (var connection = connect(database)) {
            Sighting sighting = read(connection, user);
            // A connection that is being terminated stays in the view for some milliseconds.
            for (int i = 1; i < LOOKS && sighting.backends() > 0; i++) {
                terminate(connection, user);
                Thread.sleep(BETWEEN_LOOKS);
                sighting = read(connection, user);
            }
            return sighting;
        } catch (SQLException e) {
            throw failed(database, "the catalog could not be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerException(Peer.DATABASE, Outcome.NOT_DONE, "interrupted while reading the catalog", e);
        }
    }

    @Override
    public List<SessionUser> sessionUsers(Database database) throws PeerException {
        String sql = "SELECT rolname FROM pg_catalog.pg_roles WHERE pg_catalog.starts_with(rolname, 'dp_')";
        try (var connection = connect(database);
                var statement = connection.prepareStatement(sql);
                var rows = statement.executeQuery()) {
            var users = new ArrayList<SessionUser>();
            while (rows.next()) {
                SessionUser.parse(rows.getString(1)).ifPresent(users::add);
            }
            return users;
        } catch (SQLException e) {
            throw failed(database, "the catalog could not be read", e);
        }
    }

    @Override
    public void run(Database database, Canary canary) throws PeerException {
        // No parameter: the mark has to be in the statement's own text.
        try (var connection = connect(database);
                var statement = connection.createStatement();
                var row = statement.executeQuery(canary.statement())) {
            row.next();
        } catch (SQLException e) {
            throw failed(database, "the canary's statement could not be run", e);
        }
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

    private Connection connect(Database database) throws PeerException, SQLException {
        boolean kept = held.containsKey(database.name());
        try {
            return connect(database, login(database));
        } catch (SQLException e) {
            held.remove(database.name());
            if (!kept) {
                throw e;
            }
            // A kept login may have ended before its time: with the broker's token, or with a database that was
            // restored.
            return connect(database, login(database));
        }
    }

    private Connection connect(Database database, WitnessLogin login) throws SQLException {
        var settings = new Properties();
        settings.setProperty("user", login.user());
        settings.setProperty("password", login.password().reveal());
        settings.setProperty("sslmode", database.tls().sslmode());
        settings.setProperty("ApplicationName", "daypass-witness");
        settings.setProperty("connectTimeout", "3");
        settings.setProperty("loginTimeout", "4");
        settings.setProperty("socketTimeout", "5");
        var connection = driver.connect(
                "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database(), settings);
        if (connection == null) {
            throw new IllegalStateException("the PostgreSQL driver does not know its own URL");
        }
        return connection;
    }

    private WitnessLogin login(Database database) throws PeerException {
        Instant now = clock.instant();
        var kept = held.get(database.name());
        if (kept != null && now.isBefore(kept.goodUntil())) {
            return kept.login();
        }
        var login = broker.witnessLogin(database);
        held.put(database.name(), new Held(login, now.plus(login.goodFor()).minus(RENEW_AHEAD)));
        return login;
    }

    private static PeerException failed(Database database, String what, SQLException e) {
        // The server's message may quote a statement; the SQLSTATE says enough.
        return new PeerException(
                Peer.DATABASE,
                Outcome.NOT_DONE,
                "database " + database.name() + ": " + what + " (SQLSTATE " + e.getSQLState() + ")");
    }

    private record Held(WitnessLogin login, Instant goodUntil) {}
}
