package dev.daypass.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.audit.seal.Envelope;
import dev.daypass.audit.seal.Head;
import dev.daypass.audit.seal.HeadJson;
import dev.daypass.audit.seal.LocalSigner;
import dev.daypass.audit.seal.Seal;
import dev.daypass.audit.seal.Seal.Range;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.Seal.Totals;
import dev.daypass.audit.seal.SealJson;
import dev.daypass.digest.Sha256;
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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the verifier finds is tested where it stands; here, that bucket and copy come to it whole, and what is made of its verdicts. */
@ExtendWith(AwsProperties.class)
class VerifyTest {
    private static final String BUCKET = "evidence";
    private static final Instant SEALED = StubAws.WRITTEN.plusSeconds(60);
    /** When the commands run: no silence yet. */
    private static final Instant NOW = SEALED.plusSeconds(60);

    @TempDir
    Path folder;

    private final LocalSigner signer = LocalSigner.generate();
    private StubAws aws;
    private String intentKey = "";

    @BeforeEach
    void aSealedRecord() throws IOException {
        aws = new StubAws();
        var record = new SampleRecord(folder.resolve("made"));
        var session = SessionId.create(StubAws.WRITTEN, new SecureRandom());
        var intent = record.intent(session, "agent:support-bot");
        intentKey = intent.text();
        seal(record, Source.INTENTS, intent);
        seal(record, Source.RECONCILIATIONS, record.reconciliation(SEALED));
        Files.writeString(folder.resolve("key.pem"), signer.publicPem());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void aBucketAsItWasSealedIsGood() {
        var run = bucket("--head", heads().toString());
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().endsWith("integrity: good\ncompleteness: good\n"), run.out());
        assertTrue(run.out().contains("NOT checked: contents\n"), run.out());
    }

