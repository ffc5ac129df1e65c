package dev.daypass.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTest {
    private static final Instant BEGUN = Instant.parse("2026-11-23T03:00:00.000Z");
    private static final SessionId SESSION = SessionId.create(BEGUN, new SecureRandom());
    private static final SessionId UNENDED = SessionId.create(BEGUN.plusSeconds(1), new SecureRandom());
    private static final SessionId UNINTENDED = SessionId.create(BEGUN.plusSeconds(2), new SecureRandom());

    @TempDir
    Path folder;

    private SampleRecord record;

    @BeforeEach
    void aRecord() throws IOException {
        record = new SampleRecord(folder);
        record.intent(SESSION, "agent:support-bot");
        record.ending(SESSION, at(100));
        record.intent(UNENDED, "agent:other");
        record.ending(UNINTENDED, at(100));
        record.events(
                Source.POSTGRESQL,
                at(2),
                line(at(2), "account.create", statement("CREATE ROLE")),
                line(at(20), "logon", line -> {
                    SampleRecord.daypass(line)
                            .putObject("ids")
                            .put("databaseSession", "6b03.7818")
                            .put("line", "4");
                }),
                line(at(40), "datastore.read", statement("SELECT 1")),
                line(at(41), "datastore.read", statement("=HYPERLINK(\"x\")\u001b[2J, OK")),
                line(at(42), "api.read", line -> line.putObject("api").put("operation", "sys/leases")),
                line(at(43), "logon", line -> SampleRecord.daypass(line).put("finding", "login_without_intent")));
        record.reconciliation(
                at(60),
                SampleRecord.object()
                        .put("code", "line_missing")
                        .put("source", "postgresql")
                        .put("object", "stream-1")
                        .put("session", SESSION.text())
                        .put("detail", "line 7"));
        record.seal(Source.POSTGRESQL, 1, at(60));
    }

    @Test
    void sessionsJoinIntentAndEndingAndShowWhatLacksEither() {
        assertEquals(
                List.of(
                        "{\"session\":\"" + SESSION
                                + "\",\"begun_at\":\"2026-11-23T03:00:00Z\",\"end_reason\":\"revoked\"}",
                        "{\"session\":\"" + UNENDED + "\",\"begun_at\":\"2026-11-23T03:00:01Z\",\"end_reason\":null}",
                        "{\"session\":\"" + UNINTENDED + "\",\"begun_at\":null,\"end_reason\":\"revoked\"}"),
                json("SELECT session, begun_at, end_reason FROM sessions ORDER BY session"));
    }

    @Test
    void sessionsHaveListsAndTheirDay() {
        assertEquals(
                List.of(
                        "{\"actors\":[\"act-1\",\"act-2\"],\"source_address\":\"198.51.100.7\",\"event_day\":\"20261123\",\"region\":\"eu-central-1\"}"),
                json("SELECT actors, source_address, event_day, region FROM sessions WHERE session = '" + SESSION
                        + "'"));
    }

    @Test
    void recordsCarryTheSixFieldsAndTheirPlace() {
        assertEquals(
                List.of("{\"occurred_at\":\"2026-11-23T03:00:20Z\",\"session_user\":\"dp_" + SESSION
                        + "\",\"agent\":\"agent:support-bot\",\"owner\":\"team-support\",\"activity\":\"logon\",\"outcome\":\"success\","
                        + "\"address\":\"127.0.0.1:40112\",\"object_name\":\"orders\",\"database_session\":\"6b03.7818\",\"line_number\":4,"
                        + "\"position\":1,\"logged_at\":\"2026-11-23T03:00:20Z\",\"account_id\":\"111122223333\"}"),
                json(
                        "SELECT occurred_at, session_user, agent, owner, activity, outcome, address, object_name, database_session,"
                                + " line_number, position, logged_at, account_id FROM records WHERE line_number IS NOT NULL"));
    }

    @Test
    void aRowNamesTheObjectThatItCameFrom() {
        String row = json("SELECT DISTINCT evidence_key FROM records").getFirst();
        String key = row.substring("{\"evidence_key\":\"".length(), row.length() - 2);
        assertTrue(Files.exists(folder.resolve(key)), row);
    }

    @Test
    void eachViewPicksItsRecords() {
        assertEquals(List.of("{\"n\":2}"), json("SELECT count(*) AS n FROM statements"));
        assertEquals(List.of("{\"n\":2}"), json("SELECT count(*) AS n FROM logins"));
        assertEquals(List.of("{\"statement\":\"CREATE ROLE\"}"), json("SELECT statement FROM account_changes"));
        assertEquals(
                List.of("{\"statement\":\"sys/leases\"}"),
                json("SELECT statement FROM records WHERE activity = 'api.read'"));
    }

    @Test
    void findingsComeFromForwarderAndReconciler() {
        assertEquals(
                List.of(
                        "{\"found_by\":\"forwarder\",\"code\":\"login_without_intent\",\"found_at\":\"2026-11-23T03:00:43Z\"}",
                        "{\"found_by\":\"reconciler\",\"code\":\"line_missing\",\"found_at\":\"2026-11-23T03:01:00Z\"}"),
                json("SELECT found_by, code, found_at FROM findings ORDER BY found_at"));
    }

    @Test
    void aSessionsTimelineHasEveryStepInOrder() {
        assertEquals(
                List.of(
                                "intent",
                                "account.create",
                                "logon",
                                "datastore.read",
                                "datastore.read",
                                "api.read",
                                "logon",
                                "finding",
                                "ending")
                        .stream()
                        .map(step -> "{\"activity\":\"" + step + "\"}")
                        .toList(),
                json("SELECT activity FROM session_timeline WHERE session = '" + SESSION
                        + "' ORDER BY occurred_at, step"));
    }

    @Test
    void sealsAreDecoded() {
        assertEquals(
                List.of(
                        "{\"source\":\"postgresql\",\"number\":1,\"sealed_to\":\"2026-11-23T03:01:00Z\",\"records\":5,\"format\":\"daypass-seal/1\"}"),
                json("SELECT source, number, sealed_to, records, envelope::JSON ->> '$.format' AS format FROM seals"));
    }

    @Test
    void aPeriodIncludesItsBeginningAndNotItsEnd() {
        assertEquals(
                List.of("{\"occurred_at\":\"2026-11-23T03:00:20Z\"}", "{\"occurred_at\":\"2026-11-23T03:00:40Z\"}"),
                json(
                        "SELECT occurred_at FROM records ORDER BY 1",
                        "--from",
                        "2026-11-23T03:00:20Z",
                        "--to",
                        "2026-11-23T03:00:41Z"));
    }

    @Test
    void aRecordWithNothingInItHasEmptyViews(@TempDir Path empty) {
        var run = Command.run(
                BEGUN, "audit", "sql", "SELECT count(*) AS n FROM session_timeline", "--copy", empty.toString());
        assertEquals("n\n0\n", run.out(), run.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_text('${folder}/secret')",
                "SELECT * FROM read_json('${folder}/**/*.json')",
                "SELECT * FROM glob('${folder}/*')",
                "COPY (SELECT 1) TO '${folder}/written.csv'",
                "ATTACH '${folder}/written.db'",
                "EXPORT DATABASE '${folder}/written'",
                "INSTALL httpfs",
                "LOAD httpfs",
                "SET enable_external_access = true",
                "SET allowed_directories = ['/']",
                "RESET lock_configuration",
                "SELECT * FROM 'https://daypass.invalid/x.parquet'",
                "SELECT getenv('HOME')",
                "DROP VIEW sessions",
                "CREATE TABLE more AS SELECT 1"
            })
    void aQueryReachesNeitherFilesNorTheNetworkNorChangesAnything(String query) throws IOException {
        Files.writeString(folder.resolve("secret"), "of this machine");
        Set<Path> before = files();
        var run = run(query.replace("${folder}", folder.toString()), "--format", "json");
        assertEquals(1, run.exitCode(), run.out());
        assertTrue(run.err().contains("the query failed"), run.err());
        assertFalse((run.out() + run.err()).contains("of this machine"), run.out());
        assertEquals(before, files());
    }

    @Test
    void aViewThatIsReachedWithoutBeingNamedIsAnErrorAndNotEmpty() {
        var run = run("SELECT count(*) FROM query_table('sea' || 'ls')");
        assertEquals(1, run.exitCode(), run.out());
    }

    @Test
    void theTemporaryFolderIsGoneAfterwards() throws IOException {
        Set<String> before = temporaryFolders();
        assertEquals(0, run("SELECT * FROM records").exitCode());
        assertEquals(1, run("SELECT nothing FROM records").exitCode());
        assertEquals(before, temporaryFolders());
    }

    @Test
    void anObjectThatWasCutIsAFailureAndNotFewerRows() throws IOException {
        Path object;
        try (var files = Files.walk(folder)) {
            object = files.filter(file -> file.toString().endsWith(".zst"))
                    .findFirst()
                    .orElseThrow();
        }
        var bytes = Files.readAllBytes(object);
        Files.write(object, Arrays.copyOf(bytes, bytes.length - 8));
        var run = run("SELECT count(*) FROM records");
        assertEquals(1, run.exitCode(), run.out());
        assertTrue(run.err().contains(object.getFileName().toString()), run.err());
    }

    @Test
    void csvIsQuotedAndHarmless() {
        assertEquals(
                "statement,n\r\nSELECT 1,-1\r\n\"'=HYPERLINK(\"\"x\"\")?[2J, OK\",-1\r\n",
                run("SELECT statement, -1 AS n FROM statements ORDER BY occurred_at", "--format", "csv")
                        .out());
    }

    @Test
    void tableAndJsonCannotSteerTheTerminal() {
        for (var format : List.of("table", "json")) {
            String out =
                    run("SELECT statement FROM statements", "--format", format).out();
            assertTrue(out.contains("HYPERLINK"), out);
            assertTrue(out.chars().allMatch(c -> c == '\n' || !Character.isISOControl(c)), out);
        }
    }

    @Test
    void aPeriodThatEndsBeforeItBeginsIsAUsageError() {
        assertEquals(
                2, run("SELECT 1", "--from", "2026-11-23", "--to", "2026-11-23").exitCode());
    }

    private Set<Path> files() throws IOException {
        try (var files = Files.walk(folder)) {
            return new TreeSet<>(files.toList());
        }
    }

    private static Set<String> temporaryFolders() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return new TreeSet<>(files.map(Path::toString)
                    .filter(name -> name.contains("daypass-audit"))
                    .toList());
        }
    }

    private static ObjectNode line(Instant when, String what, Consumer<ObjectNode> more) {
        return SampleRecord.line(Source.POSTGRESQL, SESSION, when, what, more);
    }

    private static Consumer<ObjectNode> statement(String sql) {
        return line -> line.putObject("query_info").put("query_string", sql);
    }

    private static Instant at(long second) {
        return BEGUN.plusSeconds(second);
    }

    private Command run(String query, String... more) {
        var words = new ArrayList<>(List.of("audit", "sql", query, "--copy", folder.toString()));
        words.addAll(List.of(more));
        return Command.run(BEGUN, words.toArray(String[]::new));
    }

    private List<String> json(String query, String... more) {
        var words = new ArrayList<>(List.of("--format", "json"));
        words.addAll(List.of(more));
        var run = run(query, words.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run.out().lines().toList();
    }
}
