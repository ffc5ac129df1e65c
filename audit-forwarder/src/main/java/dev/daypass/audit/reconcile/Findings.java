package dev.daypass.audit.reconcile;

import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a run found: every finding counted, each told once, and not more than fit into a report. Not thread-safe. */
final class Findings {
    /** A log that was not sealed at all is one finding a line; a report of a few hundred kilobytes says as much as a longer one. */
    static final int MOST = 1_000;

    private final Set<Finding> told = new LinkedHashSet<>();
    private final Map<Code, Long> counts = new EnumMap<>(Code.class);
    private long omitted;

    void add(Code code, Source source, String object, String detail) {
        add(new Finding(code, source.code(), object, Optional.empty(), detail));
    }

    void add(Code code, Source source, String object, SessionId session, String detail) {
        add(new Finding(code, source.code(), object, Optional.of(session), detail));
    }

    void add(Finding finding) {
        boolean lines = finding.code() == Code.LINE_MISSING || finding.code() == Code.LINE_UNKNOWN;
        if (told.contains(finding) && !lines) {
            return;
        }
        counts.merge(finding.code(), 1L, Long::sum);
        if (told.size() < MOST) {
            told.add(finding);
        } else {
            omitted++;
        }
    }

    void addAll(Findings more) {
        more.told.forEach(f -> {
            if (told.size() < MOST) {
                told.add(f);
            } else {
                omitted++;
            }
        });
        more.counts.forEach((code, n) -> counts.merge(code, n, Long::sum));
        omitted += more.omitted;
    }

    List<Finding> sorted() {
        var list = new ArrayList<>(told);
        list.sort(null);
        return list;
    }

    /** How many are counted and not told. */
    long omitted() {
        return omitted;
    }

    Map<Code, Long> counts() {
        return counts;
    }
}
