package dev.daypass.functions.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParseException;
import dev.daypass.functions.json.StrictJsonException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictJsonTest {
    private static final StrictJson JSON = new StrictJson(100, 3);

    @Test
    void everyTypeOfValueIsReadAsWhatItIs() throws Exception {
        var object = read(
                "{\"t\":\"\\u00e9\\ud83d\\ude00\",\"n\":-12,\"f\":1e-999999999,\"b\":true,\"z\":null,\"l\":[\"a\",{}]}");
        assertEquals(Optional.of("\u00e9\ud83d\ude00"), object.text("t"));
        assertEquals(OptionalLong.of(-12), object.integer("n"));
        assertEquals(new JsonNumber("1e-999999999"), object.get("f"));
        assertEquals(Optional.of(true), object.bool("b"));
        assertEquals(JsonObject.NULL, object.get("z"));
        assertEquals(2, object.list("l").orElseThrow().size());
        assertEquals(List.of("t", "n", "f", "b", "z", "l"), List.copyOf(object.names()));
        assertEquals(Optional.empty(), object.text("absent"));
        assertFalse(object.has("absent"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"a\":1} | DUPLICATE_MEMBER",
                "{\"o\":{\"a\":1,\"\\u0061\":2}} | DUPLICATE_MEMBER",
                "{\"a\":[[1]]} | NONE",
                "{\"a\":[[[1]]]} | TOO_DEEP",
                "{\"a\":{\"a\":{\"a\":{}}}} | TOO_DEEP",
                "{} {} | TRAILING_BYTES",
                "{}} | TRAILING_BYTES",
                "{}x | TRAILING_BYTES",
                "{\"a\":\"\\u0000\"} | NUL",
                "{\"\\u0000\":1} | NUL",
                "{\"a\":\"\\ud800\"} | LONE_SURROGATE",
                "{\"a\":\"\\ude00\\ud83d\"} | LONE_SURROGATE",
                // Found by the parser itself, which says no more than that it is not JSON.
                "{\"\\udc00\":1} | MALFORMED",
                "[] | WRONG_TYPE",
                "\"a\" | WRONG_TYPE",
                "{\"a\":01} | MALFORMED",
                "{\"a\":NaN} | MALFORMED",
                "{\"a\":1e309} | MALFORMED",
                "{\"a\":1e308} | NONE",
                "{\"a\":+1} | MALFORMED",
                "{\"a\":1.} | MALFORMED",
                "{'a':1} | MALFORMED",
                "{\"a\":1,} | MALFORMED",
                "{\"a\":[1,]} | MALFORMED",
                "{\"a\":1 | MALFORMED",
                "{/**/} | MALFORMED",
                "{\"a\":\"\\x\"} | MALFORMED",
                "nonsense | MALFORMED",
            })
    void oneFaultIsNamedAsWhatItIs(String text, String fault) throws Exception {
        if (fault.equals("NONE")) {
            assertTrue(read(text).has("a"));
        } else {
            assertEquals(
                    Fault.valueOf(fault),
                    assertThrows(StrictJsonException.class, () -> read(text)).fault());
        }
    }

    @Test
    void emptyTextIsNotAnObject() {
        assertEquals(Fault.WRONG_TYPE, faultOf(new byte[0]));
    }

    @Test
    void rawNulIsRefused() {
        assertEquals(Fault.NUL, faultOf("{\"a\":\"\0\"}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void textOverTheBoundIsRefusedAndTextAtTheBoundIsNot() throws Exception {
        assertTrue(read("{\"a\":\"" + "x".repeat(92) + "\"}").has("a"));
        assertEquals(Fault.TOO_LARGE, faultOf(("{\"a\":\"" + "x".repeat(93) + "\"}").getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void otherEncodingsAreRefused() {
        assertEquals(Fault.NOT_UTF8, faultOf("{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1)));
        assertEquals(Fault.NUL, faultOf("{}".getBytes(StandardCharsets.UTF_16BE)));
        assertEquals(Fault.NOT_UTF8, faultOf("\ufeff{}".getBytes(StandardCharsets.UTF_8)));
        // An overlong '/' and a surrogate written in UTF-8: RFC 3629 §3.
        assertEquals(Fault.NOT_UTF8, faultOf(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'}));
        assertEquals(
                Fault.NOT_UTF8,
                faultOf(new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'}));
    }

    @Test
    void memberOfAnotherTypeIsRefusedAndNamed() throws Exception {
        var object = read("{\"a\":1.5,\"b\":\"x\",\"c\":9223372036854775808}");
        assertEquals(
                "\"a\" must be text",
                assertThrows(StrictJsonException.class, () -> object.text("a")).getMessage());
        assertThrows(StrictJsonException.class, () -> object.integer("a"));
        assertThrows(StrictJsonException.class, () -> object.integer("c"));
        assertThrows(StrictJsonException.class, () -> object.bool("b"));
        assertThrows(StrictJsonException.class, () -> object.object("b"));
        assertThrows(StrictJsonException.class, () -> object.list("b"));
    }

    @Test
    void messagesAndTextFormHoldNoValue() throws Exception {
        var secret = "hunter2";
        assertFalse(read("{\"password\":\"" + secret + "\"}").toString().contains(secret));
        var e = assertThrows(StrictJsonException.class, () -> read("{\"password\":\"" + secret + "\",nonsense"));
        assertFalse(String.valueOf(e.getMessage()).contains(secret));
    }

    @Test
    void streamingParserRefusesDuplicates() throws Exception {
        try (var parser = JSON.parser("{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8))) {
            parser.nextToken();
            parser.nextToken();
            assertEquals("a", parser.currentName());
            parser.nextToken();
            assertThrows(JsonParseException.class, parser::nextToken);
        }
    }

    @Test
    void printableIsBoundedAscii() {
        assertEquals("\"a\\u0022\\u005c\\u000a\\u20ac\"", Printable.of("a\"\\\n\u20ac"));
        assertEquals("\"" + "x".repeat(64) + "\"", Printable.of("x".repeat(64)));
        assertEquals("\"" + "x".repeat(64) + "\"...", Printable.of("x".repeat(65)));
        assertEquals("\"" + "\\u0000".repeat(10) + "\"...", Printable.of("\0".repeat(500)));
    }

    private static JsonObject read(String text) throws StrictJsonException {
        return JSON.object(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Fault faultOf(byte[] text) {
        return assertThrows(StrictJsonException.class, () -> JSON.object(text)).fault();
    }
}
