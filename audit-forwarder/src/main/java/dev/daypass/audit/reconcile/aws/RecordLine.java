package dev.daypass.audit.reconcile.aws;

import dev.daypass.audit.reconcile.JsonTree;
import dev.daypass.audit.reconcile.SealedRecord;
import dev.daypass.audit.reconcile.SealedRecord.Position;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Canary;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A line of an event object, as {@code docs/record.md}, "Event objects", has it. Of the source's own text it keeps a canary's mark only. */
final class RecordLine {
    private static final String FORMAT = "daypass-event/1";

    /** 26 letters. */
    private static final int NONCE = 26;

    private RecordLine() {}

    /** Empty if it is not such a line: then its log event has no record. */
    static Optional<SealedRecord> parse(Source source, String line) {
        return JsonTree.parse(line)
                .flatMap(json -> json.object("daypass").flatMap(daypass -> {
                    var position = daypass.object("position").flatMap(RecordLine::position);
                    var message = daypass.text("message").flatMap(hex -> Sha256.parse("sha256:" + hex));
                    if (position.isEmpty() || message.isEmpty()) {
                        return Optional.empty();
                    }
                    String raw = json.text("raw_data").orElse("");
                    var who = daypass.object("who");
                    return Optional.of(new SealedRecord(
                            daypass.text("what").orElse("unknown"),
                            daypass.text("outcome").orElse("unknown"),
                            who.flatMap(w -> w.text("user")).orElse("unknown"),
                            who.flatMap(w -> w.text("session")).flatMap(SessionId::parse),
                            daypass.text("object").orElse("unknown"),
                            position.get(),
                            message.get(),
                            daypass.object("ids").map(RecordLine::ids).orElse(Map.of()),
                            daypass.text("finding"),
                            source == Source.DAYPASS ? event(raw) : Optional.empty(),
                            canary(raw)));
                }));
    }

    private static Optional<Position> position(JsonTree json) {
        var group = json.text("logGroup");
        var stream = json.text("logStream");
        var time = json.number("time");
        return group.isPresent() && stream.isPresent() && time.isPresent()
                ? Optional.of(new Position(group.get(), stream.get(), Instant.ofEpochMilli(time.getAsLong())))
                : Optional.empty();
    }

    private static Map<String, String> ids(JsonTree json) {
        var ids = new HashMap<String, String>();
        for (var name : json.names()) {
            json.text(name).ifPresent(id -> ids.put(name, id));
        }
        return ids;
    }

    private static Optional<String> event(String raw) {
        return JsonTree.parse(raw)
                .filter(event -> event.text("format").equals(Optional.of(FORMAT)))
                .flatMap(event -> event.text("kind"));
    }

    private static Optional<Canary> canary(String raw) {
        int at = raw.indexOf(Canary.PREFIX);
        int end = at + Canary.PREFIX.length() + NONCE;
        return at < 0 || end > raw.length() ? Optional.empty() : Canary.parse(raw.substring(at, end));
    }
}
