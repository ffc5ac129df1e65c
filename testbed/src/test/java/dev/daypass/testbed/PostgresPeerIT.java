package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class PostgresPeerIT {
    private static Reaper reaper;
    private static PostgresPeer postgres;

    @BeforeAll
    static void start() throws Exception {
        reaper = Reaper.open();
        postgres = PostgresPeer.start(Cache.ofUser(System.getenv()), reaper, Progress.to(System.out));
        CardPaymentSchema.seed(postgres);
        postgres.prepareForVault(CardPaymentSchema.DATABASE);
    }

    @AfterAll
    static void stop() {
        reaper.close();
    }

    @Test
    void aWrongPasswordIsRefused() {
        var wrong = new DatabaseLogin(postgres.owner().user(), Password.random());
        var refused = assertThrows(SQLException.class, () -> postgres.connect("postgres", wrong));
        // https://www.postgresql.org/docs/18/errcodes-appendix.html: invalid_password
        assertEquals("28P01", refused.getSQLState());
    }

    @Test
    void itCommitsDurably() throws SQLException {
        try (var owner = postgres.ownerConnection("postgres")) {
            assertEquals("on", text(owner, "SHOW fsync"));
            assertEquals("on", text(owner, "SHOW synchronous_commit"));
            assertEquals("scram-sha-256", text(owner, "SHOW password_encryption"));
        }
    }

    @Test
    void aStopEndsConnectionsAndARestartKeepsPortAndData() throws Exception {
        int port = postgres.port();
        try (var owner = postgres.ownerConnection("orders");
                var statement = owner.createStatement()) {
            statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
            postgres.stop();
            assertThrows(SQLException.class, () -> text(owner, "SELECT 1"));
            assertThrows(SQLException.class, () -> postgres.ownerConnection("orders"));
        } finally {
            postgres.restart();
        }
        assertEquals(port, postgres.port());
        try (var owner = postgres.ownerConnection("orders")) {
            assertEquals("42", text(owner, "SELECT answer FROM kept"));
        }
    }

    @Test
    void whatWasCommittedOutlivesACrash() throws Exception {
        try (var owner = postgres.ownerConnection("orders");
                var statement = owner.createStatement()) {
            statement.execute("CREATE TABLE committed AS SELECT 7 AS answer");
        }
        postgres.kill();
        postgres.restart();
        try (var owner = postgres.ownerConnection("orders")) {
            assertEquals("7", text(owner, "SELECT answer FROM committed"));
        }
    }

    @Test
    void theLogHasStatementsAndWhoCameAndWent() throws Exception {
        try (var owner = postgres.ownerConnection("orders")) {
            assertEquals("5", text(owner, "SELECT 5 AS a_mark_to_look_for"));
        }
        Eventually.holds(Duration.ofSeconds(5), () -> {
            var log = Files.readString(postgres.log());
            return log.contains("a_mark_to_look_for")
                    && log.contains("connection authenticated: identity=\\\"postgres\\\" method=scram-sha-256")
                    && log.contains("disconnection: session time");
        });
    }

    @Test
    void noPasswordAndNoCardNumberIsInTheLog() throws Exception {
        var log = Files.readString(postgres.log());
        assertTrue(log.contains("SCRAM-SHA-256$4096:"), "the administrator's verifier should be there");
        assertFalse(log.contains(postgres.prepareForVault("orders").password().reveal()));
        assertFalse(log.contains(postgres.owner().password().reveal()));
        assertFalse(log.contains("4111111111111111"));
    }

    @Test
    void theAdministratorOfLoginsIsNoSuperuserAndCanEndWhatItMakes() throws Exception {
        var admin = postgres.prepareForVault("orders");
        try (var owner = postgres.ownerConnection("orders");
                var statement = owner.createStatement()) {
            statement.execute("CREATE ROLE test_group NOLOGIN");
            statement.execute("GRANT SELECT ON orders TO test_group");
            statement.execute("GRANT test_group TO vault_admin WITH ADMIN OPTION");
        }
        var made = new DatabaseLogin("dp_test", Password.random());
        try (var connection = postgres.connect("orders", admin);
                var statement = connection.createStatement()) {
            assertEquals("off", text(connection, "SHOW is_superuser"));
            statement.execute(
                    "CREATE ROLE dp_test LOGIN PASSWORD '" + made.password().reveal() + "'");
            statement.execute("GRANT test_group TO dp_test WITH INHERIT TRUE, SET FALSE");
            try (var session = postgres.connect("orders", made)) {
                assertEquals("30", text(session, "SELECT count(*) FROM orders"));
                var refused =
                        assertThrows(SQLException.class, () -> text(session, "SELECT count(*) FROM staff_salaries"));
                assertEquals("42501", refused.getSQLState());
                statement.execute("ALTER ROLE dp_test NOLOGIN");
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dp_test'");
                Eventually.holds(Duration.ofSeconds(5), () -> !session.isValid(1));
            }
            statement.execute("DROP OWNED BY dp_test");
            statement.execute("DROP ROLE dp_test");
        }
    }

    @Test
    void theWitnessGroupIsForOthersToJoinAndForNothingElse() throws Exception {
        try (var admin = postgres.connect("orders", postgres.prepareForVault("orders"));
                var statement = admin.createStatement()) {
            // Later it does, through the logins that it makes: it inherits from those.
            assertEquals("f", text(admin, "SELECT pg_has_role('vault_admin', 'pg_signal_backend', 'USAGE')"));
            statement.execute("CREATE ROLE dpw_test LOGIN");
            statement.execute("GRANT dp_witness TO dpw_test");
            assertEquals("t", text(admin, "SELECT pg_has_role('dpw_test', 'pg_signal_backend', 'USAGE')"));
            statement.execute("DROP ROLE dpw_test");
        }
    }

    @Test
    void everyCardNumberOfTheSeedPassesLuhnAndThereAreRowsInEveryTable() throws Exception {
        try (var owner = postgres.ownerConnection("orders");
                var statement = owner.createStatement();
                var rows = statement.executeQuery("SELECT pan FROM payments")) {
            int count = 0;
            while (rows.next()) {
                assertTrue(passesLuhn(rows.getString(1)), rows.getString(1));
                count++;
            }
            assertEquals(30, count);
            for (var table : Map.of("customers", "10", "orders", "30", "refunds", "4", "staff_salaries", "3")
                    .entrySet()) {
                assertEquals(table.getValue(), text(owner, "SELECT count(*) FROM " + table.getKey()), table.getKey());
            }
        }
    }

    @Test
    void nothingIsLeftOfAServerWhoseReaperIsClosed() throws Exception {
        Path directory;
        PostgresPeer peer;
        try (var own = Reaper.open()) {
            peer = PostgresPeer.start(Cache.ofUser(System.getenv()), own, Progress.silent());
            directory = peer.directory();
            assertTrue(Files.exists(directory.resolve("data/postmaster.pid")));
        }
        assertTrue(Files.notExists(directory));
        assertThrows(SQLException.class, () -> peer.ownerConnection("postgres"));
    }

    /** ISO/IEC 7812-1, annex B. */
    private static boolean passesLuhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? digit : 2 * digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0;
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }
}
