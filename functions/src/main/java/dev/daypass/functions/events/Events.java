package dev.daypass.functions.events;

import dev.daypass.functions.json.JsonText;
import java.io.PrintStream;
import java.time.Clock;

/**
 * Writes events as JSON lines to the function's standard output, which Lambda puts into the function's log group and the
 * forwarder takes from there. A line is written whole or the caller hears of it. Thread-safe.
 */
public final class Events {
    /** The first member of every line, by which the forwarder knows its own. */
    public static final String FORMAT = "daypass-event/1";

    private final PrintStream out;
    private final Clock clock;

    public Events(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    public void emit(Event event) {
        byte[] line = JsonText.object(json -> {
            json.writeStringField("format", FORMAT);
            json.writeStringField("time", clock.instant().toString());
            json.writeStringField("kind", event.kind().code());
            json.writeStringField("outcome", event.success() ? "success" : "failure");
            JsonText.optional(json, "reason", event.reason());
            JsonText.optional(json, "detail", event.detail());
            JsonText.optional(json, "issuer", event.who().issuer());
            json.writeStringField("subject", event.who().subject());
            JsonText.optional(json, "agent", event.who().agent());
            JsonText.optional(json, "owner", event.who().owner());
            json.writeStringField("origin", event.origin());
            json.writeStringField("requestId", event.requestId());
            if (event.session().isPresent()) {
                json.writeStringField("session", event.session().get().text());
            }
            json.writeStringField("object", event.object());
        });
        synchronized (out) {
            out.write(line, 0, line.length);
            out.write('\n');
            out.flush();
            if (out.checkError()) {
                // A failure to record is a failure: the caller must not answer as if it had been recorded.
                throw new IllegalStateException("the event could not be written to standard output");
            }
        }
    }
}
