package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.evidence.Source;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.MariaDbPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Daypass makes logins in PostgreSQL only. That a login belongs to a session is said by its name alone, and so holds for every
 * database whose logins Vault names so: here Vault makes {@code dp_<session id>} in MariaDB as well, for a session that Daypass vended
 * and that is alive, and ends it before Daypass ends the session.
 */
@ExtendWith(RunningRecord.class)
@DisplayName(
        "7 and 8 for MariaDB: what a session's login does there is on the record, without a card number or a password")
class MariaDbIsOnTheRecordIT {
    private static final String PAN = "4929478218423216";
    private static final Pattern TOKEN = Pattern.compile("pan:[0-9a-f]{16}");

    /** Each as an agent would send it: one card. */
    private static final List<String> DISGUISES = List.of(
            "SELECT '4929478218423216'",
            "SELECT '4929 4782 1842 3216'",
            "SELECT \"4929-4782-1842-3216\"",
            "SELECT '4929.4782.1842.3216'",
            "SELECT '4929\t4782\t1842\t3216'",
            "SELECT '4929\n4782\n1842\n3216'",
            "SELECT '4929\r\n4782\r\n1842\r\n3216'",
            "SELECT '4929\\n4782\\n1842\\n3216'",
            "SELECT '4929\u00a04782\u00a01842\u00a03216'",
            "SELECT '４９２９４７８２１８４２３２１６'",
            "SELECT '4929%204782%201842%203216'",
            "SELECT '4929' '4782' '1842' '3216'",
            "SELECT 4929478218423216",
            "SELECT count(*) FROM customers WHERE id = 7 /* card 4929478218423216 */",
            "SELECT 1 # 4929 4782 1842 3216",
            "SELECT 'it\\'s 4929478218423216, isn''t it?'",
            "INSERT INTO notes VALUES (4, '{\"pan\":\"4929478218423216\",\"cvv\":\"731\"}')",
            "SELEC 4929478218423216",
            "SELECT `4929478218423216` FROM customers");

    private static final String OWN_PASSWORD = "a-password-of-my-own";

    private static String session;
    private static String user;
    private static String password;
    private static List<JsonNode> all;
    private static List<JsonNode> records;
    private static String locked;

    @BeforeAll
    static void aSessionWorksInMariaDbAndEnds(LocalDaypass daypass) throws Exception {
        var api = new Api(daypass.api());
        var vended = api.vend(daypass.token(), "orders-support-read");
        assertEquals(201, vended.status(), vended.body().toString());
        session = vended.text("session");
        user = vended.text("user");
        assertEquals("dp_" + session, user);
        try (var reaper = Reaper.open()) {
            var mariaDb = MariaDbPeer.start(Cache.ofUser(System.getenv()), reaper, Progress.to(System.out));
            prepare(mariaDb);
            daypass.record().ship(mariaDb.log(), Source.MARIADB, "server");
            var credentials = credentials(daypass, mariaDb);
            password = credentials.at("/data/password").asText();
            assertEquals(user, credentials.at("/data/username").asText());
            work(mariaDb);
            vault(
                    daypass,
                    "sys/leases/revoke",
                    Map.of("lease_id", credentials.path("lease_id").asText(), "sync", true));
            assertThrows(
                    SQLException.class, () -> connect(mariaDb, OWN_PASSWORD).close());
            assertEquals(
                    "ENDED",
                    api.session("DELETE", session, vended.text("handle")).text("status"));
            awaitTheEndOfTheLog(mariaDb);
            daypass.record().awaitRecorded(Recorded.LIMIT);
        }
        all = daypass.record().records(Source.MARIADB);
        records = Recorded.of(daypass, Source.MARIADB, session);
        var text = new StringBuilder();
        all.forEach(record -> text.append(record).append('\n'));
        locked = text.toString();
    }

    private static void prepare(MariaDbPeer mariaDb) throws SQLException {
        mariaDb.createDatabase("app");
        try (var owner = mariaDb.ownerConnection("app")) {
            run(
                    owner,
                    "CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(100))",
                    "CREATE TABLE notes (id INT PRIMARY KEY, text VARCHAR(200))",
                    "INSERT INTO customers VALUES (7, 'Ann')");
        }
    }

    private static JsonNode credentials(LocalDaypass daypass, MariaDbPeer mariaDb) throws Exception {
        var admin = mariaDb.prepareForVault("app");
        // Not "database/": what is read from there without Daypass's token would be a finding, and rightly.
        vault(daypass, "sys/mounts/elsewhere", Map.of("type", "database"));
        vault(
                daypass,
                "elsewhere/config/app",
                Map.of(
                        "plugin_name",
                        "mysql-database-plugin",
                        "allowed_roles",
                        "app",
                        "connection_url",
                        "{{username}}:{{password}}@tcp(127.0.0.1:" + mariaDb.port() + ")/",
                        "username",
                        admin.user(),
                        "password",
                        admin.password().reveal(),
                        // Daypass has the name from its token's metadata; the administrator's token has none.
                        "username_template",
                        user));
        vault(
                daypass,
                "elsewhere/roles/app",
                Map.of(
                        "db_name",
                        "app",
                        "creation_statements",
                        List.of(
                                "CREATE USER '{{name}}'@'127.0.0.1' IDENTIFIED BY '{{password}}'",
                                "GRANT SELECT ON app.customers TO '{{name}}'@'127.0.0.1'",
                                "GRANT SELECT, INSERT, UPDATE, DELETE ON app.notes TO '{{name}}'@'127.0.0.1'"),
                        "revocation_statements",
                        List.of(
                                "ALTER USER '{{name}}'@'127.0.0.1' ACCOUNT LOCK",
                                "KILL USER '{{name}}'",
                                "DROP USER IF EXISTS '{{name}}'@'127.0.0.1'")));
        return vault(daypass, "elsewhere/creds/app", Map.of());
    }

