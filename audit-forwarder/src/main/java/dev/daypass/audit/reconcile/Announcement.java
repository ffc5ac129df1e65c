package dev.daypass.audit.reconcile;

import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.audit.reconcile.Reconciler.Result;
import dev.daypass.audit.told.FunctionLog;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;

/** Tells the function's log what a run found: a line for each finding, and one of metrics. */
final class Announcement {
    private final FunctionLog log;

    Announcement(PrintStream out) {
        this.log = new FunctionLog(out);
    }

    void of(Result result, Instant now) {
        for (var finding : result.findings()) {
            log.line(json -> {
                json.writeStringField("format", FunctionLog.FINDING);
                json.writeStringField("from", result.from().toString());
                json.writeStringField("to", result.to().toString());
                ReconciliationJson.writeMembers(json, finding);
            });
        }
        var metrics = new LinkedHashMap<String, Long>();
        metrics.put(
                "Findings",
                result.counts().values().stream().mapToLong(Long::longValue).sum());
        metrics.put(
                "Gaps",
                count(result, Code.LINE_MISSING) + count(result, Code.LINE_UNKNOWN) + count(result, Code.LINE_GAP));
        metrics.put("CanaryMissing", count(result, Code.CANARY_MISSING));
        log.metrics(now, metrics, json -> {});
    }

    private static long count(Result result, Code code) {
        return result.counts().getOrDefault(code, 0L);
    }
}
