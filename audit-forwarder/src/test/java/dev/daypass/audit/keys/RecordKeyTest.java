package dev.daypass.audit.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.daypass.audit.intake.Payload;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Source;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordKeyTest {
    private static final RecordKey KEY = key((byte) 1);

    @Test
    void aKeyOfLessThan32BytesIsRefused() {
        assertEquals(Optional.empty(), RecordKey.parse(Base64.getEncoder().encodeToString(new byte[31])));
    }

    @Test
    void whatIsNotBase64IsRefused() {
        assertEquals(Optional.empty(), RecordKey.parse("!".repeat(44)));
    }

    @Test
    void theSamePayloadHasTheSameDigest() {
        assertEquals(digest(KEY, "g", "s", "1", "text"), digest(key((byte) 1), "g", "s", "1", "text"));
    }

    @Test
    void aDigestNeedsTheKey() {
        assertNotEquals(digest(KEY, "g", "s", "1", "text"), digest(key((byte) 2), "g", "s", "1", "text"));
        assertNotEquals(
                KEY.message("text").sha256(), key((byte) 2).message("text").sha256());
    }

    @Test
    void eachPartOfAPayloadIsInItsDigest() {
        var digest = digest(KEY, "g", "s", "1", "text");

        assertNotEquals(digest, digest(KEY, "h", "s", "1", "text"));
        assertNotEquals(digest, digest(KEY, "g", "t", "1", "text"));
        assertNotEquals(digest, digest(KEY, "g", "s", "2", "text"));
        assertNotEquals(digest, digest(KEY, "g", "s", "1", "texT"));
    }

    @Test
    void partsCannotBeShiftedIntoEachOther() {
        assertNotEquals(digest(KEY, "ab", "c", "1", "text"), digest(KEY, "a", "bc", "1", "text"));
    }

    @Test
    void aMessageAndACardNumberHaveDigestsOfDifferentKeys() throws Exception {
        var mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(KEY.pan());
        String pan = java.util.HexFormat.of()
                .formatHex(mac.doFinal("4111".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));

        assertNotEquals(pan, KEY.message("4111").sha256().hex());
    }

    private static RecordKey key(byte fill) {
        byte[] secret = new byte[32];
        java.util.Arrays.fill(secret, fill);
        return RecordKey.parse(Base64.getEncoder().encodeToString(secret)).orElseThrow();
    }

    private static Sha256 digest(RecordKey key, String group, String stream, String id, String text) {
        var event = new LogEvent(Source.POSTGRESQL, group, stream, id, Instant.EPOCH, 0, text);
        return key.payload(new Payload(group, stream, List.of(event)), List.of(key.message(text)));
    }
}