    private static void work(MariaDbPeer mariaDb) throws SQLException {
        var wrong = assertThrows(
                SQLException.class, () -> connect(mariaDb, "not-" + password).close());
        assertEquals("28000", wrong.getSQLState());
        try (var agent = connect(mariaDb, password)) {
            run(
                    agent,
                    "SELECT name FROM customers WHERE id = 7",
                    "INSERT INTO notes VALUES (1, 'one')",
                    "UPDATE notes SET text = 'two' WHERE id = 1",
                    "DELETE FROM notes WHERE id = 1");
            var denied = assertThrows(SQLException.class, () -> run(agent, "DELETE FROM customers WHERE id = 7"));
            assertEquals(1142, denied.getErrorCode());
            var syntax = assertThrows(SQLException.class, () -> run(agent, "SELEC name FROM customers"));
            assertEquals(1064, syntax.getErrorCode());
            for (var sql : DISGUISES) {
                try {
                    run(agent, sql);
                } catch (SQLException e) {
                    // A refused statement is logged as well.
                }
            }
            run(agent, "SET PASSWORD = PASSWORD('" + OWN_PASSWORD + "')");
        }
    }

    @Test
    void everyLineOfTheAuditPluginIsReadAndHasTheSixFields() {
        assertTrue(all.size() > 80, all.size() + " records");
        assertEquals(
                List.of(),
                all.stream()
                        .filter(r -> r.at("/daypass/what").asText().equals("unparsed"))
                        .toList());
        for (var record : all) {
            for (var field : List.of("who/user", "what", "when", "outcome", "from", "object")) {
                assertFalse(record.at("/daypass/" + field).asText().isBlank(), () -> field + " of " + record);
            }
            Instant.parse(record.at("/daypass/when").asText());
            assertTrue(
                    Set.of("success", "failure", "unknown")
                            .contains(record.at("/daypass/outcome").asText()),
                    record::toString);
            assertEquals("127.0.0.1", record.at("/daypass/from").asText(), record::toString);
        }
    }

    @Test
    void everythingThatTheLoginDidLeadsToItsAgentOwnerAndGrant() {
        for (var record : all) {
            assertEquals(
                    record.at("/daypass/who/user").asText().equals(user)
                            || record.at("/daypass/object").asText().equals(user),
                    record.at("/daypass/who/session").asText().equals(session),
                    record::toString);
        }
        for (var record : records) {
            assertEquals("agent:support-bot", record.at("/daypass/who/agent").asText(), record::toString);
            assertFalse(record.at("/daypass/who/owner").asText().isEmpty(), record::toString);
            assertEquals("orders-support-read", record.at("/daypass/grant").asText(), record::toString);
            assertTrue(record.at("/daypass/finding").isMissingNode(), record::toString);
        }
    }

    @Test
    void theLoginsLifeIsThereFromItsCreationToItsEnd() {
        for (var what : List.of("account.create", "access.grant", "account.lock", "account.delete")) {
            var found = of(r ->
                    is(r, what, "success") && r.at("/daypass/who/user").asText().equals(MariaDbPeer.VAULT_ADMIN));
            assertFalse(found.isEmpty(), what);
            assertTrue(
                    found.stream()
                            .allMatch(r -> r.at("/daypass/object").asText().equals(user)),
                    found::toString);
        }
        assertEquals(1, of(r -> is(r, "logon", "success")).size());
        var logon = of(r -> is(r, "logon", "success")).getFirst();
        assertEquals(
                1,
                of(r -> is(r, "logoff", "success")
                                && r.at("/daypass/ids/databaseSession")
                                        .equals(logon.at("/daypass/ids/databaseSession")))
                        .size());
    }

    @Test
    void aWrongPasswordIsAFailedLogonAndAnEndedLoginAsWell() {
        var failed = of(r -> is(r, "logon", "failure"));
        assertEquals(
                List.of("1045", "1045"),
                failed.stream().map(r -> r.at("/status_code").asText()).toList());
    }

