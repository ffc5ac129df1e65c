package dev.daypass.functions.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Optional;

/**
 * Writes events as JSON lines to the function's standard output, which Lambda puts into the function's log group and the
 * forwarder takes from there. A line is written whole or the caller hears of it. Thread-safe.
 */
public final class Events {
    /** The first member of every line, by which the forwarder knows its own. */
    public static final String FORMAT = "daypass-event/1";

    private static final JsonFactory JSON = new JsonFactory();

    private final PrintStream out;
    private final Clock clock;

    public Events(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    public void emit(Event event) {
        var line = new ByteArrayOutputStream(512);
        try (var json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeStringField("time", clock.instant().toString());
            json.writeStringField("kind", event.kind().code());
            json.writeStringField("outcome", event.success() ? "success" : "failure");
            optional(json, "reason", event.reason());
            optional(json, "detail", event.detail());
            optional(json, "issuer", event.who().issuer());
            json.writeStringField("subject", event.who().subject());
            optional(json, "agent", event.who().agent());
            optional(json, "owner", event.who().owner());
            json.writeStringField("origin", event.origin());
            json.writeStringField("requestId", event.requestId());
            if (event.session().isPresent()) {
                json.writeStringField("session", event.session().get().text());
            }
            json.writeStringField("object", event.object());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        line.write('\n');
        synchronized (out) {
            out.write(line.toByteArray(), 0, line.size());
            out.flush();
            if (out.checkError()) {
                // A failure to record is a failure: the caller must not answer as if it had been recorded.
                throw new IllegalStateException("the event could not be written to standard output");
            }
        }
    }

    private static void optional(JsonGenerator json, String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        }
    }
}
