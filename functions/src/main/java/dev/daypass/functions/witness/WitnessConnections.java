package dev.daypass.functions.witness;

import dev.daypass.database.Database;
import dev.daypass.evidence.Canary;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.vault.Broker;
import dev.daypass.functions.vault.Broker.WitnessLogin;
import dev.daypass.functions.witness.Witness.Sighting;
import dev.daypass.session.SessionUser;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/** Opens connections as the witness. It keeps each login until shortly before that ends, and no connection open. Thread-safe. */
final class WitnessConnections {
    private static final int LOOKS = 5;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(40);
    private static final Duration RENEW_AHEAD = Duration.ofSeconds(60);

    private final Broker broker;
    private final Clock clock;
    private final Driver driver;
    private final Dialect dialect;
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    /** How one engine's driver is told where to go and how long to wait. */
    interface Dialect {
        String url(Database database);

        /** TLS and time-outs; user and password are added to them. */
        Properties settings(Database database);
    }

    WitnessConnections(Broker broker, Clock clock, Driver driver, Dialect dialect) {
        this.broker = broker;
        this.clock = clock;
        this.driver = driver;
        this.dialect = dialect;
    }

    /** Looks for the user; ends what is left of its connections, and looks again, until nothing is or five looks are made. */
    Sighting look(Database database, SessionUser user, Look look, End end) throws PeerException {
        try (var connection = open(database)) {
            Sighting sighting = look.at(connection, user);
            // A connection that is being ended stays in the list for some milliseconds.
            for (int i = 1; i < LOOKS && sighting.backends() > 0; i++) {
                end.connections(connection, user);
                Thread.sleep(BETWEEN_LOOKS);
                sighting = look.at(connection, user);
            }
            return sighting;
        } catch (SQLException e) {
            throw failed(database, "the catalog could not be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerException(Peer.DATABASE, Outcome.NOT_DONE, "interrupted while reading the catalog", e);
        }
    }

    void run(Database database, Canary canary) throws PeerException {
        // No parameter: the mark has to be in the statement's own text.
        try (var connection = open(database);
                var statement = connection.createStatement();
                var row = statement.executeQuery(canary.statement())) {
            row.next();
        } catch (SQLException e) {
            throw failed(database, "the canary's statement could not be run", e);
        }
    }

    /** One reading of the catalog. */
    @FunctionalInterface
    interface Look {
        Sighting at(Connection connection, SessionUser user) throws SQLException;
    }

    /** Ends what a user has open. */
    @FunctionalInterface
    interface End {
        void connections(Connection connection, SessionUser user) throws SQLException;
    }

    Connection open(Database database) throws PeerException, SQLException {
        boolean kept = held.containsKey(database.name());
        try {
            return open(database, login(database));
        } catch (SQLException e) {
            held.remove(database.name());
            if (!kept) {
                throw e;
            }
            // A kept login may have ended before its time: with the broker's token, or with a database that was
            // restored.
            return open(database, login(database));
        }
    }

    private Connection open(Database database, WitnessLogin login) throws SQLException {
        var settings = dialect.settings(database);
        settings.setProperty("user", login.user());
        settings.setProperty("password", login.password().reveal());
        var connection = driver.connect(dialect.url(database), settings);
        if (connection == null) {
            throw new IllegalStateException(
                    "the driver for " + database.engine().word() + " does not know its own URL");
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

    static PeerException failed(Database database, String what, SQLException e) {
        return failed(database, Outcome.NOT_DONE, what, e);
    }

    /** The server's message may quote a statement; the SQLSTATE says enough. */
    static PeerException failed(Database database, Outcome outcome, String what, SQLException e) {
        return new PeerException(
                Peer.DATABASE,
                outcome,
                "database " + database.name() + ": " + what + " (SQLSTATE " + e.getSQLState() + ")");
    }

    private record Held(WitnessLogin login, Instant goodUntil) {}
}
