package dev.daypass.audit.seal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.daypass.digest.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object whose members stand in one order. Whatever is unknown, missing, doubled or out of place is refused, since
 * the next member is always one that was named. Not thread-safe.
 */
public final class OrderedJson implements AutoCloseable {
    /** What a number may be: what every JSON reader keeps exactly. RFC 8259 §6. */
    private static final long GREATEST = (1L << 53) - 1;

    private static final Pattern INSTANT =
            Pattern.compile("2[0-9]{3}-[01][0-9]-[0-3][0-9]T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z");

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonParser parser;
    private @Nullable JsonToken next;
    private String member = "";

    private OrderedJson(JsonParser parser) {
        this.parser = parser;
    }

    /** @throws FormatException if the bytes are not UTF-8 or do not begin as JSON */
    public static OrderedJson of(byte[] bytes) throws FormatException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FormatException("not UTF-8");
        }
        try {
            var json = new OrderedJson(JSON.createParser(text));
            json.advance();
            return json;
        } catch (IOException e) {
            throw new FormatException("not JSON");
        }
    }

    public void beginObject() throws FormatException {
        take(JsonToken.START_OBJECT, "an object");
    }

    public void endObject() throws FormatException {
        if (next == JsonToken.FIELD_NAME) {
            throw new FormatException("an unexpected member after " + member);
        }
        take(JsonToken.END_OBJECT, "the end of the object");
    }

    public void beginArray() throws FormatException {
        take(JsonToken.START_ARRAY, "an array");
    }

    /** Whether the array goes on; at its end, goes past it. */
    public boolean more() throws FormatException {
        if (next == JsonToken.END_ARRAY) {
            advance();
            return false;
        }
        return true;
    }

    /** The next member must be this one. */
    public OrderedJson member(String name) throws FormatException {
        if (!has(name)) {
            throw new FormatException("expected the member " + name);
        }
        return this;
    }

    /** Whether the next member is this one; if so, its value comes next. */
    public boolean has(String name) throws FormatException {
        try {
            if (next != JsonToken.FIELD_NAME || !name.equals(parser.currentName())) {
                return false;
            }
        } catch (IOException e) {
            throw new FormatException("not JSON after " + member);
        }
        member = name;
        advance();
        return true;
    }

    /** A string; one that no UTF-8 can hold is refused. */
    public String text() throws FormatException {
        if (next != JsonToken.VALUE_STRING) {
            throw new FormatException(member + " is not a string");
        }
        try {
            String text = parser.getText();
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                throw new FormatException(member + " holds half a character");
            }
            advance();
            return text;
        } catch (IOException e) {
            throw new FormatException(member + " is not a string");
        }
    }

    /** A string that must be this one. */
    public void exactly(String expected) throws FormatException {
        if (!text().equals(expected)) {
            throw new FormatException(member + " is not " + expected);
        }
    }

    /** A whole number from 0 to 2^53-1. */
    public long count() throws FormatException {
        if (next != JsonToken.VALUE_NUMBER_INT) {
            throw new FormatException(member + " is not a whole number");
        }
        long value;
        try {
            value = parser.getLongValue();
        } catch (IOException e) {
            throw new FormatException(member + " is too great");
        }
        if (value < 0 || value > GREATEST) {
            throw new FormatException(member + " is not from 0 to 2^53-1");
        }
        advance();
        return value;
    }

    public boolean flag() throws FormatException {
        if (next != JsonToken.VALUE_TRUE && next != JsonToken.VALUE_FALSE) {
            throw new FormatException(member + " is neither true nor false");
        }
        boolean value = next == JsonToken.VALUE_TRUE;
        advance();
        return value;
    }

    /** A time in UTC, as {@code 2026-11-23T03:10:00Z}, to the nanosecond at most. */
    public Instant instant() throws FormatException {
        String text = text();
        try {
            if (INSTANT.matcher(text).matches()) {
                return Instant.parse(text);
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw new FormatException(member + " is not a time in UTC");
    }

    /** {@code sha256:} and 64 hexadecimal digits. */
    public Sha256 digest() throws FormatException {
        var digest = Sha256.parse(text());
        if (digest.isEmpty()) {
            throw new FormatException(member + " is not a SHA-256");
        }
        return digest.get();
    }

    /** Nothing may follow. */
    public void end() throws FormatException {
        if (next != null) {
            throw new FormatException("something follows the object");
        }
    }

    private void take(JsonToken expected, String what) throws FormatException {
        if (next != expected) {
            throw new FormatException("expected " + what + (member.isEmpty() ? "" : " at or after " + member));
        }
        advance();
    }

    private void advance() throws FormatException {
        try {
            next = parser.nextToken();
        } catch (IOException e) {
            throw new FormatException("not JSON" + (member.isEmpty() ? "" : " after " + member));
        }
    }

    @Override
    public void close() throws FormatException {
        try {
            parser.close();
        } catch (IOException e) {
            throw new FormatException("not JSON");
        }
    }
}
