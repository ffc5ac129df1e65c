package dev.daypass.audit.forward;

import dev.daypass.audit.forward.Forwarder.Stored;
import dev.daypass.audit.told.FunctionLog;
import dev.daypass.evidence.Source;
import java.io.PrintStream;
import java.time.Clock;
import java.util.LinkedHashMap;

/**
 * Tells the forwarder's log what was stored and what was found in it: a line for each finding, and one of metrics. Nothing of a log
 * line's text is in it. Thread-safe.
 */
public final class ForwarderLog {
    private final Source source;
    private final FunctionLog log;
    private final Clock clock;

    public ForwarderLog(Source source, PrintStream out, Clock clock) {
        this.source = source;
        this.log = new FunctionLog(out);
        this.clock = clock;
    }

    /** A payload was stored, now or before. */
    public void stored(Stored stored) {
        var batch = stored.batch();
        for (var found : batch.findings()) {
            log.line(json -> {
                json.writeStringField("format", FunctionLog.FINDING);
                json.writeStringField("code", found.finding().code());
                json.writeStringField("source", source.code());
                if (found.session().isPresent()) {
                    json.writeStringField("session", found.session().get().text());
                }
                json.writeStringField("object", batch.key().text());
                json.writeNumberField("index", found.event().index());
                json.writeStringField("logStream", found.event().logStream());
                json.writeNumberField("time", found.event().time().toEpochMilli());
            });
        }
        // A repeated delivery counts as such. Its findings count again: the first time may have ended before this line.
        long once = stored.isNew() ? 1 : 0;
        var metrics = new LinkedHashMap<String, Long>();
        metrics.put("Records", once * batch.records());
        metrics.put("Redacted", once * batch.redacted());
        metrics.put("Unparsed", once * batch.unparsed());
        metrics.put("Findings", (long) batch.findings().size());
        metrics.put("Repeated", 1 - once);
        log.metrics(clock.instant(), metrics, json -> {
            json.writeStringField("source", source.code());
            json.writeStringField("object", batch.key().text());
        });
    }
}
