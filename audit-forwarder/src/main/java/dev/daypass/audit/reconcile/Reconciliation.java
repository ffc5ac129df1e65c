package dev.daypass.audit.reconcile;

import dev.daypass.evidence.Source;
import java.time.Instant;
import java.util.List;

/**
 * What one run looked at and found.
 *
 * @param from the {@code to} of the run before
 * @param to whole seconds; everything before it was compared
 * @param sources in their order
 * @param findings sorted
 * @param omitted findings that were counted and not told
 * @param carried for the next run
 */
record Reconciliation(
        Instant from, Instant to, List<Counts> sources, List<Finding> findings, long omitted, Carried carried) {
    Reconciliation {
        sources = List.copyOf(sources);
        findings = List.copyOf(findings);
    }

    /**
     * @param logEvents in the log groups
     * @param records sealed
     * @param missing log events without a record
     * @param unknown records without a log event
     */
    record Counts(Source source, long logEvents, long records, long missing, long unknown) {
        Counts plus(Counts more) {
            return new Counts(
                    source,
                    logEvents + more.logEvents,
                    records + more.records,
                    missing + more.missing,
                    unknown + more.unknown);
        }
    }
}
