package dev.daypass.audit.reconcile;

import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.audit.reconcile.LogGroups.UnreadableException;
import dev.daypass.audit.reconcile.Reconciliation.Counts;
import dev.daypass.audit.reconcile.SealedRecord.Position;
import dev.daypass.audit.seal.Seal;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.evidence.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One completeness run: reads the log groups again and compares them with what was sealed, follows every connection, request, session
 * and canary over its lines, and writes what it found into the locked bucket. It looks at one minute after the other and
 * keeps digests of one minute's lines at most. Two runs at once would fork the chain of reports: the function has a
 * concurrency of one.
 */
public final class Reconciler {
    /** Delivery and sealing take so long; nothing younger is looked at, unless somebody asks who knows that all is there. */
    public static final Duration LAG = Duration.ofMinutes(2);

    private static final int PATIENCE_IN_LAGS = 4;

    /**
     * A line that is younger than this and in no sealed object yet ends the run before its minute: it may be on its way. Lambda tries a failed
     * delivery again after one minute and after two more (AWS Lambda Developer Guide, "Asynchronous invocation"); then it has to be sealed.
     */
    static final Duration PATIENCE = LAG.multipliedBy(PATIENCE_IN_LAGS);

    /** What one run looks at, at most. */
    static final Duration MOST = Duration.ofMinutes(10);

    /** Lines that are sealed later than this after the time looked at count as missing, while a run catches up. */
    private static final Duration SEALED_WITHIN = Duration.ofHours(1);

    /** How many minutes of lines that were sealed late are compared in a run: each is one more reading of the log groups. */
    private static final int LATE_MINUTES = 60;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Ports ports;
    private final List<LogGroup> groups;
    private final List<Source> sources;
    private final Clock clock;

    /** @param groups every event source has at least one */
    public Reconciler(Ports ports, List<LogGroup> groups, Clock clock) {
        this.ports = ports;
        this.groups = List.copyOf(groups);
        this.sources = groups.stream().map(LogGroup::source).distinct().sorted().toList();
        this.clock = clock;
    }

    /** What a run speaks to. */
    public record Ports(LogGroups logs, SealedRecords sealed, Reports reports, MessageDigests digests) {}

    /**
     * What a run says when it is over.
     *
     * @param from what was looked at begins here
     * @param to and ends before here
     * @param findings sorted, and at most as many as a report holds
     * @param counts of all findings, by their code
     */
    public record Result(Instant from, Instant to, List<Finding> findings, Map<Code, Long> counts) {}

    /**
     * One run.
     *
     * @param deadline no new minute is begun after it
     * @param lag nothing younger is looked at; a line that is younger than four times this may still be on its way
     * @param tell hears what was found before it is written
     * @return empty if there is nothing to look at yet, and then nothing was written
     */
    public Optional<Result> run(Instant deadline, Duration lag, Consumer<Result> tell) {
        Instant now = clock.instant();
        var last = ports.reports().last().map(ReconciliationJson::read).or(this::first);
        if (last.isEmpty()) {
            return Optional.empty();
        }
        Instant from = last.get().to();
        if (from.isAfter(now)) {
            throw new IllegalStateException(
                    "the last report ends in the future, at " + from + ": nothing would be looked at until then");
        }
        // Reports are named by whole seconds.
        Instant until = earlier(from.plus(MOST), now.minus(lag)).truncatedTo(ChronoUnit.SECONDS);
        if (!from.isBefore(until)) {
            return Optional.empty();
        }
        var run = new Run(
                now.minus(lag.multipliedBy(PATIENCE_IN_LAGS)),
                from,
                until,
                last.get().carried());
        run.look(deadline);
        return run.report(tell);
    }

