package dev.daypass.audit.intake;

import dev.daypass.audit.line.LogEvent;
import java.util.List;

/**
 * What a subscription delivers: log events of one stream, in the order in which they were delivered.
 *
 * @param logGroup the group
 * @param logStream the stream
 * @param events at least one
 */
public record Payload(String logGroup, String logStream, List<LogEvent> events) {
    public Payload {
        events = List.copyOf(events);
        if (events.isEmpty()) {
            throw new IllegalArgumentException("a payload without log events");
        }
    }

    @Override
    public String toString() {
        return logGroup + "/" + logStream + ", " + events.size() + " events";
    }
}
