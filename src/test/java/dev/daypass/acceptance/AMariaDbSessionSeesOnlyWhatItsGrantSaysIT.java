package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.acceptance.attempts.Attempt;
import dev.daypass.acceptance.attempts.AttemptFiles;
import dev.daypass.acceptance.attempts.AttemptRunner;
import dev.daypass.acceptance.attempts.AttemptRunner.Login;
import dev.daypass.acceptance.attempts.AttemptRunner.Subject;
import dev.daypass.acceptance.attempts.LeakDetector;
import dev.daypass.acceptance.attempts.MariaDbShopSecrets;
import dev.daypass.acceptance.attempts.MariaDbWire;
import dev.daypass.testbed.CardPaymentSchema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Every attempt of {@code attempts/mariadb}, by a session that Vault made for an agent. A failure names the attempt by file and
 * line.
 */
@DisplayName("3 in MariaDB: a session can do what its grant says and nothing else")
class AMariaDbSessionSeesOnlyWhatItsGrantSaysIT {
    private static final int FEWEST = 150;

    private static final int FEWEST_SHOWN = 50;

    private static MaskedMariaDbShop shop;

    @BeforeAll
    static void open() throws Exception {
        shop = MaskedMariaDbShop.open();
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @Test
    void noAttemptShowsACardOrARowOutsideTheGrant() throws Exception {
        var problems = problems(wire(), shop::session, attempt -> true);

        assertTrue(problems.isEmpty(), () -> problems.size() + " attempts:\n" + String.join("\n\n", problems));
    }

    /** A proof that cannot fail proves nothing: whoever reads the tables themselves is found out by many attempts. */
    @Test
    void aSessionThatReadsTheTablesThemselvesIsFoundOut() throws Exception {
        try (var owner = shop.owner();
                var statement = owner.createStatement()) {
            var session = shop.session();
            statement.execute("GRANT SELECT ON orders.* TO '" + session.user() + "'@'127.0.0.1'");
            var straight = new MariaDbWire(shop.server()::jdbcUrl, CardPaymentSchema.DATABASE, 10);
            var problems = problems(straight, () -> session, attempt -> !attempt.ownSession());
            long shown = problems.stream()
                    .filter(problem -> problem.contains("\nshown: "))
                    .count();
            assertTrue(shown >= FEWEST_SHOWN, shown + " of " + problems.size() + " were found to show something");
        }
    }

    @Test
    void whenRevokeReturnsTheUserIsGoneAndItsOpenConnectionIsClosed() throws Exception {
        var made = shop.make();
        var wire = wire();
        try (var connection = wire.connect(made.login(), wire.database(), Map.of());
                var statement = connection.createStatement()) {
            assertTrue(statement.execute("SELECT 1"));

            assertEquals(204, shop.revoke(made));

            assertThrows(SQLException.class, () -> statement.execute("SELECT 1"));
            assertEquals(
                    List.of(),
                    seenBy("SELECT name FROM session_users WHERE name = '"
                            + made.login().user() + "'"));
            assertThrows(
                    SQLException.class,
                    () -> wire.connect(made.login(), wire.database(), Map.of()).close());
        }
    }

    @Test
    void clientsThatReconnectDuringTheRevocationDoNotSurviveIt() throws Exception {
        int rounds = 20;
        var connected = new AtomicInteger();
        for (int round = 0; round < rounds; round++) {
            var made = shop.make();
            var stop = new AtomicBoolean();
            var alive = new AtomicInteger();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 3; i++) {
                threads.add(Thread.ofPlatform().start(() -> reconnect(made.login(), stop, alive, connected)));
            }
            Thread.sleep(30);

            assertEquals(204, shop.revoke(made));

            // One that was killed takes a moment to go, and one that tries again is not let in: both are named so. A
            // connection that survived would be idle or at work, and would answer below.
            assertEquals(
                    List.of(),
                    seenBy("CALL connections()").stream()
                            .filter(line -> line.contains(made.login().user()))
                            .filter(line -> !line.contains(" Killed ") && !line.contains(" Connect "))
                            .toList(),
                    "round " + round);
            stop.set(true);
            for (var thread : threads) {
                thread.join();
            }
            assertEquals(0, alive.get(), "connections that answered after the revocation, round " + round);
        }
        assertTrue(connected.get() >= rounds, "the clients must have been connected for this to mean anything");
    }

