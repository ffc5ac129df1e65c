package dev.daypass.audit.seal;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;

/** A head as bytes: {@code docs/record.md}, "Heads". */
public final class HeadJson {
    private static final String FORMAT = "daypass-head/1";
    private static final JsonFactory JSON = new JsonFactory();

    private HeadJson() {}

    /** One line, without its end. */
    public static byte[] write(Head head) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeStringField("source", head.source().code());
            json.writeStringField("region", head.place().region());
            json.writeStringField("accountId", head.place().accountId());
            json.writeNumberField("number", head.number());
            json.writeStringField("seal", head.seal().toString());
            json.writeStringField("to", head.to().toString());
            json.writeArrayFieldStart("keys");
            for (String key : head.keys()) {
                json.writeString(key);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Memory does not fail to be written.
        }
        return bytes.toByteArray();
    }

    /** @throws FormatException if a member is unknown, missing, doubled, out of order or not of its kind */
    public static Head read(byte[] head) throws FormatException {
        try (var json = OrderedJson.of(head)) {
            json.beginObject();
            json.member("format").exactly(FORMAT);
            var source = SealJson.source(json);
            var place = SealJson.place(json);
            long number = json.member("number").count();
            if (number < 1) {
                throw new FormatException("number is not from 1");
            }
            var seal = json.member("seal").digest();
            var to = json.member("to").instant();
            var keys = new ArrayList<String>();
            json.member("keys").beginArray();
            while (json.more()) {
                keys.add(json.digest().toString());
            }
            json.endObject();
            json.end();
            return new Head(source, place, number, seal, to, keys);
        }
    }
}
