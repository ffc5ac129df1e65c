package dev.daypass.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(AwsProperties.class)
class CopyTest {
    private static final Instant NOW = Instant.parse("2026-11-23T04:00:00Z");
    private static final String BUCKET = "evidence";

    @TempDir
    Path folder;

    private StubAws aws;
    private Path copy;

    @BeforeEach
    void anEndpoint() throws IOException {
        aws = new StubAws();
        copy = folder.resolve("copy");
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void aCopyHasEachObjectAndTheListOfVersionsWithTheirLocks() throws IOException {
        aws.put(BUCKET, "intents/a.json", bytes("one"));
        aws.putUnlocked(BUCKET, "intents/b.json", bytes("two"));
        aws.deleteMarker(BUCKET, "intents/b.json");
        var run = copy();
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("one", Files.readString(copy.resolve("intents/a.json")));
        assertEquals(
                List.of(
                        "{\"format\":\"daypass-copy/1\",\"bucket\":\"evidence\",\"copiedAt\":\"2026-11-23T04:00:00Z\"}",
                        "{\"key\":\"intents/a.json\",\"versionId\":\"v0\",\"size\":3,\"lastModified\":\"2026-11-23T03:00:00Z\","
                                + "\"latest\":true,\"lockMode\":\"COMPLIANCE\",\"retainUntil\":\"2027-12-28T03:00:00Z\"}",
                        "{\"key\":\"intents/b.json\",\"versionId\":\"v1\",\"size\":3,\"lastModified\":\"2026-11-23T03:00:01Z\",\"latest\":false}",
                        "{\"key\":\"intents/b.json\",\"versionId\":\"v2\",\"lastModified\":\"2026-11-23T03:00:02Z\",\"latest\":true,\"deleteMarker\":true}"),
                Files.readAllLines(copy.resolve("versions.ndjson")).stream()
                        .sorted(byKey())
                        .toList());
        assertEquals(Set.of("versions.ndjson", "intents/a.json", "intents/b.json"), files());
    }

    @Test
    void theEarliestVersionOfAKeyIsTheObject() throws IOException {
        // More versions than a page of the listing has.
        for (var text : List.of("first", "second", "third", "fourth", "fifth")) {
            aws.put(BUCKET, "intents/a.json", bytes(text));
        }
        assertEquals(0, copy().exitCode());
        assertEquals("first", Files.readString(copy.resolve("intents/a.json")));
        assertEquals(6, Files.readAllLines(copy.resolve("versions.ndjson")).size());
    }

    @Test
    void sealsAreListedBeforeWhatTheyName() {
        aws.put(BUCKET, "events/a", bytes("x"));
        aws.put(BUCKET, "seals/a", bytes("x"));
        assertEquals(0, copy().exitCode());
        assertEquals(
                List.of("LIST seals/", "LIST "),
                aws.requests().stream()
                        .filter(request -> request.startsWith("LIST"))
                        .toList());
    }

    @Test
    void aCopyThatWasBrokenOffFetchesOnlyWhatIsMissing() throws IOException {
        for (int i = 0; i < 8; i++) {
            aws.put(BUCKET, "intents/" + i, bytes("text " + i));
        }
        aws.failing("intents/7", true);
        assertEquals(1, copy().exitCode());
        assertFalse(Files.exists(copy.resolve("versions.ndjson")), "it looks like a whole copy");
        long there =
                files().stream().filter(name -> name.startsWith("intents/")).count();
        aws.failing("intents/7", false);
        aws.forget();
        var run = copy();
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(8 - there, aws.count("GET "));
        assertTrue(run.out().contains("8 objects") && run.out().contains(there + " of them from before"), run.out());
        assertEquals(9, Files.readAllLines(copy.resolve("versions.ndjson")).size());
    }

    @Test
    void aWholeCopyIsBroughtUpToDateWithoutFetchingAgain() throws IOException {
        aws.put(BUCKET, "intents/a", bytes("one"));
        assertEquals(0, copy().exitCode());
        aws.put(BUCKET, "intents/b", bytes("two"));
        aws.forget();
        assertEquals(0, copy().exitCode());
        assertEquals(1, aws.count("GET "));
        assertEquals(1, aws.count("GET intents/b"));
        assertEquals(Set.of("versions.ndjson", "intents/a", "intents/b"), files());
    }

    @Test
    void aFileOfAnotherSizeIsFetchedAgain() throws IOException {
        aws.put(BUCKET, "intents/a", bytes("one"));
        assertEquals(0, copy().exitCode());
        Files.writeString(copy.resolve("intents/a"), "longer");
        assertEquals(0, copy().exitCode());
        assertEquals("one", Files.readString(copy.resolve("intents/a")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../escaped",
                "intents/../../escaped",
                "/escaped",
                "intents//escaped",
                ".daypass-copy/journal",
                "versions.ndjson",
                "intents/.",
                "intents/",
                "intents/a\\b",
                "intents/a\u0001b",
                "intents/a/below-a-file"
            })
    void aKeyThatCannotBeAFileNameIsListedAndNotWritten(String key) throws IOException {
        aws.put(BUCKET, "intents/a", bytes("good"));
        aws.put(BUCKET, key, bytes("bad"));
        var run = copy();
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains("not copied"), run.err());
        assertEquals(Set.of("versions.ndjson", "intents/a"), files());
        assertEquals(Set.of("copy"), names(folder));
        assertEquals(3, Files.readAllLines(copy.resolve("versions.ndjson")).size());
    }

    @Test
    void aKeyCannotSteerTheTerminal() {
        aws.put(BUCKET, "intents/\u001b[2J/..", bytes("bad"));
        assertFalse(copy().err().contains("\u001b"));
    }

    @Test
    void aLinkThatLeadsOutOfTheCopyIsNotFollowed() throws IOException {
        Files.createDirectories(copy);
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createSymbolicLink(copy.resolve("intents"), outside);
        aws.put(BUCKET, "intents/a", bytes("x"));
        assertEquals(2, copy().exitCode());
        assertEquals(Set.of(), names(outside));
    }

    @Test
    void onlyKeysWithThePrefixAreCopied() throws IOException {
        aws.put(BUCKET, "intents/a", bytes("x"));
        aws.put(BUCKET, "endings/a", bytes("x"));
        aws.put(BUCKET, "seals/a", bytes("x"));
        assertEquals(0, copy("--prefix", "endings/").exitCode());
        assertEquals(Set.of("versions.ndjson", "endings/a"), files());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 100})
    void theNewestHeadOfEachSourceIsFoundWithFewRequests(int newest) throws IOException {
        aws.put(BUCKET, "intents/a", bytes("x"));
        for (int i = 1; i <= newest; i++) {
            head(Source.POSTGRESQL, i);
        }
        head(Source.INTENTS, 4);
        var run = copy("--heads-bucket", "heads");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                List.of(
                        "{\"source\":\"intents\",\"number\":4}",
                        "{\"source\":\"postgresql\",\"number\":" + newest + "}"),
                Files.readAllLines(folder.resolve("copy.heads.ndjson")));
        assertTrue(aws.count("LIST heads/") < 40, () -> aws.count("LIST heads/") + " listings");
    }

    @Test
    void timelineAndSqlReadTheBucketByVersions() throws IOException {
        var begun = Instant.parse("2026-11-23T03:00:00Z");
        var session = SessionId.create(begun, new SecureRandom());
        var record = new SampleRecord(folder.resolve("record"));
        var keys = new ArrayList<ObjectKey>();
        keys.add(record.intent(session, "agent:support-bot"));
        keys.add(record.ending(session, begun.plusSeconds(60)));
        keys.add(record.events(
                Source.POSTGRESQL,
                begun.plusSeconds(5),
                SampleRecord.line(Source.POSTGRESQL, session, begun.plusSeconds(5), "logon", line -> {})));
        keys.add(record.seal(Source.POSTGRESQL, 1, begun.plusSeconds(60)));
        for (var key : keys) {
            aws.put(BUCKET, key.text(), Files.readAllBytes(record.folder().resolve(key.text())));
            aws.put(BUCKET, key.text(), bytes("a second version, which is not the record"));
        }
        var timeline = run("audit", "timeline", session.text(), "--bucket", BUCKET);
        assertEquals(0, timeline.exitCode(), timeline.err());
        assertTrue(timeline.out().contains("postgresql  logon"), timeline.out());
        var sql = run("audit", "sql", "SELECT activity FROM session_timeline ORDER BY occurred_at", "--bucket", BUCKET);
        assertEquals("activity\nintent\nlogon\nending\n", sql.out(), sql.err());
        assertEquals(0, aws.count("GET seals/"), "the query does not mention seals");
        var seals = run("audit", "sql", "SELECT number FROM seals", "--bucket", BUCKET);
        assertEquals("number\n1\n", seals.out(), seals.err());
    }

    private void head(Source source, long number) {
        aws.put(
                "heads",
                ObjectKey.head(source, SampleRecord.PLACE, number).text(),
                bytes("{\"source\":\"" + source.code() + "\",\"number\":" + number + "}"));
    }

    private Command copy(String... more) {
        var words = new ArrayList<>(List.of("audit", "copy", "--bucket", BUCKET, "--to", copy.toString()));
        words.addAll(List.of(more));
        return run(words.toArray(String[]::new));
    }

    private Command run(String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--endpoint-url", aws.url(), "--region", "eu-central-1"));
        return Command.run(NOW, all.toArray(String[]::new));
    }

    /** The files of the copy. */
    private Set<String> files() throws IOException {
        try (var files = Files.walk(copy)) {
            return new TreeSet<>(files.filter(Files::isRegularFile)
                    .map(file -> copy.relativize(file).toString())
                    .filter(name -> !name.startsWith(".daypass-copy"))
                    .toList());
        }
    }

    private static Set<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    /** The first line, then by key; versions from the oldest. */
    private static Comparator<String> byKey() {
        return Comparator.comparing((String line) -> !line.contains("daypass-copy"))
                .thenComparing(line -> line);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