    /** The first run begins where the first seal does: of what was before, nobody promised anything. */
    private Optional<ReconciliationJson.Last> first() {
        return sources.stream()
                .flatMap(s -> ports.sealed().sealsAfter(s, 0, Instant.EPOCH).stream())
                .map(s -> s.from().truncatedTo(ChronoUnit.SECONDS))
                .min(Instant::compareTo)
                .map(since -> new ReconciliationJson.Last(since, Carried.none(since)));
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private final class Run {
        /** What is in no sealed object and younger than this may be on its way. */
        private final Instant settled;

        private final Instant from;
        private final Instant until;
        private final Findings findings = new Findings();
        private final Map<Source, List<Seal>> seals = new EnumMap<>(Source.class);
        private final Map<Source, Counts> counts = new EnumMap<>(Source.class);
        private Carried carried;
        private Instant to;

        Run(Instant settled, Instant from, Instant until, Carried carried) {
            this.settled = settled;
            this.from = from;
            this.until = until;
            this.to = from;
            this.carried = carried;
            for (var source : sources) {
                counts.put(source, new Counts(source, 0, 0, 0, 0));
                seals.put(source, read(source));
            }
        }

        private List<Seal> read(Source source) {
            return ports.sealed()
                    .sealsAfter(source, carried.seals().getOrDefault(source, 0L), until.plus(SEALED_WITHIN));
        }

        void look(Instant deadline) {
            sessionsBegunAndEnded();
            while (to.isBefore(until) && !clock.instant().isAfter(deadline)) {
                var minute = new Minute(to, earlier(to.plus(MINUTE), until), carried);
                if (!minute.look()) {
                    break;
                }
                to = minute.end;
                carried = minute.carried();
                findings.addAll(minute.findings);
                minute.counts.forEach((source, c) -> counts.merge(source, c, Counts::plus));
            }
        }

        /** Intents and endings have no time of their own in the seals: each is read once, when its seal is new. */
        private void sessionsBegunAndEnded() {
            var chains = new Chains(carried.since(), carried.sessions(), ports.sealed());
            var newest = new EnumMap<Source, Long>(Source.class);
            newest.putAll(carried.seals());
            for (var seal : read(Source.INTENTS)) {
                newest.put(Source.INTENTS, seal.number());
                for (var object : seal.objects()) {
                    ports.sealed().intent(object).ifPresent(chains::intent);
                }
            }
            for (var seal : read(Source.ENDINGS)) {
                newest.put(Source.ENDINGS, seal.number());
                for (var object : seal.objects()) {
                    ports.sealed().ending(object).ifPresent(ending -> chains.ending(ending, findings));
                }
            }
            carried = carried.withSessions(chains.carried()).withSeals(newest);
        }

        Optional<Result> report(Consumer<Result> tell) {
            if (!from.isBefore(to)) {
                return Optional.empty();
            }
            var newest = new EnumMap<Source, Long>(Source.class);
            newest.putAll(carried.seals());
            for (var source : sources) {
                pass(source, newest);
            }
            var report = new Reconciliation(
                    from,
                    to,
                    List.copyOf(counts.values()),
                    findings.sorted(),
                    findings.omitted(),
                    carried.withSeals(newest));
            var result = new Result(from, to, report.findings(), findings.counts());
            tell.accept(result);
            ports.reports().write(to, ReconciliationJson.write(report));
            return Optional.of(result);
        }

        /** Leaves the seals behind that hold nothing of what the next run looks at, and compares what was late in them. */
        private void pass(Source source, Map<Source, Long> newest) {
            var late = new TreeMap<Instant, LineTally>();
            for (var seal : seals.getOrDefault(source, List.of())) {
                // An object was written after its lines, as far as clocks agree: LAG is more than they differ by.
                if (seal.to().isAfter(to.minus(LAG))) {
                    break;
                }
                newest.put(source, seal.number());
                Instant wasDecided = seal.to().minus(PATIENCE);
                for (var object : seal.objects()) {
                    if (object.times().isPresent()
                            && object.times().get().earliest().isBefore(wasDecided)) {
                        ports.sealed().read(source, object, record -> {
                            if (record.position().time().isBefore(wasDecided)) {
                                late.computeIfAbsent(
                                                record.position().time().truncatedTo(ChronoUnit.MINUTES),
                                                m -> new LineTally())
                                        .add(record.position(), record.message());
                            }
                        });
                    }
                }
            }
            compareLate(source, late);
        }

        private void compareLate(Source source, SortedMap<Instant, LineTally> late) {
            int compared = 0;
            for (var entry : late.entrySet()) {
                if (compared++ == LATE_MINUTES) {
                    findings.add(
                            Code.LINE_UNKNOWN,
                            source,
                            source.code(),
                            "sealed late and not compared: lines of " + (late.size() - LATE_MINUTES) + " minutes, from "
                                    + entry.getKey());
                    return;
                }
                var minute = entry.getKey();
                var unreadable = forEach(
                        source,
                        minute,
                        minute.plus(MINUTE),
                        findings,
                        (position, text) ->
                                entry.getValue().take(position, ports.digests().of(text)));
                for (var left : entry.getValue().left(unreadable)) {
                    findings.add(
                            Code.LINE_UNKNOWN,
                            source,
                            left.place().toString(),
                            "a record of " + left.time() + ", sealed late, is not in the log group");
                }
            }
        }

        /** One minute, which counts as a whole or not at all. */
        private final class Minute {
            private final Instant begin;
            private final Instant end;
            private final Findings findings = new Findings();
            private final Map<Source, Counts> counts = new EnumMap<>(Source.class);
            private final Carried before;
            private final Chains chains;
            private final Connections connections;
            private final Requests requests;
            private final CanaryWatch canaries;
            private boolean undecided;

            Minute(Instant begin, Instant end, Carried before) {
                this.begin = begin;
                this.end = end;
                this.before = before;
                chains = new Chains(before.since(), before.sessions(), ports.sealed());
                connections = new Connections(before.since(), before.connections());
                requests = new Requests(before.since(), before.requests());
                canaries = new CanaryWatch(before.since(), before.expected(), before.marks(), before.databases());
            }

            /** @return false if a line of it may still be on its way */
            boolean look() {
                for (var source : sources) {
                    compare(source);
                    if (undecided) {
                        return false;
                    }
                }
                connections.endMinute(end, findings);
                requests.endMinute(end, findings);
                canaries.endMinute(end, findings);
                for (var session : chains.judge(end, findings)) {
                    connections.ended(session, findings);
                }
                return true;
            }

            private void compare(Source source) {
                var tally = new LineTally();
                var lines = new Lines();
                for (var seal : seals.getOrDefault(source, List.of())) {
                    for (var object : seal.objects()) {
                        if (overlaps(object)) {
                            ports.sealed().read(source, object, record -> {
                                if (isIn(record.position().time())) {
                                    lines.records++;
                                    tally.add(record.position(), record.message());
                                    see(source, record);
                                }
                            });
                        }
                    }
                }
                var unreadable = forEach(source, begin, end, findings, (position, text) -> {
                    lines.logEvents++;
                    if (!tally.take(position, ports.digests().of(text))) {
                        lines.missing++;
                        missing(source, position);
                    }
                });
                var left = tally.left(unreadable);
                for (var line : left) {
                    findings.add(
                            Code.LINE_UNKNOWN,
                            source,
                            line.place().toString(),
                            "a record of " + line.time() + " is not in the log group");
                }
                counts.put(source, new Counts(source, lines.logEvents, lines.records, lines.missing, left.size()));
            }

            private void missing(Source source, Position position) {
                // At equality it has waited for long enough.
                if (position.time().isAfter(settled)) {
                    undecided = true;
                }
                findings.add(
                        Code.LINE_MISSING,
                        source,
                        position.logGroup() + "/" + position.logStream(),
                        "a log event of " + position.time() + " is in no sealed record");
            }

            private void see(Source source, SealedRecord record) {
                chains.see(source, record, findings);
                connections.see(source, record);
                requests.see(source, record);
                canaries.see(source, record);
            }

            private boolean overlaps(SealedObject object) {
                return object.times()
                        .filter(t -> t.earliest().isBefore(end) && !t.latest().isBefore(begin))
                        .isPresent();
            }

            private boolean isIn(Instant time) {
                return !time.isBefore(begin) && time.isBefore(end);
            }

            Carried carried() {
                return new Carried(
                        before.since(),
                        before.seals(),
                        connections.carried(),
                        requests.carried(),
                        chains.carried(),
                        canaries.expected(),
                        canaries.marks(),
                        canaries.databases());
            }
        }
    }

    private static final class Lines {
        private long logEvents;
        private long records;
        private long missing;
    }

    /** @return the groups that could not be read: what was sealed of them is not compared */
    private Set<String> forEach(Source source, Instant begin, Instant end, Findings findings, Line each) {
        var unreadable = new HashSet<String>();
        for (var group : groups) {
            if (group.source() != source) {
                continue;
            }
            try {
                ports.logs()
                        .read(
                                group,
                                begin,
                                end,
                                e -> each.line(new Position(group.name(), e.stream(), e.time()), e.text()));
            } catch (UnreadableException e) {
                unreadable.add(group.name());
                findings.add(
                        Code.LOG_GROUP_UNREADABLE,
                        source,
                        group.name(),
                        "lines from " + begin + " to " + end + " were not compared");
            }
        }
        return unreadable;
    }

    @FunctionalInterface
    private interface Line {
        void line(Position position, String text);
    }
}
