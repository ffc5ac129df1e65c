package dev.daypass.audit.reconcile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A JSON object that we wrote ourselves, read back whole. A member that is not there, or of another type, is empty: whoever asks
 * decides what that means. Jackson's own bounds on depth and length hold.
 */
public final class JsonTree {
    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, Object> members;

    private JsonTree(Map<String, Object> members) {
        this.members = members;
    }

    /** Empty unless the bytes are exactly one JSON object. */
    public static Optional<JsonTree> parse(byte[] utf8) {
        try (var parser = JSON.createParser(utf8)) {
            return parse(parser);
        } catch (IOException e) {
            // The parser's message quotes the text.
            return Optional.empty();
        }
    }

    /** Empty unless the text is exactly one JSON object. */
    public static Optional<JsonTree> parse(String text) {
        try (var parser = JSON.createParser(text)) {
            return parse(parser);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonTree> parse(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        var tree = object(parser);
        return parser.nextToken() == null ? Optional.of(tree) : Optional.empty();
    }

    private static JsonTree object(JsonParser parser) throws IOException {
        var members = new LinkedHashMap<String, Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            members.put(name, value(parser, parser.nextToken()));
        }
        return new JsonTree(members);
    }

    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                var list = new ArrayList<Object>();
                for (var next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    list.add(value(parser, next));
                }
                yield list;
            }
            case VALUE_NUMBER_INT ->
                parser.getText().length() <= 18 ? (Object) parser.getLongValue() : Optional.empty();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> parser.getText();
            default -> Optional.empty();
        };
    }

    public Optional<String> text(String name) {
        return members.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    public OptionalLong number(String name) {
        return members.get(name) instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
    }

    /** Whether the member is {@code true}. */
    public boolean flag(String name) {
        return Boolean.TRUE.equals(members.get(name));
    }

    public Optional<Instant> instant(String name) {
        try {
            return text(name).map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    public Optional<JsonTree> object(String name) {
        return members.get(name) instanceof JsonTree tree ? Optional.of(tree) : Optional.empty();
    }

    /** The objects in a list; empty if there is no list. */
    public List<JsonTree> objects(String name) {
        var objects = new ArrayList<JsonTree>();
        if (members.get(name) instanceof List<?> list) {
            for (var element : list) {
                if (element instanceof JsonTree tree) {
                    objects.add(tree);
                }
            }
        }
        return objects;
    }

    /** The texts in a list; empty if there is no list. */
    public List<String> texts(String name) {
        var texts = new ArrayList<String>();
        if (members.get(name) instanceof List<?> list) {
            for (var element : list) {
                if (element instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    /** The members' names, in their order. */
    public List<String> names() {
        return List.copyOf(members.keySet());
    }

    /** The names only. */
    @Override
    public String toString() {
        return "JsonTree" + members.keySet();
    }
}
