package dev.daypass.cli.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.daypass.cli.console.Printable;

/** A timeline as text for a person, or as JSON. Neither can steer a terminal. */
final class TimelineReport {
    /** Jackson escapes what is below a space by itself; C1 controls and what reorders text are above ASCII. */
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final int SHORT = 60;
    private static final int STATEMENT = 160;

    private TimelineReport() {}

    static String text(SessionTimeline timeline) {
        var text = new StringBuilder();
        text.append("session ").append(timeline.session());
        timeline.intent()
                .ifPresentOrElse(
                        intent -> text.append(": agent ")
                                .append(shortened(intent.path("agent").asText()))
                                .append(", owner ")
                                .append(shortened(intent.path("owner").asText("none")))
                                .append(", grant ")
                                .append(shortened(intent.path("grant").asText())),
                        () -> text.append(": NO INTENT IN THE RECORD"));
        text.append('\n');
        for (var entry : timeline.entries()) {
            text.append('\n')
                    .append(entry.when())
                    .append("  ")
                    .append(entry.source().code());
            text.append("  ").append(shortened(entry.what())).append("  ").append(shortened(entry.outcome()));
            text.append("  ").append(shortened(entry.object())).append('\n');
            entry.finding()
                    .ifPresent(code ->
                            text.append("  FINDING ").append(shortened(code)).append('\n'));
            text.append("  by ").append(shortened(entry.who())).append(" from ").append(shortened(entry.from()));
            text.append('\n');
            entry.statement()
                    .ifPresent(words -> text.append("  ")
                            .append(Printable.line(words, STATEMENT))
                            .append('\n'));
            text.append("  at ")
                    .append(Printable.of(entry.at().key()))
                    .append(':')
                    .append(entry.at().line());
            if (entry.copies() > 1) {
                text.append(" (and ").append(entry.copies() - 1).append(" more of the same)");
            }
            text.append('\n');
        }
        if (timeline.ending().isEmpty()) {
            text.append("\nNO ENDING IN THE RECORD; read from ")
                    .append(timeline.looked().from());
            text.append(" to ").append(timeline.looked().to()).append('\n');
        }
        return text.toString();
    }

    static String json(SessionTimeline timeline) {
        var root = JSON.createObjectNode();
        root.put("session", timeline.session().text());
        timeline.intent().ifPresent(intent -> root.set("intent", intent));
        timeline.ending().ifPresent(ending -> root.set("ending", ending));
        root.put("from", timeline.looked().from().toString());
        root.put("to", timeline.looked().to().toString());
        var entries = root.putArray("entries");
        for (var entry : timeline.entries()) {
            var json = entries.addObject();
            json.put("when", entry.when().toString());
            json.put("source", entry.source().code());
            json.put("what", entry.what());
            json.put("who", entry.who());
            json.put("from", entry.from());
            json.put("object", entry.object());
            json.put("outcome", entry.outcome());
            entry.statement().ifPresent(statement -> json.put("statement", statement));
            entry.finding().ifPresent(finding -> json.put("finding", finding));
            json.put("key", entry.at().key());
            json.put("line", entry.at().line());
            json.put("copies", entry.copies());
        }
        return written(root);
    }

    static String written(JsonNode json) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON is always writable", e);
        }
    }

    private static String shortened(String text) {
        return Printable.line(text, SHORT);
    }
}
