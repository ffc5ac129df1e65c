package dev.daypass.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.cli.console.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCommandsTest {
    private static final String VEND = "POST /v1/sessions token";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private String input = "";
    private ScriptedBroker broker;

    @BeforeEach
    void startBroker() throws IOException {
        broker = new ScriptedBroker();
        environment.put("XDG_RUNTIME_DIR", folder.toString());
        environment.put("DAYPASS_URL", broker.url());
        environment.put(
                "DAYPASS_TOKEN_FILE",
                Files.writeString(folder.resolve("token"), ScriptedBroker.TOKEN + "\n")
                        .toString());
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void vendWritesPrivateFilesAndPrintsNoSecret() throws IOException {
        assertEquals(0, run("session", "vend", "--grant", "orders-read", "--ttl", "10m", "--purpose", "T-1"));
        assertEquals(List.of("{\"grant\":\"orders-read\",\"ttl\":\"PT10M\",\"purpose\":\"T-1\"}"), broker.bodies());
        assertTrue(out().contains("export PGPASSFILE='" + file("pgpass") + "'\n"), out());
        assertFalse((out() + err()).contains(ScriptedBroker.PASSWORD), "the password was printed");
        assertFalse((out() + err()).contains(ScriptedBroker.HANDLE), "the handle was printed");
        for (var name : List.of("pgpass", "pg_service.conf", "handle", "endpoint")) {
            assertEquals("rw-------", mode(file(name)), name);
        }
        for (var dir : List.of(file(""), folder.resolve("daypass/sessions"), folder.resolve("daypass"))) {
            assertEquals("rwx------", mode(dir), dir.toString());
        }
    }

    @Test
    void aMariaDbSessionGetsAnOptionFileAndNothingOfLibpqs() throws IOException {
        broker.nextVend(201, broker.vendedOfMariaDb());

        assertEquals(0, run("session", "vend", "--grant", "orders-read"), err());

        assertEquals("rw-------", mode(file("my.cnf")));
        assertFalse(Files.exists(file("pgpass")) || Files.exists(file("pg_service.conf")));
        String password = ScriptedBroker.PASSWORD.replace("\\", "\\\\");
        assertEquals(
                "[client]\nprotocol=tcp\nhost=\"127.0.0.1\"\nport=3306\nuser=\"dp_" + ScriptedBroker.SESSION
                        + "\"\npassword=\"" + password
                        + "\"\nssl\nssl-verify-server-cert\n\n[mysql]\ndatabase=\"dpg_orders_read\"\n",
                Files.readString(file("my.cnf")));
        assertTrue(out().contains("export MYSQL_HOME='" + file("") + "'\n"), out());
        assertTrue(out().contains("export DAYPASS_OPTION_FILE='" + file("my.cnf") + "'\n"), out());
        assertFalse(out().contains("export PG") || out().contains("renew it"), out());
        assertFalse((out() + err()).contains(ScriptedBroker.PASSWORD), "the password was printed");
        assertEquals(0, run("session", "revoke", ScriptedBroker.SESSION), err());
        assertFalse(Files.exists(file("")), "files are left");
    }

    @Test
    void anEngineThatIsNotKnownIsToldByItsMember() {
        broker.nextVend(201, broker.vendedOfMariaDb().replace("\"mariadb\"", "\"oracle\""));

        assertNotEquals(0, run("session", "vend", "--grant", "orders-read"));

        assertTrue(err().contains("engine"), err());
    }

    @Test
    void jsonHasNoSecretUnlessThePasswordIsAskedFor() throws IOException {
        assertEquals(0, run("session", "vend", "--grant", "orders-read", "--output", "json"));
        var json = new ObjectMapper().readTree(out());
        assertEquals(ScriptedBroker.SESSION, json.path("session").asText());
        assertFalse(json.has("password") || json.has("handle"), out());
        assertEquals(0, run("session", "revoke", ScriptedBroker.SESSION));
        out.reset();
        assertEquals(0, run("session", "vend", "--grant", "orders-read", "--output", "json", "--show-password"));
        assertEquals(
                ScriptedBroker.PASSWORD,
                new ObjectMapper().readTree(out()).path("password").asText());
    }

    @Test
    void statusRenewAndRevokeUseTheKeptHandleOnceTheTokenAndTheAddressAreGone() {
        assertEquals(0, run("session", "vend", "--grant", "orders-read"));
        environment.remove("DAYPASS_TOKEN_FILE");
        environment.remove("DAYPASS_URL");
        assertEquals(0, run("session", "status", ScriptedBroker.SESSION), err());
        assertEquals(0, run("session", "renew", ScriptedBroker.SESSION, "--ttl", "PT5M"), err());
        assertEquals(0, run("session", "revoke", ScriptedBroker.SESSION), err());
        assertEquals(
                List.of(
                        VEND,
                        "GET /v1/sessions/{id} handle",
                        "POST /v1/sessions/{id}/renew handle",
                        "DELETE /v1/sessions/{id} handle"),
                broker.requests());
        assertEquals("{\"ttl\":\"PT5M\"}", broker.bodies().get(2));
        assertFalse(Files.exists(file("")), "files are left");
    }

    @Test
    void statusUsesTheTokenWhereNoHandleIsKept() {
        assertEquals(0, run("session", "status", ScriptedBroker.SESSION), err());
        assertEquals(List.of("GET /v1/sessions/{id} token"), broker.requests());
    }

    @Test
    void handleFileIsWrittenOnceAndRead() throws IOException {
        Path handle = folder.resolve("my-handle");
        assertEquals(0, run("session", "vend", "--grant", "orders-read", "--handle-file", handle.toString()), err());
        assertEquals("rw-------", mode(handle));
        environment.put(
                "XDG_RUNTIME_DIR",
                Files.createDirectory(folder.resolve("other")).toString());
        assertEquals(0, run("session", "revoke", ScriptedBroker.SESSION, "--handle-file", handle.toString()), err());
        assertEquals("DELETE /v1/sessions/{id} handle", broker.requests().getLast());
    }

    @Test
    void sessionWhoseFilesCannotBeWrittenIsEnded() throws IOException {
        Path taken = Files.writeString(folder.resolve("taken"), "mine");
        assertEquals(1, run("session", "vend", "--grant", "orders-read", "--handle-file", taken.toString()));
        assertEquals("mine", Files.readString(taken));
        assertEquals(List.of(VEND, "DELETE /v1/sessions/{id} handle"), broker.requests());
        assertFalse(Files.exists(file("")), "files are left");
    }

    @Test
    void folderThatOthersCanReadIsRefusedAndTheSessionEnded() throws IOException {
        Files.createDirectory(folder.resolve("daypass"));
        Files.setPosixFilePermissions(folder.resolve("daypass"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals(1, run("session", "vend", "--grant", "orders-read"));
        assertTrue(err().contains("chmod 700"), err());
        assertEquals(List.of(VEND, "DELETE /v1/sessions/{id} handle"), broker.requests());
    }

    @Test
    void unverifiedRevokeIs1AndKeepsTheHandleOnly() {
        assertEquals(0, run("session", "vend", "--grant", "orders-read"));
        broker.nextEnding(202, broker.view("ENDING"));
        assertEquals(1, run("session", "revoke", ScriptedBroker.SESSION));
        assertTrue(err().contains("ENDING"), err());
        assertTrue(Files.exists(file("handle")), "the handle is needed still");
        assertFalse(Files.exists(file("pgpass")), "the password is not");
    }

    @ParameterizedTest
    @CsvSource({
        "422,ttl_too_long,false,3",
        "403,grant_not_allowed,false,3",
        "401,token_expired,false,3",
        "404,grant_unknown,false,3",
        "400,field_malformed,false,1",
        "413,request_too_large,false,1",
    })
    void refusalIsOneParagraphWithItsExitCode(int status, String code, boolean retryable, int exitCode) {
        broker.nextVend(status, ScriptedBroker.problem(code, status, retryable));
        assertEquals(exitCode, run("session", "vend", "--grant", "orders-read"));
        assertEquals(
                "daypass: " + code + " (" + status
                        + "): the detail. Accepted for ttl: at most PT15M. Correlation id: c-1.\n",
                err());
        assertEquals(List.of(VEND), broker.requests());
    }

    @Test
    void retryableVendIsSentOnceMore() {
        broker.nextVend(503, ScriptedBroker.problem("vault_unavailable", 503, true));
        assertEquals(0, run("session", "vend", "--grant", "orders-read"), err());
        assertEquals(List.of(VEND, VEND), broker.requests());
    }

    @Test
    void firstReasonIsToldWhenTheSecondTryFindsTheTokenSpent() {
        broker.nextVend(503, ScriptedBroker.problem("mint_failed", 503, true));
        broker.nextVend(409, ScriptedBroker.problem("token_replayed", 409, false));
        assertEquals(1, run("session", "vend", "--grant", "orders-read"));
        assertTrue(err().contains("mint_failed"), err());
    }

    @Test
    void answerCannotSteerTheTerminal() {
        broker.nextVend(422, "{\"code\":\"x\",\"detail\":\"a\\u001b[2Jb\\u0007\"}");
        assertEquals(3, run("session", "vend", "--grant", "orders-read"));
        assertEquals("daypass: x (422): a?[2Jb?.\n", err());
    }

    @Test
    void answerThatIsNotOurApisNamesTheMember() {
        broker.nextVend(201, "{\"session\":\"" + ScriptedBroker.SESSION + "\"}");
        assertEquals(1, run("session", "vend", "--grant", "orders-read"));
        assertTrue(err().contains("handle is missing or malformed"), err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://daypass.example",
                "http://127.0.0.1.example",
                "https://user@daypass.example",
                "https://daypass.example/?q",
                "ftp://127.0.0.1",
                "daypass.example"
            })
    void addressThatATokenMustNotGoToIsAUsageError(String url) {
        assertEquals(2, run("session", "vend", "--grant", "orders-read", "--url", url));
        assertTrue(err().contains("https://"), err());
    }

    @Test
    void tokenComesFromStandardInput() {
        environment.remove("DAYPASS_TOKEN_FILE");
        input = ScriptedBroker.TOKEN + "\n";
        assertEquals(0, run("session", "vend", "--grant", "orders-read", "--token-file", "-"), err());
    }

    @Test
    void tokenComesFromACommand() {
        environment.remove("DAYPASS_TOKEN_FILE");
        String command = "cat '" + folder.resolve("token") + "'";
        assertEquals(0, run("session", "vend", "--grant", "orders-read", "--token-command", command), err());
    }

    @Test
    void failedTokenCommandIsToldAndNothingIsSent() {
        assertEquals(1, run("session", "vend", "--grant", "orders-read", "--token-command", "exit 9"));
        assertTrue(err().contains("exit code 9"), err());
        assertEquals(List.of(), broker.requests());
    }

    @Test
    void fileThatIsNoTokenIsToldWithoutItsText() throws IOException {
        Files.writeString(folder.resolve("token"), "two words");
        assertEquals(1, run("session", "vend", "--grant", "orders-read"));
        assertFalse(err().contains("two words"), err());
        assertEquals(List.of(), broker.requests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--grant=Orders", "--grant=orders-read --ttl=0s", "--grant=orders-read --ttl=ten", ""})
    void malformedOptionsAreUsageErrors(String options) {
        var words = new ArrayList<>(List.of("session", "vend"));
        if (!options.isEmpty()) {
            words.addAll(List.of(options.split(" ", -1)));
        }
        assertEquals(2, run(words.toArray(String[]::new)));
        assertEquals(List.of(), broker.requests());
    }

    private int run(String... arguments) {
        return Commands.run(
                new Surroundings(
                        environment,
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Clock.systemUTC()),
                arguments);
    }

    private Path file(String name) {
        return folder.resolve("daypass/sessions")
                .resolve(ScriptedBroker.SESSION)
                .resolve(name);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
