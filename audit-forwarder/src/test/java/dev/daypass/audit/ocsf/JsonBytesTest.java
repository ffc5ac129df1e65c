package dev.daypass.audit.ocsf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonBytesTest {
    @Test
    void everyCharacterIsReadAgainAsItWas() throws IOException {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                String text = "a" + Character.toString(point) + "b";
                assertEquals(text, readAgain(text), () -> "U+" + text.codePointAt(1));
            }
        }
    }

    @Test
    void aLoneSurrogateIsReplaced() throws IOException {
        assertEquals("a\ufffdb", readAgain("a\ud800b"));
        assertEquals("a\ufffdb", readAgain("a\udc00b"));
        assertEquals("\ufffd", readAgain("\ud83d"));
        assertEquals("\ufffd\ufffd", readAgain("\udc00\ud800"));
    }

    @Test
    void noCharacterBreaksALine() {
        String written = written("a\n\r\u0085\u2028\u2029\u0000b");

        for (char lineBreak : new char[] {'\n', '\r', '\u2028', '\u2029', '\0'}) {
            assertFalse(written.indexOf(lineBreak) >= 0, () -> "U+" + Integer.toHexString(lineBreak));
        }
    }

    @Test
    void randomTextOfAnyLengthIsReadAgainAsItWas() throws IOException {
        var random = new Random(4);
        for (int round = 0; round < 2_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(400); i > 0; i--) {
                text.appendCodePoint(
                        switch (random.nextInt(4)) {
                            case 0 -> random.nextInt(0x20);
                            case 1 -> 0x10000 + random.nextInt(0xfffff);
                            case 2 -> 0x80 + random.nextInt(0x1000);
                            default -> 0x20 + random.nextInt(0x60);
                        });
            }
            assertEquals(text.toString(), readAgain(text.toString()));
        }
    }

    private static String readAgain(String text) throws IOException {
        try (var json = new JsonFactory().createParser(written(text))) {
            json.nextToken();
            json.nextToken();
            json.nextToken();
            return json.getText();
        }
    }

    private static String written(String text) {
        var json = new JsonBytes(1);
        json.raw("{\"text\":".getBytes(StandardCharsets.US_ASCII)).text(text).ascii("}");
        return new String(Arrays.copyOf(json.buffer(), json.length()), StandardCharsets.UTF_8);
    }
}
