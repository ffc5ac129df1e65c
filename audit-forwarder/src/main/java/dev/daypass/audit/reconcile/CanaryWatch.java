package dev.daypass.audit.reconcile;

import dev.daypass.audit.reconcile.Carried.Expected;
import dev.daypass.audit.reconcile.Carried.Mark;
import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.evidence.Canary;
import dev.daypass.evidence.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The canaries: each that was run has to be in a database's log within two periods, and while the sweep runs, each database has to
 * have one. Not thread-safe.
 */
final class CanaryWatch {
    /** Two periods of the sweep. */
    static final Duration WITHIN = Duration.ofMinutes(2);

    /** A run of the sweep may come this much later than the one before it. */
    private static final Duration JITTER = Duration.ofSeconds(30);

    /** What the logins of the sweep's witness begin with: a session that prints a mark proves nothing. */
    private static final String WITNESS = "dpw_";

    private static final String EVERY_DATABASE = "every database";

    private final Instant since;
    private final Map<Canary, Expected> expected = new HashMap<>();
    private final Map<Canary, Instant> marks = new HashMap<>();
    private final Map<String, Instant> databases = new TreeMap<>();
    private final List<Instant> sweeps = new ArrayList<>();

    CanaryWatch(Instant since, List<Expected> expected, List<Mark> marks, Map<String, Instant> databases) {
        this.since = since;
        expected.forEach(e -> this.expected.put(e.canary(), e));
        marks.forEach(m -> this.marks.put(m.canary(), m.time()));
        this.databases.putAll(databases);
    }

    void see(Source source, SealedRecord record) {
        var time = record.position().time();
        switch (source) {
            case DAYPASS -> daypass(record, time);
            case POSTGRESQL, MARIADB -> {
                if (record.canary().isPresent()
                        && record.user().startsWith(WITNESS)
                        && expected.remove(record.canary().get()) == null) {
                    marks.put(record.canary().get(), time);
                }
            }
            default -> {}
        }
    }

    private void daypass(SealedRecord record, Instant time) {
        switch (record.event().orElse("")) {
            case "sweep.run" -> sweeps.add(time);
            case "canary.run" -> {
                // One that failed says so itself: the sweep's own alarm speaks.
                databases.merge(record.object(), time, (a, b) -> a.isAfter(b) ? a : b);
                if (record.outcome().equals("success")
                        && record.canary().isPresent()
                        && marks.remove(record.canary().get()) == null) {
                    expected.put(
                            record.canary().get(), new Expected(record.canary().get(), record.object(), time));
                }
            }
            default -> {}
        }
    }

    /** Every line before {@code until} was seen. */
    void endMinute(Instant until, Findings findings) {
        // At equality both periods were seen whole.
        expected.values().removeIf(e -> {
            boolean over = !until.isBefore(e.time().plus(WITHIN));
            if (over) {
                findings.add(
                        Code.CANARY_MISSING,
                        Source.DAYPASS,
                        e.database(),
                        "the mark of " + e.time() + " is in no database's log");
            }
            return over;
        });
        marks.values().removeIf(time -> !until.isBefore(time.plus(WITHIN)));
        sweeps.stream().max(Comparator.naturalOrder()).ifPresent(sweep -> sweepRan(sweep, findings));
        sweeps.clear();
    }

    private void sweepRan(Instant sweep, Findings findings) {
        var tooLong = WITHIN.plus(JITTER);
        if (databases.isEmpty() && sweep.isAfter(since.plus(tooLong))) {
            findings.add(
                    Code.CANARY_MISSING, Source.DAYPASS, EVERY_DATABASE, "the sweep runs and sends no canary at all");
        }
        // Told once: a database that is no longer in the configuration is not asked about again.
        databases.entrySet().removeIf(e -> {
            boolean silent = sweep.isAfter(e.getValue().plus(tooLong));
            if (silent) {
                findings.add(
                        Code.CANARY_MISSING,
                        Source.DAYPASS,
                        e.getKey(),
                        "the sweep runs, and sent the last canary at " + e.getValue());
            }
            return silent;
        });
    }

    List<Expected> expected() {
        return expected.values().stream()
                .sorted(Comparator.comparing(e -> e.canary().nonce()))
                .toList();
    }

    List<Mark> marks() {
        return marks.entrySet().stream()
                .map(e -> new Mark(e.getKey(), e.getValue()))
                .sorted(Comparator.comparing(m -> m.canary().nonce()))
                .toList();
    }

    Map<String, Instant> databases() {
        return databases;
    }
}
