package dev.daypass.audit.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.audit.seal.PublicKeys.Signed;
import dev.daypass.audit.seal.Seal.Range;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.Seal.Times;
import dev.daypass.audit.seal.Seal.Totals;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SealCodecTest {
    private static final String STATEMENT =
            "{\"format\":\"daypass-seal/1\",\"source\":\"postgresql\",\"region\":\"eu-central-1\","
                    + "\"accountId\":\"111122223333\",\"number\":17,\"previous\":\"sha256:" + "ab".repeat(32)
                    + "\",\"from\":\"2026-11-23T03:09:00Z\",\"to\":\"2026-11-23T03:10:00.500Z\","
                    + "\"listed\":[{\"after\":\"events/a\",\"until\":\"events/b\"}],"
                    + "\"objects\":[{\"key\":\"events/aé\",\"versionId\":\"v1\",\"sha256\":\"sha256:" + "cd".repeat(32)
                    + "\",\"size\":1234,\"records\":12,\"redacted\":1,\"unparsed\":2,\"earliest\":1764000000123,\"latest\":1764000000456}],"
                    + "\"objectCount\":1,\"records\":12,\"redacted\":1,\"unparsed\":2,"
                    + "\"totals\":{\"objects\":170,\"records\":2040,\"redacted\":9,\"unparsed\":3}}";

    private static final Seal SEAL = new Seal(
            Source.POSTGRESQL,
            new Place("eu-central-1", "111122223333"),
            17,
            new Sha256("ab".repeat(32)),
            Instant.parse("2026-11-23T03:09:00Z"),
            Instant.parse("2026-11-23T03:10:00.500Z"),
            List.of(new Range("events/a", "events/b")),
            List.of(new SealedObject(
                    "events/aé",
                    "v1",
                    new Sha256("cd".repeat(32)),
                    1234,
                    12,
                    1,
                    2,
                    Optional.of(new Times(
                            Instant.ofEpochMilli(1_764_000_000_123L), Instant.ofEpochMilli(1_764_000_000_456L))))),
            new Totals(170, 2040, 9, 3));

    private static final LocalSigner KEY = LocalSigner.generate();

    @Test
    void statementIsWrittenAsTheRecordSays() {
        assertEquals(STATEMENT, new String(SealJson.write(SEAL), StandardCharsets.UTF_8));
    }

    @Test
    void statementIsReadBackWithTheSumsItStates() throws FormatException {
        var read = SealJson.read(bytes(STATEMENT.replace("\"objectCount\":1", "\"objectCount\":4")));
        assertEquals(SEAL, read.seal());
        assertEquals(new Totals(4, 12, 1, 2), read.stated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "daypass-seal/1 | daypass-seal/2 | format is not daypass-seal/1",
                "\"source\":\"postgresql\" | \"source\":\"oracle\" | source is none of the nine",
                "\"number\":17 | \"number\":0 | number is not from 1",
                "\"number\":17 | \"number\":\"17\" | number is not a whole number",
                "\"number\":17 | \"number\":17.0 | number is not a whole number",
                "\"number\":17 | \"number\":-17 | number is not from 0 to 2^53-1",
                "\"number\":17 | \"number\":9007199254740992 | number is not from 0 to 2^53-1",
                "\"number\":17 | \"number\":99999999999999999999 | number is too great",
                "\"number\":17 | \"number\":17,\"number\":17 | expected the member previous",
                "\"number\":17 | \"number\":17,\"note\":1 | expected the member previous",
                "\"number\":17, | '' | expected the member number",
                "03:09:00Z | 03:09:00+00:00 | from is not a time in UTC",
                "11-23T03:09 | 02-30T03:09 | from is not a time in UTC",
                "sha256:abab | abab | previous is not a SHA-256",
                "eu-central-1 | eu/../central | region or accountId is not one",
                "111122223333 | 11112222333 | region or accountId is not one",
                "\"unparsed\":2,\"earliest\":1764000000123 | \"unparsed\":2 | expected the member earliest",
                "\"v1\" | \"\\ud800\" | versionId holds half a character",
                "\"unparsed\":3}} | \"unparsed\":3}}{} | something follows the object",
                "\"unparsed\":3}} | \"unparsed\":3},\"more\":1} | an unexpected member after unparsed",
                "\"unparsed\":3}} | \"unparsed\":3} | not JSON after unparsed",
            })
    void statementThatDiffersInOnePlaceIsRefused(String good, String bad, String reason) {
        assertTrue(STATEMENT.contains(good), good);
        byte[] statement = bytes(replaceFirst(STATEMENT, good, bad));
        assertEquals(
                reason,
                assertThrows(FormatException.class, () -> SealJson.read(statement))
                        .reason());
    }

    @Test
    void statementThatIsNotUtf8IsRefused() {
        byte[] statement = STATEMENT.getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                "not UTF-8",
                assertThrows(FormatException.class, () -> SealJson.read(statement))
                        .reason());
    }

    @Test
    void preAuthenticationEncodingCountsBytes() {
        assertEquals(
                "DSSEv1 33 application/vnd.daypass.seal+json 3 é!",
                new String(Envelope.preAuthenticationEncoding(bytes("é!")), StandardCharsets.UTF_8));
    }

    @Test
    void envelopeIsReadBackAndItsSignatureIsGoodUnderItsKeyAlone() throws FormatException {
        var envelope = Envelope.parse(Envelope.sign(bytes(STATEMENT), KEY));
        assertArrayEquals(bytes(STATEMENT), envelope.payload());
        assertEquals(KEY.keyId(), envelope.keyId());
        assertEquals(Signed.GOOD, envelope.verify(PublicKeys.read(KEY.publicPem())));
        var other = LocalSigner.generate();
        assertEquals(Signed.UNKNOWN_KEY, envelope.verify(PublicKeys.read(other.publicPem())));
        var both = PublicKeys.read("two keys:\n" + other.publicPem() + KEY.publicPem());
        assertEquals(Signed.GOOD, envelope.verify(both));
        assertEquals(Signed.BAD, new Envelope(envelope.payload(), other.keyId(), envelope.signature()).verify(both));
        assertEquals(Signed.BAD, new Envelope(bytes("{}"), envelope.keyId(), envelope.signature()).verify(both));
    }

    @Test
    void noByteOfAnEnvelopeCanChangeAndStayGood() throws FormatException {
        byte[] good = Envelope.sign(bytes("{\"number\":1}"), KEY);
        var keys = PublicKeys.read(KEY.publicPem());
        var stillGood = new ArrayList<Integer>();
        for (int i = 0; i < good.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = good.clone();
                changed[i] ^= (byte) (1 << bit);
                try {
                    if (Envelope.parse(changed).verify(keys) == Signed.GOOD) {
                        stillGood.add(i);
                    }
                } catch (FormatException e) {
                    assertFalse(e.reason().isEmpty());
                }
            }
        }
        assertEquals(List.of(), stillGood);
        assertThrows(
                FormatException.class, () -> Envelope.parse(bytes(new String(good, StandardCharsets.UTF_8) + "\n")));
    }

    @Test
    void pemWithoutAPublicKeyOnP256IsRefused() {
        assertEquals("no public key in PEM", refused(""));
        assertEquals(
                "expected only blocks of the label PUBLIC KEY",
                refused(KEY.publicPem().replace("PUBLIC KEY", "PRIVATE KEY")));
        assertEquals(
                "a block is not a public key on P-256",
                refused("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
    }

    @Test
    void headIsWrittenAsTheRecordSaysAndReadBack() throws FormatException {
        String line =
                "{\"format\":\"daypass-head/1\",\"source\":\"vault-audit\",\"region\":\"eu-central-1\",\"accountId\":\"111122223333\","
                        + "\"number\":17,\"seal\":\"sha256:" + "ef".repeat(32)
                        + "\",\"to\":\"2026-11-23T03:10:00Z\",\"keys\":[\"sha256:" + "12".repeat(32) + "\"]}";
        var head = HeadJson.read(bytes(line));
        assertEquals(Source.VAULT_AUDIT, head.source());
        assertEquals(line, new String(HeadJson.write(head), StandardCharsets.UTF_8));
        assertThrows(FormatException.class, () -> HeadJson.read(bytes(line.replace("\"number\":17,", ""))));
    }

    @Test
    void rangesAreOpenBelowAndClosedAboveInTheOrderOfUtf8Bytes() {
        var range = new Range("b", "d");
        assertFalse(RangeCheck.holds(range, "b"));
        assertTrue(RangeCheck.holds(range, "b!"));
        assertTrue(RangeCheck.holds(range, "d"));
        assertFalse(RangeCheck.holds(range, "d!"));
        // U+FF5E is three bytes that begin with EF, U+1F511 four that begin with F0; String.compareTo has it the other
        // way.
        assertTrue(RangeCheck.KEYS.compare("\uFF5E", "\uD83D\uDD11") < 0);
    }

    private static String refused(String pem) {
        return assertThrows(FormatException.class, () -> PublicKeys.read(pem)).reason();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String replaceFirst(String text, String good, String bad) {
        int at = text.indexOf(good);
        return text.substring(0, at) + bad + text.substring(at + good.length());
    }
}
