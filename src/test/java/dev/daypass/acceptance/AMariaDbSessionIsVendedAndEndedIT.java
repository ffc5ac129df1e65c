package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.testbed.aws.StackFunction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Promises 2 and 4 in MariaDB, and what a grant says of its sessions, through the front door: a session connects to the grant's own
 * database, no more than the grant allows are live at once, and an ending is one only when the server was read.
 */
class AMariaDbSessionIsVendedAndEndedIT {
    private static MariaDbDaypass daypass;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        daypass = MariaDbDaypass.start();
        api = new Api(daypass.api());
    }

    @AfterAll
    static void stop() {
        daypass.close();
    }

    @Test
    void theAnswerLeadsToTheGrantsViewsAndToNothingElse() throws Exception {
        var vended = vend(MariaDbDaypass.SHORT, "PT10S");
        assertEquals("mariadb", vended.text("engine"));
        assertEquals("dpg_shop_short", vended.text("database"));
        assertEquals("dp_" + vended.text("session"), vended.text("user"));
        assertFalse(vended.body().has("libpqUri"));
        try (var connection = MariaDbDaypass.connect(vended)) {
            assertEquals(List.of("Ann", "Bob"), names(connection));
            var refused = assertThrows(
                    SQLException.class,
                    () -> connection.createStatement().executeQuery("SELECT * FROM shop.customers"));
            assertEquals(1142, refused.getErrorCode(), refused.getMessage());
        } finally {
            end(vended);
        }
    }

    @Test
    void whenTheEndingIsAnsweredTheAccountAndItsConnectionsAreGone() throws Exception {
        var vended = vend(MariaDbDaypass.ONCE, "PT1M");
        try (var connection = MariaDbDaypass.connect(vended)) {
            assertTrue(daypass.accountExists(vended.text("user")));
            assertFalse(daypass.endingIsLocked(vended.text("session")));

            var ended = end(vended);

            assertEquals("ENDED", ended.text("status"), ended.body().toString());
            assertFalse(ended.text("verifiedAt").isEmpty());
            assertFalse(daypass.accountExists(vended.text("user")));
            assertEquals(0, daypass.connections(vended.text("user")));
            assertThrows(SQLException.class, () -> names(connection));
            assertThrows(
                    SQLException.class, () -> MariaDbDaypass.connect(vended).close());
            assertTrue(daypass.endingIsLocked(vended.text("session")));
        }
    }

    @Test
    void anAccountThatIsLeftOverKeepsTheSessionFromBeingEnded() throws Exception {
        var vended = vend(MariaDbDaypass.ONCE, "PT1M");
        String user = vended.text("user");
        try (var owner = daypass.mariaDb.ownerConnection("mysql");
                var statement = owner.createStatement()) {
            // As a restored backup would: the same name is there again, at another host, where Vault's revocation does
            // not look.
            statement.execute("CREATE USER '" + user + "'@'10.9.9.9'");

            assertEquals("ENDING", end(vended).text("status"));

            statement.execute("DROP USER '" + user + "'@'10.9.9.9'");
        }
        daypass.sweep();
        assertEquals("ENDED", status(vended).text("status"));
    }

    @Test
    void afterExpiryTheSweepFindsTheAccountGone() throws Exception {
        var vended = vend(MariaDbDaypass.SHORT, "PT2S");
        Instant bound = Instant.parse(vended.text("expiresAt")).plus(Duration.ofSeconds(60));
        while (!status(vended).text("status").equals("ENDED")) {
            assertTrue(Instant.now().isBefore(bound), "not ended 60 s after its expiry");
            Thread.sleep(1000);
            daypass.sweep();
        }
        assertEquals("expired", status(vended).text("endReason"));
        assertFalse(daypass.accountExists(vended.text("user")));
    }

    @Test
    void aSessionIsRenewedAsOftenAsItsGrantAllows() throws Exception {
        var vended = vend(MariaDbDaypass.SHORT, "PT8S");
        assertTrue(vended.body().has("renewBefore"));

        var renewed = api.renew(vended.text("session"), vended.text("handle"), Map.of("ttl", "PT10S"));
        assertEquals(200, renewed.status(), renewed.body().toString());
        assertEquals(1, renewed.body().path("renewed").asInt());
        assertTrue(Instant.parse(renewed.text("expiresAt")).isAfter(Instant.parse(vended.text("expiresAt"))));
        var again = api.renew(vended.text("session"), vended.text("handle"), Map.of("ttl", "PT10S"));

        assertEquals(409, again.status());
        assertEquals("renewals_exhausted", again.code());
        assertEquals(renewed.text("expiresAt"), status(vended).text("expiresAt"));
        end(vended);
    }

    @Test
    void aGrantWithoutRenewalsSaysSoBeforeItIsAsked() throws Exception {
        var vended = vend(MariaDbDaypass.ONCE, "PT1M");
        assertFalse(vended.body().has("renewBefore"));
        assertEquals(
                "renewals_exhausted",
                api.renew(vended.text("session"), vended.text("handle"), Map.of())
                        .code());
        end(vended);
    }

    @Test
    void ofTwelveRequestsAtOnceExactlyAsManyAreLiveAsTheGrantAllows() throws Exception {
        var tokens = new ArrayList<String>();
        for (int i = 0; i < 12; i++) {
            tokens.add(daypass.token());
        }
        var answers = together(tokens);
        var live = answers.stream().filter(a -> a.status() == 201).toList();
        var refused = answers.stream().filter(a -> a.status() != 201).toList();
        assertEquals(
                3,
                live.size(),
                () -> answers.stream().map(Api.Answer::body).toList().toString());
        for (var answer : refused) {
            assertEquals(429, answer.status(), answer.body().toString());
            assertEquals("sessions_exhausted", answer.code());
            assertEquals(Optional.of("15"), answer.raw().headers().firstValue("Retry-After"));
            assertTrue(
                    answer.text("detail").contains("3 sessions at once"),
                    answer.body().toString());
        }
        for (var vended : live) {
            MariaDbDaypass.connect(vended).close();
        }

        // A refusal spends no token of an issuer whose tokens work once; a place that became free is taken by the next.
        int spared = answers.indexOf(refused.getFirst());
        assertEquals(429, ask(tokens.get(spared)).status());
        assertEquals("ENDED", end(live.getFirst()).text("status"));
        var next = ask(tokens.get(spared));
        assertEquals(201, next.status(), next.body().toString());
        assertEquals(429, ask(daypass.token()).status());

        end(next);
        end(live.get(1));
        end(live.get(2));
    }

    @Test
    void aStatementThatOutrunsItsTimeIsCancelledAlthoughTheSessionLiftedItsOwnLimit() throws Exception {
        for (var forever : List.of(
                "SELECT SLEEP(300)",
                "SELECT BENCHMARK(2000000000, SHA2('daypass', 512))",
                "BEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; WHILE TRUE DO DO SLEEP(50); END WHILE; END")) {
            var vended = vend(MariaDbDaypass.ONCE, "PT1M");
            try (var connection = MariaDbDaypass.connect(vended)) {
                connection.createStatement().execute("SET max_statement_time = 0");
                var running = CompletableFuture.supplyAsync(() -> run(connection, forever));
                Thread.sleep(1500);
                assertFalse(running.isDone(), "its own limit is lifted");

                daypass.sweep();

                assertTrue(running.get(10, TimeUnit.SECONDS), forever);
                assertTrue(
                        daypass.log(StackFunction.SWEEP)
                                .lines()
                                .anyMatch(line -> line.contains("\"kind\":\"statements.cancel\"")
                                        && line.contains("\"object\":\"" + vended.text("user") + "\"")),
                        "the sweep says what it cancelled: " + forever);
            } finally {
                end(vended);
            }
        }
    }

    @Test
    void theSweepSendsItsMarkThroughTheServersLog() throws Exception {
        daypass.sweep();
        var told = daypass.log(StackFunction.SWEEP)
                .lines()
                .filter(line -> line.contains("\"kind\":\"canary.run\"") && line.contains("\"outcome\":\"success\""))
                .toList();
        assertFalse(told.isEmpty());
        String mark = Api.JSON
                .readTree(told.getLast().substring(told.getLast().indexOf('{')))
                .path("detail")
                .asText();
        assertTrue(java.nio.file.Files.readString(daypass.mariaDb.log()).contains("SELECT \\'" + mark), mark);
    }

    private static Api.Answer vend(String grant, String ttl) {
        var vended = api.vend(daypass.token(), Map.of("grant", grant, "ttl", ttl), Map.of());
        assertEquals(201, vended.status(), vended.body().toString());
        return vended;
    }

    private static Api.Answer ask(String token) {
        return api.vend(token, Map.of("grant", MariaDbDaypass.SMALL), Map.of());
    }

    private static List<Api.Answer> together(List<String> tokens) throws Exception {
        var barrier = new CyclicBarrier(tokens.size());
        try (var executor = Executors.newFixedThreadPool(tokens.size())) {
            var asked = new ArrayList<Future<Api.Answer>>();
            for (var token : tokens) {
                asked.add(executor.submit(() -> {
                    barrier.await();
                    return ask(token);
                }));
            }
            var answers = new ArrayList<Api.Answer>();
            for (var answer : asked) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private static Api.Answer end(Api.Answer vended) {
        return api.session("DELETE", vended.text("session"), vended.text("handle"));
    }

    private static Api.Answer status(Api.Answer vended) {
        return api.session("GET", vended.text("session"), vended.text("handle"));
    }

    /** Without the schema's name: a session is in the grant's own database from the start. */
    private static List<String> names(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name FROM customers ORDER BY id")) {
            var names = new ArrayList<String>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        }
    }

    /** Whether it came to an end by force. SLEEP that is cancelled answers 1 (MariaDB, "SLEEP"). */
    private static boolean run(Connection connection, String sql) {
        try (var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return false;
            }
            try (var row = statement.getResultSet()) {
                row.next();
                return row.getInt(1) == 1;
            }
        } catch (SQLException e) {
            return true;
        }
    }
}
