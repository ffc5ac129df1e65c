package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.database.Database;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.state.Session.Lease;
import dev.daypass.functions.vault.Broker;
import dev.daypass.functions.vault.Password;
import dev.daypass.functions.witness.Witness;
import dev.daypass.functions.witness.Witnesses;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.Documents;
import dev.daypass.grants.OwnerStatements;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.PostgresPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A session's statements end in time although the session lifted its own limit: the witness looks after all of a database at once. */
class AStatementEndsInTimeWhateverTheSessionSetsIT {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private static Reaper reaper;
    private static PostgresPeer postgres;
    private static DatabaseDocument document;

    @BeforeAll
    static void setUp() throws Exception {
        reaper = Reaper.open();
        postgres = PostgresPeer.start(Cache.ofUser(System.getenv()), reaper, Progress.to(System.out));
        postgres.createDatabase("orders");
        postgres.createDatabase("bare");
        document = Objects.requireNonNull(Documents.read(
                        Path.of("grants/demo"),
                        Map.of(
                                "devIssuer", "http://127.0.0.1:1",
                                "devJwksUri", "http://127.0.0.1:1/jwks",
                                "ordersHost", postgres.host(),
                                "ordersPort", Integer.toString(postgres.port()),
                                "ordersDatabase", "orders"))
                .databases()
                .get("orders"));
        try (var owner = postgres.ownerConnection("orders");
                var statement = owner.createStatement()) {
            for (var sql : OwnerStatements.of(document).database()) {
                statement.execute(sql);
            }
            statement.execute("CREATE ROLE dpw_test LOGIN PASSWORD 'dpw_test' IN ROLE dp_witness");
        }
    }

    @AfterAll
    static void stop() {
        reaper.close();
    }

    @Test
    void aStatementThatRanTooLongIsCancelledAndOneInTimeIsNot() throws Exception {
        var slow = user();
        var quick = user();
        try (var one = connect(slow);
                var other = connect(quick)) {
            one.createStatement().execute("SET statement_timeout = 0");
            other.createStatement().execute("SET statement_timeout = 0");
            var running = sleep(one, 30);
            var young = sleep(other, 2.2);
            Thread.sleep(1300);

            var cancelled =
                    witness().cancelOverlong(database("orders"), Map.of(slow, LIMIT, quick, LIMIT.multipliedBy(9)));

            assertEquals(Map.of(slow, 1), cancelled);
            assertEquals(Optional.of("57014"), running.get(10, TimeUnit.SECONDS), "query_canceled");
            assertEquals(Optional.empty(), young.get(10, TimeUnit.SECONDS));
            assertTrue(one.isValid(5), "the connection stays");
        }
    }

    @Test
    void whatCatchesItsOwnCancellingLosesItsConnection() throws Exception {
        var stubborn = user();
        try (var one = connect(stubborn)) {
            one.createStatement().execute("SET statement_timeout = 0");
            var running = CompletableFuture.supplyAsync(() -> run(one, """
                    DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$"""));
            Instant patience = Instant.now().plusSeconds(20);
            while (!running.isDone()) {
                assertTrue(Instant.now().isBefore(patience), "still running");
                Thread.sleep(700);
                witness().cancelOverlong(database("orders"), Map.of(stubborn, LIMIT));
            }
            assertTrue(running.get().isPresent());
            assertFalse(one.isValid(5));
        }
    }

    @Test
    void aDatabaseThatWasSetUpBeforeIsToldAsSuch() {
        var refused = assertThrows(
                PeerException.class, () -> witness().cancelOverlong(database("bare"), Map.of(user(), LIMIT)));

        assertEquals(Peer.DATABASE, refused.peer());
        assertEquals(Outcome.REFUSED, refused.outcome());
        assertTrue(refused.getMessage().contains("set up before"), refused.getMessage());
    }

    @Test
    void aDatabaseThatIsDownMayBeAskedAgain() {
        var elsewhere = new Database(
                "gone", document.engine(), "127.0.0.1", 1, "orders", Database.Tls.DISABLE, "gone", "witness-gone");

        var failed =
                assertThrows(PeerException.class, () -> witness().cancelOverlong(elsewhere, Map.of(user(), LIMIT)));

        assertEquals(Outcome.NOT_DONE, failed.outcome());
    }

    private static Witness witness() {
        return new Witnesses(new OneLogin(), Clock.systemUTC());
    }

    private static Database database(String name) {
        var known = document.database();
        return new Database(
                known.name(),
                known.engine(),
                known.host(),
                known.port(),
                name,
                known.tls(),
                known.vaultConnection(),
                known.witnessRole());
    }

    private static SessionUser user() {
        return new SessionUser(SessionId.create(Instant.now(), new SecureRandom()));
    }

    private static Connection connect(SessionUser user) throws SQLException {
        try (var owner = postgres.ownerConnection("orders");
                var statement = owner.createStatement()) {
            statement.execute("CREATE ROLE " + user.name() + " LOGIN PASSWORD 'p'");
            statement.execute("GRANT CONNECT ON DATABASE orders TO " + user.name());
        }
        return DriverManager.getConnection(postgres.jdbcUrl("orders"), user.name(), "p");
    }

    private static CompletableFuture<Optional<String>> sleep(Connection connection, double seconds) {
        return CompletableFuture.supplyAsync(() -> run(connection, "SELECT pg_sleep(" + seconds + ")"));
    }

    /** The SQLSTATE with which it ended; empty if it came to its own end. */
    private static Optional<String> run(Connection connection, String sql) {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(e.getSQLState());
        }
    }

    /** A broker that lends one login, made by hand. */
    private static final class OneLogin implements Broker {
        @Override
        public WitnessLogin witnessLogin(Database database) {
            return new WitnessLogin("dpw_test", new Password("dpw_test"), Duration.ofMinutes(10));
        }

        @Override
        public boolean revoke(SessionId session, Lease lease) {
            throw new IllegalStateException("nothing is revoked in these tests");
        }

        @Override
        public void revokeToken(SessionId session, String accessor) {
            throw new IllegalStateException("nothing is revoked in these tests");
        }

        @Override
        public Optional<String> findAccessor(SessionId session) {
            throw new IllegalStateException("nothing is looked for in these tests");
        }

        @Override
        public Optional<Duration> renew(SessionId session, Lease lease, Duration ttl) {
            throw new IllegalStateException("nothing is renewed in these tests");
        }
    }
}
