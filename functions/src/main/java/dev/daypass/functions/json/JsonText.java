package dev.daypass.functions.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Writes one JSON object as UTF-8, without spaces, its members in the order in which they are written. Thread-safe. */
public final class JsonText {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonText() {}

    /** The object with these members. */
    public static byte[] object(Members members) {
        var out = new ByteArrayOutputStream(1024);
        try (var json = JSON.createGenerator(out)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Writes a text member, or none where there is no value. */
    public static void optional(JsonGenerator json, String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        }
    }

    /** Writes the members of an object. */
    @FunctionalInterface
    public interface Members {
        /** Writes them, and neither the start nor the end of the object. */
        void write(JsonGenerator json) throws IOException;
    }
}
