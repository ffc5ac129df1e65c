package dev.daypass.audit.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.evidence.Source;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the event of a CloudWatch Logs subscription (CloudWatch Logs User Guide, "Log group-level subscription filters"):
 * {@code {"awslogs":{"data":"<Base64 of gzip of JSON>"}}}. What is there of a payload that breaks off is read, and the rest is kept as
 * a last event of its own; what is no such event at all is refused, so that the invocation fails and its event ends in the dead-letter
 * queue. Thread-safe.
 */
public final class PayloadReader {
    /** Lambda takes 6 MB at most ("Lambda quotas", invocation payload); a batch of log events is 1 MB before compression. */
    static final int MAX_EVENT_BYTES = 8 * 1024 * 1024;

    static final int MAX_INFLATED_BYTES = 64 * 1024 * 1024;

    /** How a broken payload's last event is called; no identifier of CloudWatch Logs has letters. */
    static final String REST = "rest";

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MAX_INFLATED_BYTES)
                    .maxNestingDepth(16)
                    .build())
            .build();

    private final Source source;

    public PayloadReader(Source source) {
        this.source = source;
    }

    /**
     * @return empty for a {@code CONTROL_MESSAGE}, by which CloudWatch Logs asks whether the function is there, and for a payload
     *     without log events
     * @throws PayloadException if it is not a subscription's event, or inflates to more than 64 MiB
     */
    public Optional<Payload> read(InputStream event) throws PayloadException {
        byte[] inflated;
        try {
            byte[] bytes = event.readNBytes(MAX_EVENT_BYTES + 1);
            if (bytes.length > MAX_EVENT_BYTES) {
                throw new PayloadException("the event has more than " + MAX_EVENT_BYTES + " bytes");
            }
            inflated = inflate(data(bytes));
        } catch (IOException e) {
            // Without its cause, whose message may repeat what was delivered.
            throw new PayloadException("the event is not a CloudWatch Logs subscription's: it is not JSON");
        }
        var reading = new Reading();
        try (var json = JSON.createParser(inflated)) {
            reading.read(json);
            return reading.payload(source, Optional.empty());
        } catch (IOException e) {
            // Either it breaks off, or it has bytes that are not UTF-8, at which Jackson stops. They are replaced, and
            // what
            // cannot be read even so is kept as it is.
            return mended(new String(inflated, StandardCharsets.UTF_8));
        }
    }

    private Optional<Payload> mended(String text) throws PayloadException {
        var reading = new Reading();
        try (var json = JSON.createParser(text)) {
            reading.read(json);
            return reading.payload(source, Optional.empty());
        } catch (IOException e) {
            return reading.payload(source, Optional.of(text.substring(reading.end)));
        }
    }

    private static byte[] data(byte[] event) throws IOException, PayloadException {
        try (var json = JSON.createParser(event)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean logs = json.currentName().equals("awslogs");
                    if (json.nextToken() == JsonToken.START_OBJECT && logs) {
                        while (json.nextToken() == JsonToken.FIELD_NAME) {
                            boolean data = json.currentName().equals("data");
                            if (json.nextToken() == JsonToken.VALUE_STRING && data) {
                                return json.getBinaryValue();
                            }
                            json.skipChildren();
                        }
                    } else {
                        json.skipChildren();
                    }
                }
            }
        }
        throw new PayloadException("the event is not a CloudWatch Logs subscription's: it has no awslogs.data");
    }

    /** What can be inflated; a stream that breaks off gives what came before. */
    private static byte[] inflate(byte[] compressed) throws PayloadException {
        byte[] buffer = new byte[Math.clamp(compressed.length * 12L, 8192, MAX_INFLATED_BYTES + 1)];
        int length = 0;
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(compressed), 64 * 1024)) {
            int read = 0;
            while (read >= 0 && length <= MAX_INFLATED_BYTES) {
                length += read;
                if (length == buffer.length && length <= MAX_INFLATED_BYTES) {
                    buffer = Arrays.copyOf(buffer, Math.min(2 * length, MAX_INFLATED_BYTES + 1));
                }
                read = gzip.read(buffer, length, buffer.length - length);
            }
        } catch (IOException e) {
            if (length == 0) {
                throw new PayloadException("the payload is not gzip");
            }
        }
        if (length > MAX_INFLATED_BYTES) {
            throw new PayloadException("the payload inflates to more than " + MAX_INFLATED_BYTES + " bytes");
        }
        return Arrays.copyOf(buffer, length);
    }

    /** One reading of one payload, which knows what it has so far when the rest cannot be read. */
    private static final class Reading {
        private final List<Entry> entries = new ArrayList<>();
        private @Nullable String type;
        private @Nullable String group;
        private @Nullable String stream;
        /** Where the last whole log event ends, in characters. */
        private int end;

        private record Entry(String id, Instant time, String text) {}

        void read(JsonParser json) throws IOException {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the payload is not a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "messageType" -> type = json.getText();
                    case "logGroup" -> group = json.getText();
                    case "logStream" -> stream = json.getText();
                    case "logEvents" -> logEvents(json);
                    default -> json.skipChildren();
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT) {
                throw new IOException("the payload breaks off");
            }
        }

        private void logEvents(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.START_OBJECT) {
                String id = "";
                long time = 0;
                String message = "";
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    switch (name) {
                        case "id" -> id = json.getText();
                        case "timestamp" -> time = json.getLongValue();
                        case "message" -> message = json.getText();
                        default -> json.skipChildren();
                    }
                }
                if (json.currentToken() != JsonToken.END_OBJECT) {
                    throw new IOException("a log event breaks off");
                }
                entries.add(new Entry(id, Instant.ofEpochMilli(time), message));
                end = Math.toIntExact(json.currentLocation().getCharOffset());
            }
        }

        /** @param rest what could not be read, if anything */
        Optional<Payload> payload(Source source, Optional<String> rest) throws PayloadException {
            if ("CONTROL_MESSAGE".equals(type)) {
                return Optional.empty();
            }
            if (!"DATA_MESSAGE".equals(type) || group == null || stream == null) {
                throw new PayloadException(
                        rest.isPresent()
                                ? "the payload breaks off before it says which log group it is of"
                                : "the payload is neither a CONTROL_MESSAGE nor a DATA_MESSAGE with logGroup and logStream");
            }
            if (rest.isPresent()) {
                if (entries.isEmpty()) {
                    throw new PayloadException("the payload breaks off before the end of its first log event");
                }
                entries.add(new Entry(REST, entries.getLast().time(), rest.get()));
            }
            if (entries.isEmpty()) {
                return Optional.empty();
            }
            var events = new ArrayList<LogEvent>(entries.size());
            for (var entry : entries) {
                events.add(new LogEvent(source, group, stream, entry.id(), entry.time(), events.size(), entry.text()));
            }
            return Optional.of(new Payload(group, stream, events));
        }
    }
}
