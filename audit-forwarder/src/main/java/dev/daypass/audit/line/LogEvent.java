package dev.daypass.audit.line;

import dev.daypass.evidence.Source;
import java.time.Instant;

/**
 * One log event as its log group has it, and as an outsider could have written it: it may hold card numbers and secrets, so it
 * is never printed.
 *
 * @param source what kind of log the group holds
 * @param logGroup the group
 * @param logStream the stream in it
 * @param id the event's identifier, as CloudWatch Logs gave it
 * @param time when the log group says it happened, in milliseconds
 * @param index its place in the delivered payload, from 0
 * @param text the line, which may hold line breaks
 */
public record LogEvent(
        Source source, String logGroup, String logStream, String id, Instant time, int index, String text) {
    @Override
    public String toString() {
        return logGroup + "/" + logStream + "/" + id;
    }
}
