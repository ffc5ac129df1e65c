package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.evidence.Source;
import java.time.Instant;
import java.util.Optional;

/** Parses texts as if a log group had delivered them. */
final class Lines {
    /** The log group's time: unlike any that stands in a line, so that a fall-back shows. */
    static final Instant DELIVERED = Instant.parse("2031-01-01T00:00:00Z");

    static final String SESSION = "01k4mtyrgg0123456789abcdef";
    static final String LOGIN = "dp_" + SESSION;
    static final String OTHER_SESSION = "01k4mtyrgg9999999999abcdef";

    private Lines() {}

    /** @throws AssertionError if the parser itself failed: the guard would hide it */
    static Activity parse(Source source, String text) {
        Activity activity = Parsers.of(source).parse(event(source, text));
        if (activity.detail().equals(Optional.of(Parsers.PARSER_FAILED))) {
            throw new AssertionError("the parser failed on: " + text);
        }
        return activity;
    }

    static LogEvent event(Source source, String text) {
        return new LogEvent(source, "/daypass/" + source.code(), "stream", "id", DELIVERED, 0, text);
    }

    /** The text as the content of a JSON string. */
    static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\t", "\\t");
    }
}
