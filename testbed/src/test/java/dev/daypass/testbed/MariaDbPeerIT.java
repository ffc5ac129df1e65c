package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class MariaDbPeerIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Reaper reaper;
    private static MariaDbPeer mariaDb;

    @BeforeAll
    static void start() throws Exception {
        reaper = Reaper.open();
        mariaDb = MariaDbPeer.start(Cache.ofUser(System.getenv()), reaper, Progress.to(System.out));
        mariaDb.createDatabase("app");
        try (var owner = mariaDb.ownerConnection("app");
                var statement = owner.createStatement()) {
            statement.execute("CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(100))");
        }
    }

    @AfterAll
    static void stop() {
        reaper.close();
    }

    @Test
    void onlyTheOwnersPasswordLogsAnybodyInAndNoOtherAccountIsThere() throws SQLException {
        var wrong = new DatabaseLogin(mariaDb.owner().user(), Password.random());
        var refused = assertThrows(SQLException.class, () -> mariaDb.connect("mysql", wrong));
        assertEquals("28000", refused.getSQLState());
        assertThrows(SQLException.class, () -> DriverManager.getConnection(mariaDb.jdbcUrl("mysql"), "root", ""));
        try (var owner = mariaDb.ownerConnection("mysql")) {
            assertEquals(
                    "mariadb.sys@localhost,owner@127.0.0.1",
                    text(
                            owner,
                            "SELECT group_concat(concat(user, '@', host) ORDER BY user) FROM user"
                                    + " WHERE user NOT IN ('vault_admin') AND user NOT LIKE 'dp\\_%'"));
            assertEquals("127.0.0.1", text(owner, "SELECT @@bind_address"));
        }
    }

    @Test
    void aRecordIsALineWhateverTheStatementHolds() throws Exception {
        var statement = "SELECT /* a_mark\r\nwith 'quotes', \"more\", \\, commas,\tand ä */ name FROM customers";
        try (var owner = mariaDb.ownerConnection("app")) {
            text(owner, statement);
        }
        var lines = lines("a_mark");
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(
                lines.getFirst()
                        .endsWith(
                                ",QUERY,app,'SELECT /* a_mark\\r\\nwith \\'quotes\\', \"more\", \\\\, commas,\\tand ä */"
                                        + " name FROM customers',0"),
                lines.getFirst());
        assertTrue(lines.getFirst().contains(",owner,127.0.0.1,"), lines.getFirst());
        var own = LineTime.of(lines.getFirst(), Instant.now()).orElseThrow();
        assertFalse(own.isBefore(Instant.now().minusSeconds(30)), "its clock shows UTC: " + lines.getFirst());
        assertTrue(
                Files.readAllLines(mariaDb.log()).stream().anyMatch(line -> line.contains(",READ,app,customers,")),
                "tables are named");
        assertTrue(Files.readAllLines(mariaDb.log()).stream().anyMatch(line -> line.contains(",CONNECT,app,")));
    }

    @Test
    void aLongStatementIsNotCutAndTheFileDoesNotRotate() throws Exception {
        try (var owner = mariaDb.ownerConnection("app")) {
            for (int i = 0; i < 3; i++) {
                text(owner, "SELECT length('" + "x".repeat(900_000) + "the_end')");
            }
        }
        assertEquals(3, lines("the_end").size());
        try (var files = Files.list(mariaDb.directory())) {
            assertEquals(
                    List.of(mariaDb.log()),
                    files.filter(file -> file.toString().contains("server_audit"))
                            .toList());
        }
    }

    @Test
    void noPasswordIsInTheLogAndThePluginStays() throws Exception {
        var admin = mariaDb.prepareForVault("app");
        var made = new DatabaseLogin("made", Password.random());
        try (var owner = mariaDb.ownerConnection("mysql");
                var statement = owner.createStatement()) {
            statement.execute("CREATE USER 'made'@'127.0.0.1' IDENTIFIED BY '"
                    + made.password().reveal() + "'");
            assertThrows(SQLException.class, () -> statement.execute("UNINSTALL PLUGIN server_audit"));
            statement.execute("DROP USER 'made'@'127.0.0.1'");
        }
        var log = Files.readString(mariaDb.log());
        assertTrue(log.contains("IDENTIFIED BY *****"), "the statement is there");
        for (var login : List.of(admin, made, mariaDb.owner())) {
            assertFalse(log.contains(login.password().reveal()), login.user());
        }
    }

    @Test
    void aStopAndACrashKeepPortDataAndLog() throws Exception {
        int port = mariaDb.port();
        try (var owner = mariaDb.ownerConnection("app");
                var statement = owner.createStatement()) {
            statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
        }
        mariaDb.stop();
        assertThrows(SQLException.class, () -> mariaDb.ownerConnection("app"));
        mariaDb.restart();
        try (var owner = mariaDb.ownerConnection("app")) {
            assertEquals("42", text(owner, "SELECT answer FROM kept"));
        }
        mariaDb.kill();
        mariaDb.restart();
        try (var owner = mariaDb.ownerConnection("app")) {
            assertEquals("42", text(owner, "SELECT answer FROM kept"));
        }
        assertEquals(port, mariaDb.port());
        assertEquals(1, lines("CREATE TABLE kept").size());
    }

    @Test
    void vaultMakesRenewsAndEndsLoginsThere() throws Exception {
        var bao = OpenBaoPeer.start(Cache.ofUser(System.getenv()), reaper, Progress.silent());
        var admin = mariaDb.prepareForVault("app");
        vault(bao, "sys/mounts/database", Map.of("type", "database"));
        vault(
                bao,
                "database/config/app",
                Map.of(
                        "plugin_name",
                        "mysql-database-plugin",
                        "allowed_roles",
                        "reader",
                        "connection_url",
                        "{{username}}:{{password}}@tcp(127.0.0.1:" + mariaDb.port() + ")/",
                        "username",
                        admin.user(),
                        "password",
                        admin.password().reveal()));
        vault(
                bao,
                "database/roles/reader",
                Map.of(
                        "db_name",
                        "app",
                        "creation_statements",
                        List.of(
                                "CREATE USER '{{name}}'@'127.0.0.1' IDENTIFIED BY '{{password}}'",
                                "GRANT SELECT ON app.* TO '{{name}}'@'127.0.0.1'"),
                        "revocation_statements",
                        List.of(
                                "ALTER USER '{{name}}'@'127.0.0.1' ACCOUNT LOCK",
                                "KILL USER '{{name}}'",
                                "DROP USER IF EXISTS '{{name}}'@'127.0.0.1'"),
                        "default_ttl",
                        "1h"));
        var credentials = vault(bao, "database/creds/reader", Map.of());
        var user = credentials.path("data").path("username").asText();
        var password = credentials.path("data").path("password").asText();
        try (var agent = DriverManager.getConnection(mariaDb.jdbcUrl("app"), user, password)) {
            assertEquals("0", text(agent, "SELECT count(*) FROM customers"));
            assertThrows(SQLException.class, () -> text(agent, "SELECT count(*) FROM mysql.user"));
            vault(
                    bao,
                    "sys/leases/revoke",
                    Map.of("lease_id", credentials.path("lease_id").asText(), "sync", true));
            assertThrows(SQLException.class, () -> text(agent, "SELECT 1"));
        } finally {
            bao.stop();
        }
        assertThrows(SQLException.class, () -> DriverManager.getConnection(mariaDb.jdbcUrl("app"), user, password));
        assertEquals(
                1,
                lines(user + ",127.0.0.1,").stream()
                        .filter(line -> line.contains("SELECT count(*) FROM customers"))
                        .count());
        assertFalse(Files.readString(mariaDb.log()).contains(password));
    }

    @Test
    void nothingIsLeftOfAServerWhoseReaperIsClosed() throws Exception {
        Path directory;
        MariaDbPeer peer;
        try (var own = Reaper.open()) {
            peer = MariaDbPeer.start(Cache.ofUser(System.getenv()), own, Progress.silent());
            directory = peer.directory();
        }
        assertTrue(Files.notExists(directory));
        assertThrows(SQLException.class, () -> peer.ownerConnection("mysql"));
    }

    private static JsonNode vault(OpenBaoPeer bao, String path, Map<String, ?> body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(bao.address().resolve("/v1/" + path))
                .header("X-Vault-Token", bao.adminToken().reveal())
                .timeout(Duration.ofSeconds(20));
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    (body.isEmpty() ? request : request.POST(BodyPublishers.ofString(JSON.writeValueAsString(body))))
                            .build(),
                    BodyHandlers.ofString());
            assertEquals(2, answer.statusCode() / 100, answer.body());
            return JSON.readTree(answer.body());
        }
    }

    /** Of the statements themselves, once they are in the log. */
    private static List<String> lines(String mark) throws IOException, InterruptedException {
        Eventually.holds(
                Duration.ofSeconds(5), () -> Files.readString(mariaDb.log()).contains(mark));
        return Files.readAllLines(mariaDb.log()).stream()
                .filter(line -> line.contains(mark))
                .toList();
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }
}
