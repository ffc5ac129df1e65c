package dev.daypass.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecTest {
    private static final String VEND = "POST /v1/sessions token";
    private static final String RENEW = "POST /v1/sessions/{id}/renew handle";
    private static final String END = "DELETE /v1/sessions/{id} handle";

    @TempDir
    Path folder;

    private ScriptedBroker broker;

    @BeforeEach
    void startBroker() throws IOException {
        broker = new ScriptedBroker();
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void childFindsTheConnectionInPrivateFilesThatAreGoneAfterwards() throws Exception {
        try (var run = exec("stat -c '%a' \"$PGPASSFILE\" \"$PGSERVICEFILE\" \"$(dirname \"$PGPASSFILE\")\";"
                + "cat \"$PGPASSFILE\" \"$PGSERVICEFILE\"; env | grep ^PG | grep -v FILE | sort")) {
            assertEquals(0, run.exitCode(), run.err());
            assertEquals("""
                    600
                    600
                    700
                    127.0.0.1:5432:orders:dp_%1$s:s3\\:cr\\\\et-'\\:\\\\\\\\p
                    [daypass]
                    host=127.0.0.1
                    port=5432
                    dbname=orders
                    user=dp_%1$s
                    sslmode=disable
                    PGDATABASE=orders
                    PGHOST=127.0.0.1
                    PGPORT=5432
                    PGSERVICE=daypass
                    PGSSLMODE=disable
                    PGUSER=dp_%1$s
                    """.formatted(ScriptedBroker.SESSION), run.out());
            assertEquals("", run.err());
        }
        assertEquals(List.of(VEND, END), broker.requests());
        assertNoFilesAreLeft();
    }

    @Test
    void noSecretIsInTheEnvironmentOrTheArgumentsOfTheChildOrOfDaypass() throws Exception {
        Path seen = folder.resolve("seen");
        try (var run = exec("cat /proc/$$/environ /proc/$$/cmdline /proc/$PPID/environ /proc/$PPID/cmdline > '" + seen
                + "'; tr '\\0' '\\n' < /proc/$$/environ | grep -c PGPASSWORD")) {
            assertEquals(1, run.exitCode(), "grep is to find no PGPASSWORD in the child");
        }
        String all = Files.readString(seen, StandardCharsets.ISO_8859_1);
        assertTrue(all.contains("PGPASSFILE=") && all.contains("dev.daypass.cli.Main"), "both processes were read");
        assertFalse(all.contains(ScriptedBroker.PASSWORD), "the password");
        assertFalse(all.contains(ScriptedBroker.HANDLE), "the handle");
        assertFalse(all.contains(ScriptedBroker.TOKEN), "the token");
    }

    @ParameterizedTest
    @CsvSource({"exit 0,0", "exit 7,7", "exit 125,125", "kill -9 $$,137", "kill -TERM $$,143"})
    void exitCodeIsTheChildsAndTheSessionIsEnded(String script, int code) throws Exception {
        try (var run = exec(script)) {
            assertEquals(code, run.exitCode(), run.err());
        }
        assertEquals(List.of(VEND, END), broker.requests());
        assertNoFilesAreLeft();
    }

    @ParameterizedTest
    @CsvSource({"TERM,143", "HUP,129", "INT,130"})
    void signalToDaypassReachesTheChildAndTheSessionIsEnded(String signal, int code) throws Exception {
        Path ready = folder.resolve("ready");
        Path got = folder.resolve("got");
        try (var run =
                exec("for s in TERM HUP INT; do trap \"echo $s > '" + got + "'; trap - $s; kill -$s $$\" $s; done;"
                        + " echo yes > '" + ready + "'; while :; do sleep 0.05; done")) {
            run.await(ready);
            run.signal(signal);
            assertEquals(code, run.exitCode(), run.err());
        }
        assertEquals(signal, Files.readString(got).strip());
        assertEquals(List.of(VEND, END), broker.requests());
        assertNoFilesAreLeft();
    }

    @Test
    void daypassOutlivesAnInterruptThatItsChildOutlives() throws Exception {
        Path ready = folder.resolve("ready");
        Path got = folder.resolve("got");
        try (var run = exec("trap \"echo INT > '" + got + "'\" INT; echo yes > '" + ready + "'; while [ ! -e '" + got
                + "' ]; do sleep 0.05; done; sleep 0.3; exit 5")) {
            run.await(ready);
            run.signal("INT");
            assertEquals(5, run.exitCode(), run.err());
        }
        assertEquals(List.of(VEND, END), broker.requests());
    }

    @Test
    void sessionIsEndedUnusedWhenTheSignalComesBeforeItsAnswer() throws Exception {
        broker.vendTakes = Duration.ofSeconds(2);
        Path never = folder.resolve("never");
        try (var run = exec("echo ran > '" + never + "'")) {
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (broker.requests().isEmpty() && System.nanoTime() < end) {
                Thread.sleep(20);
            }
            run.signal("TERM");
            assertEquals(143, run.exitCode(), run.err());
        }
        assertFalse(Files.exists(never), "the command ran");
        assertEquals(List.of(VEND, END), broker.requests());
        assertNoFilesAreLeft();
    }

    @Test
    void leaseIsRenewedWhileTheChildLives() throws Exception {
        broker.lease = Duration.ofSeconds(4);
        try (var run = exec("sleep 6")) {
            assertEquals(0, run.exitCode(), run.err());
            assertEquals("", run.err());
        }
        assertTrue(broker.requests().stream().filter(RENEW::equals).count() >= 2, broker.requests()::toString);
        assertEquals(END, broker.requests().getLast());
    }

    @Test
    void noRenewLetsTheLeaseEndAndSaysSoBefore() throws Exception {
        broker.lease = Duration.ofSeconds(3);
        try (var run = run("exec", "--grant", "orders-read", "--no-renew", "--", "sleep", "3")) {
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.err().contains("--no-renew"), run.err());
        }
        assertFalse(broker.requests().contains(RENEW), broker.requests()::toString);
    }

    @Test
    void refusedRenewalIsToldBeforeTheEnd() throws Exception {
        broker.lease = Duration.ofSeconds(3);
        broker.nextRenewal(409, ScriptedBroker.problem("grant_changed", 409, false));
        try (var run = exec("sleep 3")) {
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.err().contains("cannot be renewed: grant_changed"), run.err());
        }
        assertEquals(1, broker.requests().stream().filter(RENEW::equals).count());
    }

    @Test
    void leaseThatReachesTheWindowIsToldBeforeTheEnd() throws Exception {
        broker.lease = Duration.ofSeconds(4);
        broker.window = Duration.ofSeconds(4);
        try (var run = exec("sleep 4")) {
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.err().contains("its window is over"), run.err());
        }
        assertFalse(broker.requests().contains(RENEW), broker.requests()::toString);
    }

    @Test
    void unverifiedEndingIsToldAndTheHandleIsKeptForLater() throws Exception {
        broker.nextEnding(202, broker.view("ENDING"));
        try (var run = exec("exit 0")) {
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.err().contains("daypass session status " + ScriptedBroker.SESSION), run.err());
        }
        assertEquals(List.of("endpoint", "handle"), filesLeft());
        try (var run = run("session", "revoke", ScriptedBroker.SESSION)) {
            assertEquals(0, run.exitCode(), run.err());
        }
        assertNoFilesAreLeft();
    }

    @Test
    void failedEndingOfASuccessfulCommandIs125AndTheHandleIsKept() throws Exception {
        broker.nextEnding(403, ScriptedBroker.problem("session_not_yours", 403, false));
        try (var run = exec("exit 0")) {
            assertEquals(125, run.exitCode(), run.err());
            assertTrue(run.err().contains("daypass session revoke " + ScriptedBroker.SESSION), run.err());
        }
        assertEquals(List.of("endpoint", "handle"), filesLeft());
    }

    @Test
    void endingIsTriedAgainWhenTheEndpointSaysThatItMay() throws Exception {
        broker.nextEnding(503, ScriptedBroker.problem("vault_unavailable", 503, true));
        try (var run = exec("exit 0")) {
            assertEquals(0, run.exitCode(), run.err());
        }
        assertEquals(List.of(VEND, END, END), broker.requests());
        assertNoFilesAreLeft();
    }

    @Test
    void commandThatIsNotThereIs127AndAsksForNoSession() throws Exception {
        try (var run = run("exec", "--grant", "orders-read", "--", "no-such-command")) {
            assertEquals(127, run.exitCode(), run.err());
        }
        assertEquals(List.of(), broker.requests());
    }

    @Test
    void commandThatIsNotExecutableIs126AndAsksForNoSession() throws Exception {
        Path file = Files.writeString(folder.resolve("plain"), "text");
        try (var run = run("exec", "--grant", "orders-read", "--", file.toString())) {
            assertEquals(126, run.exitCode(), run.err());
        }
        assertEquals(List.of(), broker.requests());
    }

    @Test
    void commandThatTheSystemRefusesIs126AndItsSessionIsEnded() throws Exception {
        Path file = Files.writeString(folder.resolve("script"), "#!/no/such/interpreter\n");
        assertTrue(file.toFile().setExecutable(true));
        try (var run = run("exec", "--grant", "orders-read", "--", file.toString())) {
            assertEquals(126, run.exitCode(), run.err());
        }
        assertEquals(List.of(VEND, END), broker.requests());
        assertNoFilesAreLeft();
    }

    @Test
    void refusalByPolicyIs125AndOneParagraph() throws Exception {
        broker.nextVend(422, ScriptedBroker.problem("ttl_too_long", 422, false));
        try (var run = exec("exit 0")) {
            assertEquals(125, run.exitCode());
            assertEquals(
                    "daypass: ttl_too_long (422): the detail. Accepted for ttl: at most PT15M. Correlation id: c-1.\n",
                    run.err());
        }
        assertEquals(List.of(VEND), broker.requests());
    }

    @Test
    void argumentsBehindTheCommandAreItsOwn() throws Exception {
        try (var run = run("exec", "--grant", "orders-read", "printf", "%s\n", "--grant", "@token", "-c", "a b")) {
            assertEquals(0, run.exitCode(), run.err());
            assertEquals("--grant\n@token\n-c\na b\n", run.out());
        }
    }

    private CliRun exec(String script) throws IOException {
        return run("exec", "--grant", "orders-read", "--", "sh", "-c", script);
    }

    private CliRun run(String... arguments) throws IOException {
        return CliRun.start(folder, broker, arguments);
    }

    private void assertNoFilesAreLeft() {
        assertEquals(List.of(), filesLeft());
    }

    private List<String> filesLeft() {
        var names = folder.resolve("daypass/sessions/" + ScriptedBroker.SESSION)
                .toFile()
                .list();
        return names == null ? List.of() : Arrays.stream(names).sorted().toList();
    }
}
