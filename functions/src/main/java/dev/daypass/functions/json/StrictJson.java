package dev.daypass.functions.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.JsonTokenId;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.daypass.functions.json.StrictJsonException.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Reads one JSON text strictly (RFC 8259, and I-JSON, RFC 7493 §2, where that is stricter): bounded in size and depth,
 * well-formed UTF-8 without byte order mark, no name twice in an object, no U+0000, no lone surrogate, no number beyond 64-bit floats, nothing after
 * the value. Keep one instance per kind of text: it holds the parser factory. Safe for threads.
 */
public final class StrictJson {
    private final int maxBytes;
    private final int maxDepth;
    private final JsonFactory factory;

    /**
     * @param maxBytes the longest text, in bytes, checked before anything is decoded
     * @param maxDepth the deepest nesting of objects and lists; 1 is an object of plain values
     */
    public StrictJson(int maxBytes, int maxDepth) {
        this.maxBytes = maxBytes;
        this.maxDepth = maxDepth;
        this.factory = new JsonFactoryBuilder()
                // Names come from outside: a table of them that outlives the text would be theirs to fill.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                // Nothing in a text can be longer than the text, so the depth is the only bound that can be met.
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxStringLength(maxBytes)
                        .maxNameLength(maxBytes)
                        .maxNumberLength(maxBytes)
                        .maxDocumentLength(maxBytes)
                        .build())
                .build();
    }

    /**
     * The whole text as an object.
     *
     * @throws StrictJsonException if the text breaks any rule of the class comment, or is another value than an object
     */
    public JsonObject object(byte[] utf8) throws StrictJsonException {
        var text = decode(utf8);
        try (var parser = factory.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new StrictJsonException(Fault.WRONG_TYPE, "expected a JSON object");
            }
            var object = readObject(parser);
            boolean more;
            try {
                more = parser.nextToken() != null;
            } catch (IOException e) {
                more = true;
            }
            if (more) {
                throw new StrictJsonException(Fault.TRAILING_BYTES, "something follows the JSON object");
            }
            return object;
        } catch (StreamConstraintsException e) {
            throw new StrictJsonException(Fault.TOO_DEEP, "objects and lists nest deeper than " + maxDepth);
        } catch (IOException e) {
            // The parser's own message quotes the text, which may be a token or a password.
            throw new StrictJsonException(Fault.MALFORMED, "not JSON");
        }
    }

    /**
     * A streaming parser over the text, for callers that want no tree: bounds, encoding and duplicate names are checked,
     * U+0000 in escapes, lone surrogates and trailing bytes are the caller's to check. Its exceptions quote the text.
     *
     * @throws StrictJsonException if the text is too large or not UTF-8
     */
    public JsonParser parser(byte[] utf8) throws StrictJsonException, IOException {
        return factory.createParser(decode(utf8)).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());
    }

    private String decode(byte[] utf8) throws StrictJsonException {
        if (utf8.length > maxBytes) {
            throw new StrictJsonException(
                    Fault.TOO_LARGE, utf8.length + " bytes are more than the " + maxBytes + " accepted");
        }
        var text = new String(utf8, StandardCharsets.UTF_8);
        // Malformed bytes became U+FFFD, which encodes to something else than they were.
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), utf8) || text.startsWith("\ufeff")) {
            throw new StrictJsonException(Fault.NOT_UTF8, "not well-formed UTF-8 without byte order mark");
        }
        if (text.indexOf('\0') >= 0) {
            throw new StrictJsonException(Fault.NUL, "U+0000 is not accepted");
        }
        return text;
    }

    private static JsonObject readObject(JsonParser parser) throws IOException, StrictJsonException {
        var object = new JsonObject();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = checked(parser.currentName());
            if (!object.add(name, readValue(parser, parser.nextToken()))) {
                throw new StrictJsonException(Fault.DUPLICATE_MEMBER, Printable.of(name) + " is there twice");
            }
        }
        return object;
    }

    private static Object readValue(JsonParser parser, JsonToken token) throws IOException, StrictJsonException {
        // By number and not by constant: a switch over another module's enum is one more class to load.
        return switch (token.id()) {
            case JsonTokenId.ID_STRING -> checked(parser.getText());
            case JsonTokenId.ID_NUMBER_INT, JsonTokenId.ID_NUMBER_FLOAT -> number(parser.getText());
            case JsonTokenId.ID_TRUE -> true;
            case JsonTokenId.ID_FALSE -> false;
            case JsonTokenId.ID_NULL -> JsonObject.NULL;
            case JsonTokenId.ID_START_OBJECT -> readObject(parser);
            case JsonTokenId.ID_START_ARRAY -> readList(parser);
            default -> throw new StrictJsonException(Fault.MALFORMED, "not JSON");
        };
    }

    private static List<Object> readList(JsonParser parser) throws IOException, StrictJsonException {
        var list = new ArrayList<Object>();
        for (var next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            list.add(readValue(parser, next));
        }
        return Collections.unmodifiableList(list);
    }

    private static JsonNumber number(String lexeme) throws StrictJsonException {
        // RFC 7493 §2.2. Other readers of the same text take it for infinite, or for no JSON at all.
        boolean mayBeBeyond = lexeme.length() > 308 || lexeme.indexOf('e') >= 0 || lexeme.indexOf('E') >= 0;
        if (mayBeBeyond && Double.isInfinite(Double.parseDouble(lexeme))) {
            throw new StrictJsonException(Fault.MALFORMED, "a number is beyond the range of 64-bit floats");
        }
        return new JsonNumber(lexeme);
    }

    private static String checked(String text) throws StrictJsonException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new StrictJsonException(Fault.NUL, "U+0000 is not accepted");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new StrictJsonException(Fault.LONE_SURROGATE, "half a surrogate pair is not accepted");
                }
                i++;
            }
        }
        return text;
    }
}
