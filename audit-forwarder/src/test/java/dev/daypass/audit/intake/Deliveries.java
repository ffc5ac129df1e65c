package dev.daypass.audit.intake;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Makes what CloudWatch Logs delivers. */
public final class Deliveries {
    private static final JsonFactory JSON = new JsonFactory();

    private Deliveries() {}

    /** A log event as the service delivers it. */
    public record Line(String id, long time, String message) {}

    /** The event of a function's invocation. */
    public static byte[] delivery(String group, String stream, List<Line> lines) {
        return event(gzip(payload("DATA_MESSAGE", group, stream, lines)));
    }

    static byte[] payload(String type, String group, String stream, List<Line> lines) {
        var out = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("messageType", type);
            json.writeStringField("owner", "111122223333");
            json.writeStringField("logGroup", group);
            json.writeStringField("logStream", stream);
            json.writeArrayFieldStart("subscriptionFilters");
            json.writeString("daypass");
            json.writeEndArray();
            json.writeArrayFieldStart("logEvents");
            for (var line : lines) {
                json.writeStartObject();
                json.writeStringField("id", line.id());
                json.writeNumberField("timestamp", line.time());
                json.writeStringField("message", line.message());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] event(byte[] data) {
        return ("{\"awslogs\":{\"data\":\"" + Base64.getEncoder().encodeToString(data) + "\"}}")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