    @Test
    void whatTheLoginReadAndWroteIsOfItsKindAndNamesTheTable() {
        assertEquals(
                Set.of("datastore.read success app", "datastore.read unknown customers"), doing("SELECT name FROM c"));
        assertEquals(
                Set.of("datastore.write success app", "datastore.write unknown notes"),
                doing("INSERT INTO notes VALUES (1"));
        assertEquals(Set.of("datastore.update success app", "datastore.write unknown notes"), doing("UPDATE notes"));
        assertEquals(
                Set.of("datastore.delete success app", "datastore.write unknown notes"), doing("DELETE FROM notes"));
        assertEquals(Set.of("account.change success current_user"), doing("SET PASSWORD"));
    }

    @Test
    void whatTheDatabaseRefusedIsAFailureWithItsNumber() {
        assertEquals(Set.of("datastore.delete failure 1142 app"), doing("DELETE FROM customers"));
        assertEquals(Set.of("datastore.query failure 1064 app"), doing("SELEC name"));
    }

    @Test
    void noCardNumberIsThereAndOneCardHasOneDigest() {
        assertEquals(
                List.of(),
                locked.lines().filter(line -> digits(line).contains(PAN)).toList());
        var statements = of(r -> r.at("/query_info/query_string").asText().contains("pan:"));
        assertEquals(DISGUISES.size(), statements.size(), () -> unredacted().toString());
        var tokens = new HashSet<String>();
        for (var record : statements) {
            for (var text : List.of(record.at("/query_info/query_string"), record.at("/raw_data"))) {
                var matcher = TOKEN.matcher(text.asText());
                assertTrue(matcher.find(), record::toString);
                tokens.add(matcher.group());
            }
            assertNotEquals(0, record.at("/daypass/redacted/pan").asInt(), record::toString);
        }
        assertEquals(1, tokens.size(), tokens::toString);
    }

    @Test
    void noPasswordIsThere() {
        assertFalse(password.isEmpty());
        for (var secret : List.of(password, "not-" + password, OWN_PASSWORD)) {
            assertFalse(locked.contains(secret), () -> "a password of " + secret.length() + " characters");
        }
        assertTrue(locked.contains("IDENTIFIED BY "), "the statement itself is there");
    }

    /** What the records of one statement say: the statement's own, and those of the tables that it opened, but the server's own. */
    private static Set<String> doing(String beginning) {
        var statement = of(r -> r.at("/raw_data").asText().contains(",'" + beginning));
        assertEquals(1, statement.size(), statement::toString);
        var query = statement.getFirst().at("/daypass/ids/query");
        return of(r -> r.at("/daypass/ids/query").equals(query)
                        && !r.at("/database/name").asText().equals("mysql"))
                .stream()
                .map(r -> String.join(
                                " ",
                                r.at("/daypass/what").asText(),
                                r.at("/daypass/outcome").asText(),
                                r.at("/status_code").asText(),
                                r.at("/daypass/object").asText())
                        .replaceAll(" +", " ")
                        .strip())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> unredacted() {
        return of(r -> !r.at("/query_info/query_string").asText().contains("pan:")).stream()
                .map(r -> r.at("/query_info/query_string").asText())
                .toList();
    }

    private static List<JsonNode> of(Predicate<JsonNode> which) {
        return records.stream().filter(which).toList();
    }

    private static boolean is(JsonNode record, String what, String outcome) {
        return record.at("/daypass/what").asText().equals(what)
                && record.at("/daypass/outcome").asText().equals(outcome);
    }

    /** The digits of a text in a row, over whatever stands between them but letters. */
    private static String digits(String text) {
        var digits = new StringBuilder();
        text.codePoints().forEach(point -> {
            int digit = Character.digit(point, 10);
            if (digit >= 0) {
                digits.append(digit);
            } else if (point >= 'A' && Character.isLetter(point) && point < 0x250) {
                digits.append(' ');
            }
        });
        return digits.toString();
    }

    private static Connection connect(MariaDbPeer mariaDb, String secret) throws SQLException {
        return DriverManager.getConnection(mariaDb.jdbcUrl("app"), user, secret);
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The server writes the end of a connection after the client has gone. */
    private static void awaitTheEndOfTheLog(MariaDbPeer mariaDb) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        String end = "," + user + ",127.0.0.1,";
        while (Files.readAllLines(mariaDb.log(), StandardCharsets.UTF_8).stream()
                        .filter(line -> line.contains(end) && line.contains(",DISCONNECT,"))
                        .count()
                < 3) {
            assertTrue(System.nanoTime() < deadline, "the log does not tell of the ends of three connections");
            Thread.sleep(20);
        }
    }

    private static JsonNode vault(LocalDaypass daypass, String path, Map<String, ?> body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(daypass.vault().address().resolve("/v1/" + path))
                .header("X-Vault-Token", daypass.vault().adminToken().reveal())
                .timeout(Duration.ofSeconds(20));
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    (body.isEmpty()
                                    ? request
                                    : request.POST(BodyPublishers.ofString(Api.JSON.writeValueAsString(body))))
                            .build(),
                    BodyHandlers.ofString());
            assertEquals(2, answer.statusCode() / 100, path);
            return answer.body().isEmpty() ? Api.JSON.createObjectNode() : Api.JSON.readTree(answer.body());
        }
    }
}
