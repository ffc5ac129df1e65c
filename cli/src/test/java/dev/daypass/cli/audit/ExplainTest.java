package dev.daypass.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.grants.ConfigurationWriter;
import dev.daypass.grants.Documents;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code daypass grants explain} on a copy of a record with one session of the demo's documents. */
class ExplainTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final SessionId SESSION = SessionId.create(NOW, new SecureRandom());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private String grantText = "";
    private byte[] configuration = {};

    @BeforeEach
    void writeTheRecord() throws IOException {
        Path demo = Path.of("../grants/demo");
        grantText = Files.readString(demo.resolve("grants/orders-support-read.yaml"));
        configuration = ConfigurationWriter.bytes(Documents.read(
                demo,
                Map.of(
                        "devIssuer", "http://127.0.0.1:4000",
                        "devJwksUri", "http://127.0.0.1:4000/jwks",
                        "ordersHost", "127.0.0.1",
                        "ordersPort", "5432",
                        "ordersDatabase", "orders")));
        write(ObjectKey.configuration(Sha256.of(configuration)), configuration);
        new SampleRecord(folder).intent(SESSION, "agent:support-bot");
        intent("\"sha256:" + "b".repeat(64), "\"" + digestOfText());
        intent("\"sha256:" + "c".repeat(64), "\"" + Sha256.of(configuration));
    }

    @Test
    void theTextInForceStandsBelowWhoAndWhen() {
        var ran = explain();

        assertEquals(0, ran.exitCode(), ran.err());
        assertTrue(ran.out().endsWith("\n" + grantText), ran.out());
        String header = ran.out().substring(0, ran.out().length() - grantText.length());
        assertTrue(header.lines().allMatch(line -> line.startsWith("# ")), header);
        assertTrue(header.contains("# agent     agent:support-bot\n# owner     team-support\n"), header);
        assertTrue(header.contains("# digest    " + digestOfText() + "\n"), header);
        assertTrue(
                header.contains(
                        "# text in   configurations/" + Sha256.of(configuration).hex() + ".json\n"),
                header);
    }

    @Test
    void rawIsExactlyWhatWasDigested() {
        var ran = explain("--raw");

        assertEquals(digestOfText(), Sha256.of(ran.out().getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aSessionWithoutAnIntentIsNotKnown() throws IOException {
        Files.delete(
                folder.resolve(ObjectKey.intent(SampleRecord.PLACE, SESSION).text()));

        assertRefused("the record has no intent of session " + SESSION);
    }

    @Test
    void anotherSessionsIntentUnderThisNameIsNotBelieved() throws IOException {
        intent("\"session\":\"" + SESSION, "\"session\":\"" + SessionId.create(NOW.plusSeconds(1), new SecureRandom()));

        assertRefused("not of its name's");
    }

    @Test
    void anIntentWithoutADigestIsSaidToBeSo() throws IOException {
        intent("\"grantDigest\":\"sha256:", "\"grantDigest\":\"md5:");

        assertRefused("has no digest as its grantDigest");
    }

    @Test
    void aMissingConfigurationIsNamed() throws IOException {
        Files.delete(
                folder.resolve(ObjectKey.configuration(Sha256.of(configuration)).text()));

        assertRefused(
                "the record has no configurations/" + Sha256.of(configuration).hex() + ".json");
    }

    @Test
    void aConfigurationThatWasAlteredIsNotRead() throws IOException {
        write(
                ObjectKey.configuration(Sha256.of(configuration)),
                new String(configuration, StandardCharsets.UTF_8)
                        .replace("AUTHORISED", "REJECTED")
                        .getBytes(StandardCharsets.UTF_8));

        assertRefused("not the one in its name");
    }

    @Test
    void aTextWithoutTheIntentsDigestIsNotShown() throws IOException {
        intent(digestOfText().toString(), "sha256:" + "e".repeat(64));

        assertRefused("; the intent names sha256:" + "e".repeat(64));
    }

    @Test
    void aGrantThatTheConfigurationLacksIsNamed() throws IOException {
        intent("\"grant\":\"orders-support-read\"", "\"grant\":\"orders-gone\"");

        assertRefused("has no grant orders-gone, which the intent names");
    }

    @Test
    void withoutARecordItIsAMistake() {
        assertEquals(2, Command.run(NOW, "grants", "explain", SESSION.text()).exitCode());
    }

    private Command explain(String... more) {
        var words = new String[5 + more.length];
        System.arraycopy(
                new String[] {"grants", "explain", SESSION.text(), "--copy", folder.toString()}, 0, words, 0, 5);
        System.arraycopy(more, 0, words, 5, more.length);
        return Command.run(NOW, words);
    }

    private void assertRefused(String said) {
        var ran = explain();
        assertEquals(1, ran.exitCode());
        assertEquals("", ran.out());
        assertTrue(ran.err().contains(said), ran.err());
    }

    private Sha256 digestOfText() {
        return Sha256.of(grantText.getBytes(StandardCharsets.UTF_8));
    }

    private void intent(String from, String to) throws IOException {
        var key = ObjectKey.intent(SampleRecord.PLACE, SESSION);
        String text = Files.readString(folder.resolve(key.text()));
        assertTrue(text.contains(from), text);
        write(key, text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    private void write(ObjectKey key, byte[] bytes) throws IOException {
        new SampleRecord(folder).write(key, bytes);
    }
}