    @Test
    void itsCopyIsGoodWithoutAws() {
        copied();
        aws.close();
        var run = verify("--copy", copy().toString(), "--head", heads().toString(), "--contents");
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("checked: seals, objects, versions_and_locks, heads, contents\n"), run.out());
    }

    @Test
    void anObjectThatWasAlteredIsNamedAndTheExitCodeIs2() throws IOException {
        copied();
        Path object = copy().resolve(intentKey);
        Files.writeString(object, Files.readString(object).replace("support-bot", "support-bat"));
        var run = verify("--copy", copy().toString());
        assertEquals(2, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().startsWith("object_altered " + intentKey + ": expected "), run.out());
        assertTrue(run.out().endsWith("integrity: 1 DEFECT\ncompleteness: good\n"), run.out());
    }

    @Test
    void jsonNamesTheSameDefect() throws IOException {
        copied();
        Files.delete(copy().resolve(intentKey));
        var run = verify("--copy", copy().toString(), "--json");
        assertEquals(2, run.exitCode(), run.err());
        var json = new ObjectMapper().readTree(run.out());
        assertEquals("defects", json.path("integrity").asText());
        assertEquals("good", json.path("completeness").asText());
        assertEquals(1, json.path("defects").size(), run.out());
        var defect = json.path("defects").get(0);
        assertEquals("object_missing", defect.path("code").asText());
        assertEquals("integrity", defect.path("verdict").asText());
        assertEquals(intentKey, defect.path("object").asText());
        assertEquals(2, json.path("counts").path("seals").asInt());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecondVersionAndADeleteMarkerAreFoundInTheBucketAndInItsCopy(boolean inCopy) {
        aws.put(BUCKET, intentKey, bytes("another"));
        aws.deleteMarker(BUCKET, intentKey);
        var run = either(inCopy);
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.out().contains("versions_many " + intentKey), run.out());
        assertTrue(run.out().contains("delete_marker " + intentKey), run.out());
        assertFalse(run.out().contains("object_altered"), "the earliest version is the object: " + run.out());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anObjectWithoutALockIsFoundInTheBucketAndInItsCopy(boolean inCopy) {
        // No seal covers it yet, which is no defect; that nothing locks it is one.
        var young =
                ObjectKey.intent(SampleRecord.PLACE, SessionId.create(SEALED.plusSeconds(86_400), new SecureRandom()));
        aws.putUnlocked(BUCKET, young.text(), bytes("{}"));
        var run = either(inCopy);
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("lock_missing " + young), run.out());
        assertTrue(run.out().contains("integrity: 1 DEFECT"), run.out());
    }

    @Test
    void theLeastRetentionIsInDays() {
        // Locked for 400 days from the first version on; the others are seconds younger.
        assertEquals(0, bucket("--least-retention", "399").exitCode());
        var run = bucket("--least-retention", "401");
        assertEquals(2, run.exitCode());
        assertTrue(run.out().contains("lock_short " + intentKey), run.out());
    }

    @Test
    void aTailThatWasCutIsFoundByTheHead() throws IOException {
        copied();
        Files.delete(copy().resolve(
                        ObjectKey.seal(Source.INTENTS, SampleRecord.PLACE, 1).text()));
        Files.delete(copy().resolve(intentKey));
        Files.delete(copy().resolve("versions.ndjson"));
        assertTrue(verify("--copy", copy().toString(), "--head", heads().toString())
                .out()
                .contains("source_missing"));
        assertFalse(verify("--copy", copy().toString()).out().contains("source_missing"));
    }

    @Test
    void aKeyCannotSteerTheTerminal() {
        aws.put(BUCKET, "\u001b[2J\u202e", bytes("x"));
        for (var run : List.of(bucket(), bucket("--json"))) {
            assertEquals(2, run.exitCode());
            assertTrue(run.out().contains("object_extra"), run.out());
            assertTrue(run.out().chars().allMatch(c -> c == '\n' || c >= ' ' && c < 0x7f), run.out());
        }
    }

    @Test
    void whatCannotBeReadIsNoVerdict() {
        aws.failing(intentKey, true);
        var run = bucket();
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
    }

    @Test
    void aKeyFileThatIsNoneIsNoVerdict() throws IOException {
        Files.writeString(folder.resolve("key.pem"), "nothing");
        var run = bucket();
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("--public-key"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--unknown", "--least-retention=-1", "--least-retention=many", "--bucket=one --copy=two"})
    void aMalformedCommandLineIsNotTakenForDefects(String options) {
        assertEquals(1, verify(options.split(" ", -1)).exitCode());
    }

    @Test
    void aFolderThatIsNotThereIsNoVerdict() {
        assertEquals(1, verify("--copy", folder.resolve("nowhere").toString()).exitCode());
    }

    /** One object and the one seal of its source; its head goes to the heads' bucket. */
    private void seal(SampleRecord record, Source source, ObjectKey key) throws IOException {
        byte[] bytes = Files.readAllBytes(record.folder().resolve(key.text()));
        String versionId = aws.put(BUCKET, key.text(), bytes);
        var object = new SealedObject(key.text(), versionId, Sha256.of(bytes), bytes.length, 1, 0, 0, Optional.empty());
        var seal = new Seal(
                source,
                SampleRecord.PLACE,
                1,
                Seal.NONE,
                SEALED.minusSeconds(60),
                SEALED,
                List.of(new Range(ObjectKey.objects(source, SampleRecord.PLACE), key.text())),
                List.of(object),
                Totals.ZERO.plus(List.of(object)));
        byte[] envelope = Envelope.sign(SealJson.write(seal), signer);
        aws.put(BUCKET, ObjectKey.seal(source, SampleRecord.PLACE, 1).text(), envelope);
        var head = new Head(source, SampleRecord.PLACE, 1, Sha256.of(envelope), SEALED, List.of(signer.keyId()));
        aws.put("heads", ObjectKey.head(source, SampleRecord.PLACE, 1).text(), HeadJson.write(head));
    }

    private Path copy() {
        return folder.resolve("copy");
    }

    private void copied() {
        var run = run("audit", "copy", "--bucket", BUCKET, "--to", copy().toString(), "--heads-bucket", "heads");
        assertEquals(0, run.exitCode(), run.err());
    }

    private Path heads() {
        if (!Files.exists(copy())) {
            copied();
        }
        return folder.resolve("copy.heads.ndjson");
    }

    private Command bucket(String... more) {
        var words =
                new ArrayList<>(List.of("--bucket", BUCKET, "--endpoint-url", aws.url(), "--region", "eu-central-1"));
        words.addAll(List.of(more));
        return verify(words.toArray(String[]::new));
    }

    private Command either(boolean inCopy) {
        if (!inCopy) {
            return bucket();
        }
        copied();
        return verify("--copy", copy().toString());
    }

    private Command verify(String... more) {
        var words = new ArrayList<>(List.of(
                "audit", "verify", "--public-key", folder.resolve("key.pem").toString()));
        words.addAll(List.of(more));
        return Command.run(NOW, words.toArray(String[]::new));
    }

    private Command run(String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--endpoint-url", aws.url(), "--region", "eu-central-1"));
        return Command.run(NOW, all.toArray(String[]::new));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