    @Test
    void theWitnessSeesWhoIsThereAndEndsConnectionsAndDoesNothingElse() throws Exception {
        var session = shop.session();
        var wire = wire();
        try (var connection = wire.connect(session, wire.database(), Map.of());
                var statement = connection.createStatement()) {
            statement.execute("SET max_statement_time = 0");
            var outcome = new ArrayList<String>();
            var sleeper = Thread.ofPlatform().start(() -> {
                try (var row = statement.executeQuery("SELECT SLEEP(20)")) {
                    row.next();
                    outcome.add(row.getString(1));
                } catch (SQLException e) {
                    outcome.add(String.valueOf(e.getSQLState()));
                }
            });
            Thread.sleep(500);
            assertTrue(seenBy("SELECT name FROM session_users").contains(session.user()));
            assertTrue(seenBy("CALL connections()").stream().anyMatch(line -> line.contains(session.user())));
            assertTrue(sleeper.isAlive());
            seenBy("CALL end_connections('" + session.user() + "')");
            sleeper.join(5000);
            assertEquals(1, outcome.size(), "the statement is ended with its connection");
            assertThrows(SQLException.class, () -> statement.execute("SELECT 1"));
        }
        for (var sql : List.of(
                "SELECT * FROM mysql.global_priv",
                "SELECT * FROM orders.orders",
                "SELECT * FROM masking_key",
                "SELECT * FROM accounts",
                "CALL default_role('" + session.user() + "', '127.0.0.1', 'dpg_support_desk')",
                "CALL end_connections('owner')",
                "DROP USER '" + session.user() + "'@'127.0.0.1'")) {
            assertThrows(SQLException.class, () -> seenBy(sql), sql);
        }
    }

    private static void reconnect(Login login, AtomicBoolean stop, AtomicInteger alive, AtomicInteger connected) {
        var wire = wire();
        while (!stop.get()) {
            try (var connection = wire.connect(login, wire.database(), Map.of());
                    var statement = connection.createStatement()) {
                connected.incrementAndGet();
                while (!stop.get()) {
                    statement.execute("SELECT 1");
                }
                if (statement.execute("SELECT 1")) {
                    alive.incrementAndGet();
                }
            } catch (SQLException e) {
                // Ended, or refused: that is what the revocation is for. Connect again at once.
            }
        }
    }

    /** What the witness's own login is answered, a line a row. */
    private static List<String> seenBy(String sql) throws Exception {
        var lines = new ArrayList<String>();
        try (var connection = wire().connect(shop.witness(), "daypass", Map.of());
                var statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (var row = statement.getResultSet()) {
                    while (row.next()) {
                        var line = new ArrayList<String>();
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            line.add(row.getString(i));
                        }
                        lines.add(String.join(" ", line));
                    }
                }
            }
        }
        return lines;
    }

    private static List<String> problems(MariaDbWire wire, Callable<Login> sessions, Predicate<Attempt> chosen)
            throws Exception {
        var login = sessions.call();
        var other = shop.session();
        var problems = new ArrayList<String>();
        int tried = 0;
        try (var owner = shop.owner();
                var theOther = wire.connect(other, wire.database(), Map.of());
                var statement = theOther.createStatement();
                var row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            row.next();
            var subject = new Subject(
                    login,
                    sessions,
                    Map.of("group", MaskedMariaDbShop.GROUP, "other", other.user(), "pid", row.getString(1)),
                    MariaDbShopSecrets.guesses(owner));
            var runner = new AttemptRunner(wire, new LeakDetector(MariaDbShopSecrets.of(owner)), subject);
            for (var attempt : AttemptFiles.of("mariadb")) {
                if (attempt.applies(Set.of(), wire.major()) && chosen.test(attempt)) {
                    tried++;
                    runner.run(attempt)
                            .ifPresent(
                                    problem -> problems.add(attempt + " (" + attempt.expectation() + ")\n" + problem));
                }
            }
        }
        assertTrue(tried >= FEWEST, tried + " attempts only");
        return problems;
    }

    private static MariaDbWire wire() {
        return new MariaDbWire(shop.server()::jdbcUrl, MaskedMariaDbShop.GROUP, 10);
    }
}
