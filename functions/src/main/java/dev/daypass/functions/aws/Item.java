package dev.daypass.functions.aws;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.JsonText;
import dev.daypass.functions.json.StrictJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A DynamoDB item, or the values of an expression: texts, whole numbers and lists of texts by name. In DynamoDB's JSON each
 * value is an object with one member that names its type (DynamoDB API Reference, "AttributeValue").
 */
final class Item {
    private final Map<String, Object> values = new LinkedHashMap<>();

    Item text(String name, String value) {
        values.put(name, value);
        return this;
    }

    Item text(String name, Optional<String> value) {
        value.ifPresent(v -> values.put(name, v));
        return this;
    }

    Item number(String name, long value) {
        values.put(name, value);
        return this;
    }

    Item texts(String name, List<String> value) {
        values.put(name, List.copyOf(value));
        return this;
    }

    void write(JsonGenerator json, String member) throws IOException {
        json.writeObjectFieldStart(member);
        for (var entry : values.entrySet()) {
            json.writeObjectFieldStart(entry.getKey());
            switch (entry.getValue()) {
                case String text -> json.writeStringField("S", text);
                // As text: DynamoDB sends and takes numbers so, lest a client round them.
                case Long number -> json.writeStringField("N", number.toString());
                case List<?> texts -> {
                    json.writeArrayFieldStart("L");
                    for (var text : texts) {
                        json.writeStartObject();
                        json.writeStringField("S", (String) text);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                }
                default -> throw new IllegalStateException("no such type of value");
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** The item alone, as a value of JSON. */
    String json() {
        String wrapped = new String(JsonText.object(json -> write(json, "i")), StandardCharsets.UTF_8);
        return wrapped.substring("{\"i\":".length(), wrapped.length() - 1);
    }

    /** Reads an item of Daypass's own making. */
    static Reader reader(JsonObject item) {
        return new Reader(item);
    }

    /** Takes values out of an item; what is missing or of another type is a {@link StrictJsonException} or empty. */
    static final class Reader {
        private final JsonObject item;

        private Reader(JsonObject item) {
            this.item = item;
        }

        Optional<String> text(String name) throws StrictJsonException {
            var value = item.object(name);
            return value.isEmpty() ? Optional.empty() : value.get().text("S");
        }

        /** @throws IllegalArgumentException naming the attribute, if it is missing */
        String required(String name) throws StrictJsonException {
            return text(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
        }

        /** @throws IllegalArgumentException naming the attribute, if it is no whole number that fits */
        OptionalInt number(String name) throws StrictJsonException {
            var value = item.object(name);
            if (value.isEmpty()) {
                return OptionalInt.empty();
            }
            try {
                return OptionalInt.of(Integer.parseInt(value.get().text("N").orElse("")));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + " is not a whole number", e);
            }
        }

        List<String> texts(String name) throws StrictJsonException {
            var value = item.object(name);
            if (value.isEmpty()) {
                throw new IllegalArgumentException(name + " is missing");
            }
            var texts = new ArrayList<String>();
            for (var element : value.get().list("L").orElse(List.of())) {
                if (!(element instanceof JsonObject object)) {
                    throw new IllegalArgumentException(name + " is not a list of texts");
                }
                texts.add(object.text("S")
                        .orElseThrow(() -> new IllegalArgumentException(name + " is not a list of texts")));
            }
            return texts;
        }
    }
}
