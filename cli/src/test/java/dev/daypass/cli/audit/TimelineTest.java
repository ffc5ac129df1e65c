package dev.daypass.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineTest {
    /** Shortly before midnight, so that the session has two days. */
    private static final Instant BEGUN = Instant.parse("2026-11-22T23:59:30.000Z");

    private static final SessionId SESSION = SessionId.create(BEGUN, new SecureRandom());
    private static final SessionId OTHER = SessionId.create(BEGUN, new SecureRandom());

    @TempDir
    Path folder;

    private SampleRecord record;

    @BeforeEach
    void aRecord() {
        record = new SampleRecord(folder);
    }

    @Test
    void aSessionIsToldFromTokenToEndingInOrder() throws IOException {
        wholeSession();
        assertEquals(
                List.of(
                        "intents intent",
                        "vault-audit api.update",
                        "postgresql account.create",
                        "postgresql logon",
                        "postgresql datastore.read",
                        "postgresql account.delete",
                        "endings ending"),
                steps(json()));
    }

    @Test
    void theSameRequestAndPhaseOfTwoDevicesIsShownOnce() throws IOException {
        wholeSession();
        var entry = json().path("entries").get(1);
        assertEquals("api.update", entry.path("what").asText());
        assertEquals(2, entry.path("copies").asInt());
    }

    @Test
    void requestAndResponseOfVaultAreTwoLines() throws IOException {
        record.intent(SESSION, "agent:support-bot");
        record.events(Source.VAULT_AUDIT, at(1), vault("q-1", "request", at(1)), vault("q-1", "response", at(1)));
        assertEquals(List.of("intents intent", "vault-audit api.update", "vault-audit api.update"), steps(json()));
    }

    @Test
    void aLineOfAnotherSessionIsLeftOut() throws IOException {
        record.intent(SESSION, "agent:support-bot");
        // It names the session in its text, which anybody can write, and is another session's.
        record.events(
                Source.POSTGRESQL,
                at(5),
                SampleRecord.line(
                        Source.POSTGRESQL, OTHER, at(5), "datastore.read", statement("SELECT '" + SESSION + "'")));
        assertEquals(List.of("intents intent"), steps(json()));
    }

    @Test
    void aFindingAboutTheLoginIsShownThoughItsLineHasNoSession() throws IOException {
        record.events(Source.POSTGRESQL, at(5), SampleRecord.line(Source.POSTGRESQL, SESSION, at(5), "logon", line -> {
            ((ObjectNode) line.path("daypass").path("who")).remove("session");
            SampleRecord.daypass(line).put("finding", "login_without_intent");
        }));
        var entry = json().path("entries").get(0);
        assertEquals("login_without_intent", entry.path("finding").asText());
        assertTrue(run().out().contains("NO INTENT IN THE RECORD"), run().out());
        assertTrue(run().out().contains("FINDING login_without_intent"), run().out());
    }

    @Test
    void whatTheDatabasesAdministratorDidIsByItAndForTheAgent() throws IOException {
        record.intent(SESSION, "agent:support-bot");
        record.events(
                Source.POSTGRESQL,
                at(5),
                SampleRecord.line(Source.POSTGRESQL, SESSION, at(5), "account.create", line -> {
                    ((ObjectNode) line.path("daypass").path("who"))
                            .put("user", "vault_admin")
                            .put("agent", "agent:support-bot");
                }));
        assertEquals(
                "vault_admin for agent:support-bot",
                json().path("entries").get(1).path("who").asText());
    }

    @Test
    void eachLineSaysWhereItStands() throws IOException {
        wholeSession();
        var entry = json().path("entries").get(4);
        assertTrue(Files.exists(folder.resolve(entry.path("key").asText())), entry.toString());
        assertEquals(3, entry.path("line").asInt(), "CREATE ROLE and the login stand before it in the same object");
        assertTrue(run().out().contains("  at " + entry.path("key").asText() + ":3\n"), run().out());
    }

    @Test
    void aStatementCannotSteerTheTerminal() throws IOException {
        record.intent(SESSION, "agent\u001b[2J");
        record.events(
                Source.POSTGRESQL,
                at(5),
                SampleRecord.line(
                        Source.POSTGRESQL,
                        SESSION,
                        at(5),
                        "datastore.read",
                        statement("SELECT '\u001b]0;x\u0007\u009b2J\u202e'\r\nOK")));
        for (var out : List.of(run().out(), run("--json").out())) {
            assertTrue(out.contains("SELECT"), out);
            assertTrue(out.chars().allMatch(c -> c == '\n' || !Character.isISOControl(c) && c != 0x202e), out);
        }
        assertTrue(run().out().contains("  SELECT '?]0;x??2J?' OK\n"), run().out());
    }

    @Test
    void anObjectThatWasCutIsAFailureThatNamesIt() throws IOException {
        wholeSession();
        var key = json().path("entries").get(4).path("key").asText();
        var bytes = Files.readAllBytes(folder.resolve(key));
        Files.write(folder.resolve(key), Arrays.copyOf(bytes, bytes.length - 8));
        var run = run();
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains(key), run.err());
        assertTrue(run.err().contains("audit verify"), run.err());
    }

    @Test
    void aSessionThatIsNotInTheRecordIsAFailure() throws IOException {
        wholeSession();
        var unknown = SessionId.create(BEGUN, new SecureRandom());
        var run = Command.run(BEGUN, "audit", "timeline", unknown.text(), "--copy", folder.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("nothing of session " + unknown), run.err());
    }

    @Test
    void anObjectOutsideOfTheSessionsTimeIsNotRead() throws IOException {
        record.intent(SESSION, "agent:support-bot");
        record.ending(SESSION, at(60));
        // The ending and 15 minutes: at the boundary the object is not read any more.
        record.events(
                Source.POSTGRESQL,
                at(60 + 15 * 60),
                SampleRecord.line(Source.POSTGRESQL, SESSION, at(60 + 15 * 60), "logon", line -> {}));
        assertEquals(List.of("intents intent", "endings ending"), steps(json()));
        record.events(
                Source.POSTGRESQL,
                at(59 + 15 * 60),
                SampleRecord.line(Source.POSTGRESQL, SESSION, at(59 + 15 * 60), "logon", line -> {}));
        assertEquals(List.of("intents intent", "endings ending", "postgresql logon"), steps(json()));
    }

    @Test
    void timesThatAnIntentCannotHaveAreNotBelieved() throws IOException {
        var key = record.intent(SESSION, "agent:support-bot");
        Path intent = folder.resolve(key.text());
        Files.writeString(
                intent,
                Files.readString(intent)
                        .replaceAll("\"createdAt\":\"[^\"]*\"", "\"createdAt\":\"+999999999-01-01T00:00:00Z\"")
                        .replaceAll("\"window\":\"[^\"]*\"", "\"window\":\"+999999999-01-01T00:00:00Z\""));
        assertEquals(BEGUN.minusSeconds(120).toString(), json().path("from").asText());
        assertEquals(
                BEGUN.plusSeconds(400 * 86_400 + 15 * 60).toString(),
                json().path("to").asText());
    }

    @Test
    void bucketAndCopyTogetherAreAUsageError() {
        var run = Command.run(
                BEGUN, "audit", "timeline", SESSION.text(), "--copy", folder.toString(), "--bucket", "evidence");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("--bucket NAME or --copy DIR"), run.err());
    }

    private void wholeSession() throws IOException {
        record.intent(SESSION, "agent:support-bot");
        record.events(Source.VAULT_AUDIT, at(1), vault("q-1", "request", at(1)), vault("q-1", "request", at(1)));
        record.events(
                Source.POSTGRESQL,
                at(2),
                SampleRecord.line(Source.POSTGRESQL, SESSION, at(2), "account.create", statement("CREATE ROLE")),
                SampleRecord.line(Source.POSTGRESQL, SESSION, at(20), "logon", line -> {}),
                SampleRecord.line(Source.POSTGRESQL, SESSION, at(40), "datastore.read", statement("SELECT 1")),
                SampleRecord.line(Source.POSTGRESQL, OTHER, at(40), "datastore.read", statement("SELECT 2")));
        record.events(
                Source.POSTGRESQL,
                at(50),
                SampleRecord.line(Source.POSTGRESQL, SESSION, at(50), "account.delete", statement("DROP ROLE")));
        record.ending(SESSION, at(55));
    }

    private static ObjectNode vault(String request, String phase, Instant when) {
        return SampleRecord.line(
                Source.VAULT_AUDIT,
                SESSION,
                when,
                "api.update",
                line -> SampleRecord.daypass(line)
                        .putObject("ids")
                        .put("request", request)
                        .put("phase", phase));
    }

    private static Consumer<ObjectNode> statement(String sql) {
        return line -> line.putObject("query_info").put("query_string", sql);
    }

    private static Instant at(long second) {
        return BEGUN.plusSeconds(second);
    }

    private Command run(String... more) {
        var words = new ArrayList<>(List.of("audit", "timeline", SESSION.text(), "--copy", folder.toString()));
        words.addAll(List.of(more));
        return Command.run(BEGUN, words.toArray(String[]::new));
    }

    private JsonNode json() throws IOException {
        var run = run("--json");
        assertEquals(0, run.exitCode(), run.err());
        assertFalse(run.err().contains("daypass:"), run.err());
        return new ObjectMapper().readTree(run.out());
    }

    private static List<String> steps(JsonNode timeline) {
        var steps = new ArrayList<String>();
        timeline.path("entries")
                .forEach(entry -> steps.add(
                        entry.path("source").asText() + " " + entry.path("what").asText()));
        return steps;
    }
}
