package dev.daypass.audit.reconcile;

import dev.daypass.audit.reconcile.LogGroups.GroupEvent;
import dev.daypass.audit.reconcile.LogGroups.UnreadableException;
import dev.daypass.audit.reconcile.Reconciler.Result;
import dev.daypass.audit.reconcile.SealedRecord.Position;
import dev.daypass.audit.reconcile.SealedRecords.SealedEnding;
import dev.daypass.audit.reconcile.SealedRecords.SealedIntent;
import dev.daypass.audit.seal.Seal;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.Seal.Times;
import dev.daypass.audit.seal.Seal.Totals;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Canary;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An hour of a small Daypass in which everything goes well: a sweep with its canary each minute, three sessions that end, one
 * that was refused after its intent, one that is still alive, and a MariaDB. Faults are put into it one at a time. Lines
 * are told apart by labels.
 */
final class Hour {
    static final Instant BEGIN = Instant.parse("2026-11-23T03:00:00Z");
    static final Duration LENGTH = Duration.ofMinutes(60);
    static final String SECRET = "4111 1111 1111 1111 in a statement";

    private static final Place PLACE = new Place("eu-central-1", "111122223333");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** One line, in its group and in its object. */
    private static final class Line {
        private final String label;
        private final Source source;
        private final String text;
        private SealedRecord record;
        private boolean logged = true;
        private Optional<Duration> sealedAfter = Optional.of(Duration.ofSeconds(5));

        private Line(String label, Source source, SealedRecord record, String text) {
            this.label = label;
            this.source = source;
            this.record = record;
            this.text = text;
        }
    }

    private record Timed<T>(T value, Instant at) {}

    private final List<Line> lines = new ArrayList<>();
    private final List<Timed<SealedIntent>> intents = new ArrayList<>();
    private final List<Timed<SealedEnding>> endings = new ArrayList<>();
    private final Set<Source> unreadable = new HashSet<>();
    private final Map<String, Long> lineNumbers = new HashMap<>();
    private final TreeMap<Instant, byte[]> reports = new TreeMap<>();
    private Optional<Random> shuffle = Optional.empty();
    private Duration sealerStopped = Duration.ofDays(1);
    private Instant now = BEGIN;

    Hour() {
        lineNumbers.put("admin", 40L);
        for (int m = 0; m < LENGTH.toMinutes(); m++) {
            sweep(m);
        }
        session(1, 5);
        session(2, 20);
        session(3, 33);
        intents.add(intent(session(4), at(25)));
        alive(5, 50);
        mariadb();
        // Its response is in the next minute.
        vault("over the minute", at(8).minusMillis(2), Optional.empty(), "auth/token/lookup-self");
    }

    // ---- What happens in it

    private static Instant at(int minute) {
        return BEGIN.plus(MINUTE.multipliedBy(minute));
    }

    static SessionId session(int number) {
        return new SessionId("01k00000000000000000000ab" + number);
    }

    static Canary canary(int minute) {
        return new Canary(
                "canaryofthisminutea" + "abcdefghij".charAt(minute / 10) + "abcdefghij".charAt(minute % 10) + "zzzzz");
    }

    private static SealedIntent intentOf(SessionId id, Instant begin) {
        return new SealedIntent(id, begin, begin.plus(Duration.ofMinutes(15)));
    }

    private static Timed<SealedIntent> intent(SessionId id, Instant begin) {
        return new Timed<>(intentOf(id, begin), begin);
    }

    private void sweep(int minute) {
        var time = at(minute).plusSeconds(10);
        String connection = Long.toHexString(time.getEpochSecond()) + "." + (100 + minute);
        postgres("witness received " + minute, connection, time, "server.message", "unknown");
        postgres("witness authorized " + minute, connection, time.plusMillis(3), "logon", "dpw_" + minute);
        var mark = postgres("mark " + minute, connection, time.plusMillis(5), "datastore.query", "dpw_" + minute);
        mark.record = with(mark.record, mark.record.object(), Optional.empty(), Optional.of(canary(minute)));
        postgres("witness gone " + minute, connection, time.plusMillis(7), "logoff", "dpw_" + minute);
        var told = daypass("canary " + minute, time.plusMillis(9), "orders");
        told.record = with(told.record, "orders", Optional.of("canary.run"), Optional.of(canary(minute)));
        var run = daypass("sweep " + minute, time.plusMillis(20), "everything");
        run.record = with(run.record, "everything", Optional.of("sweep.run"), Optional.empty());
        add("renewal " + minute, Source.VAULT_SERVER, "server", time, "server.message", "unknown", Map.of());
        vault("status " + minute, time, Optional.empty(), "auth/token/lookup-self");
        // The broker sends the session's header with each request; for the witness's login there is none.
        vault("witness " + minute, time, Optional.of(new SessionId("0".repeat(26))), "database/creds/witness-orders");
    }

    private void session(int number, int minute) {
        var id = born(number, minute);
        var end = at(minute + 9);
        postgres("gone " + number, connection(number, minute), end, "logoff", user(id));
        drop(number, end.plusSeconds(1));
        endings.add(new Timed<>(new SealedEnding(id, EndReason.REQUESTED, end.plusSeconds(2)), end.plusSeconds(2)));
    }

    private void alive(int number, int minute) {
        born(number, minute);
    }

    private SessionId born(int number, int minute) {
        var id = session(number);
        var begin = at(minute);
        intents.add(intent(id, begin));
        vault("login " + number, begin.plusMillis(10), Optional.of(id), "auth/jwt-idp/login");
        vault("token " + number, begin.plusMillis(20), Optional.of(id), "auth/token/create/orders");
        vault("credentials " + number, begin.plusMillis(30), Optional.of(id), "database/creds/orders");
        var create = postgres("create " + number, "admin", begin.plusMillis(40), "account.create", "vault_admin");
        create.record = with(create.record, user(id), Optional.empty(), Optional.empty());
        var connection = connection(number, minute);
        var login = begin.plusSeconds(1);
        postgres("received " + number, connection, login, "server.message", "unknown");
        postgres("authorized " + number, connection, login.plusMillis(5), "logon", user(id));
        postgres("query " + number, connection, login.plusMillis(50), "datastore.query", user(id));
        postgres("another query " + number, connection, login.plusSeconds(70), "datastore.query", user(id));
        return id;
    }

    private void drop(int number, Instant time) {
        var drop = postgres("drop " + number, "admin", time, "account.delete", "vault_admin");
        drop.record = with(drop.record, user(session(number)), Optional.empty(), Optional.empty());
    }

    private void mariadb() {
        maria("maria 10 connect", "10", at(2), "logon");
        maria("maria 11 connect", "11", at(3), "logon");
        maria("maria 11 query", "11", at(3).plusSeconds(1), "datastore.query");
        maria("maria 11 disconnect", "11", at(4), "logoff");
        maria("maria 12 refused", "12", at(5), "logon");
        changed("maria 12 refused", r -> as(r, "logon", "failure", "dp_somebody"));
        maria("maria 10 disconnect", "10", at(50), "logoff");
    }

    private static String user(SessionId id) {
        return new SessionUser(id).name();
    }

    private static String connection(int number, int minute) {
        return Long.toHexString(at(minute).plusSeconds(1).getEpochSecond()) + "." + (7000 + number);
    }

    // ---- Lines

    private Line add(
            String label,
            Source source,
            String stream,
            Instant time,
            String what,
            String user,
            Map<String, String> ids) {
        String text = label + ": " + SECRET;
        var record = new SealedRecord(
                what,
                "success",
                user,
                Optional.empty(),
                "unknown",
                new Position(group(source).name(), stream, time),
                digest(text),
                ids,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        var line = new Line(label, source, record, text);
        lines.add(line);
        return line;
    }

    private Line postgres(String label, String connection, Instant time, String what, String user) {
        // The administrator's connection is older than the hour.
        String id = connection.equals("admin") ? Long.toHexString(BEGIN.getEpochSecond() - 3600) + ".9" : connection;
        long line = lineNumbers.merge(connection, 1L, Long::sum);
        return add(
                label,
                Source.POSTGRESQL,
                "postgresql.json",
                time,
                what,
                user,
                Map.of("databaseSession", id, "line", Long.toString(line)));
    }

    private void maria(String label, String connection, Instant time, String what) {
        add(label, Source.MARIADB, "audit", time, what, "app", Map.of("databaseSession", connection));
    }

    private Line daypass(String label, Instant time, String object) {
        var line = add(label, Source.DAYPASS, "sweep", time, "server.message", "sweep", Map.of());
        line.record = with(line.record, object, Optional.empty(), Optional.empty());
        return line;
    }

    /** A request and its response, in both audit devices. */
    private void vault(String label, Instant time, Optional<SessionId> session, String path) {
        for (var device : List.of("main", "second")) {
            for (var phase : List.of("request", "response")) {
                var line = add(
                        label + " " + phase + " " + device,
                        Source.VAULT_AUDIT,
                        device,
                        phase.equals("request") ? time : time.plusMillis(4),
                        "session.authorize",
                        "agent",
                        Map.of("request", "id of " + label, "phase", phase));
                var r = line.record;
                line.record = new SealedRecord(
                        r.what(),
                        phase.equals("request") ? "unknown" : "success",
                        r.user(),
                        session,
                        path,
                        r.position(),
                        r.message(),
                        r.ids(),
                        r.finding(),
                        r.event(),
                        r.canary());
            }
        }
    }

    private static SealedRecord with(SealedRecord r, String object, Optional<String> event, Optional<Canary> canary) {
        return new SealedRecord(
                r.what(),
                r.outcome(),
                r.user(),
                r.session(),
                object,
                r.position(),
                r.message(),
                r.ids(),
                r.finding(),
                event,
                canary);
    }

    static SealedRecord as(SealedRecord r, String what, String outcome, String user) {
        return new SealedRecord(
                what,
                outcome,
                user,
                r.session(),
                r.object(),
                r.position(),
                r.message(),
                r.ids(),
                r.finding(),
                r.event(),
                r.canary());
    }

    static SealedRecord found(SealedRecord r, String finding) {
        return new SealedRecord(
                r.what(),
                r.outcome(),
                r.user(),
                r.session(),
                r.object(),
                r.position(),
                r.message(),
                r.ids(),
                Optional.of(finding),
                r.event(),
                r.canary());
    }

    static SealedRecord at(SealedRecord r, String object) {
        return with(r, object, r.event(), r.canary());
    }

    static SealedRecord unmarked(SealedRecord r) {
        return with(r, r.object(), r.event(), Optional.empty());
    }

    // ---- Faults

    /** In its group, and never sealed. */
    Hour unsealed(String label) {
        line(label).sealedAfter = Optional.empty();
        return this;
    }

    /** Sealed, and in no group. */
    Hour unlogged(String label) {
        line(label).logged = false;
        return this;
    }

    /** In neither: it never reached the group. */
    Hour lost(String label) {
        lines.remove(line(label));
        return this;
    }

    Hour sealedAfter(String label, Duration time) {
        line(label).sealedAfter = Optional.of(time);
        return this;
    }

    Hour changed(String label, UnaryOperator<SealedRecord> change) {
        var line = line(label);
        line.record = change.apply(line.record);
        return this;
    }

    Hour twiceSealed(String label) {
        var line = line(label);
        var copy = new Line(label + " again", line.source, line.record, line.text);
        copy.logged = false;
        lines.add(copy);
        return this;
    }

    Hour withoutIntent(int number) {
        intents.removeIf(i -> i.value().session().equals(session(number)));
        return this;
    }

    Hour withoutEnding(int number) {
        endings.removeIf(e -> e.value().session().equals(session(number)));
        return this;
    }

    Hour endedBecause(int number, EndReason reason) {
        endings.replaceAll(e -> e.value().session().equals(session(number))
                ? new Timed<>(
                        new SealedEnding(e.value().session(), reason, e.value().verifiedAt()), e.at())
                : e);
        return this;
    }

    Hour ending(int number, int minute) {
        endings.add(new Timed<>(new SealedEnding(session(number), EndReason.EXPIRED, at(minute)), at(minute)));
        return this;
    }

    Hour lostFrom(String prefix, int minute) {
        for (int m = minute; m < LENGTH.toMinutes(); m++) {
            lost(prefix + " " + m);
        }
        return this;
    }

    Hour unreadable(Source source) {
        unreadable.add(source);
        return this;
    }

    Hour shuffled(long seed) {
        shuffle = Optional.of(new Random(seed));
        return this;
    }

    Hour sealerStoppedAfter(Duration time) {
        sealerStopped = time;
        return this;
    }

    private Line line(String label) {
        return lines.stream()
                .filter(l -> l.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no line " + label));
    }

    // ---- The reconciler

    /** A run each minute, until everything that is in the hour was looked at. */
    List<Finding> findings() {
        return findings(BEGIN.plus(MINUTE));
    }

    /** What the runs from this time on find. */
    List<Finding> findings(Instant begin) {
        var findings = new ArrayList<Finding>();
        for (var time = begin; time.isBefore(BEGIN.plus(LENGTH).plusSeconds(180)); time = time.plus(MINUTE)) {
            run(time).ifPresent(r -> findings.addAll(r.findings()));
        }
        return findings;
    }

    Optional<Result> run(Instant time) {
        return reconciler(time).run(time.plusSeconds(40), Reconciler.LAG, found -> {});
    }

    /** For one run at this time. */
    Reconciler reconciler(Instant time) {
        now = time;
        var groups = Arrays.stream(Source.values())
                .filter(Source::isEvents)
                .map(Hour::group)
                .toList();
        return new Reconciler(
                new Reconciler.Ports(new Groups(), new Sealed(), new Written(), Hour::digest), groups, clock());
    }

    /** It stands still. */
    Clock clock() {
        InstantSource source = () -> now;
        return source.withZone(ZoneOffset.UTC);
    }

    /** The reports, by their {@code to}. */
    NavigableMap<Instant, byte[]> reports() {
        return reports;
    }

    static LogGroup group(Source source) {
        return new LogGroup(source, "/logs/" + source.code());
    }

    private static Sha256 digest(String text) {
        return Sha256.of(("keyed " + text).getBytes(StandardCharsets.UTF_8));
    }

    private <T> List<T> inSomeOrder(List<T> list) {
        var copy = new ArrayList<>(list);
        shuffle.ifPresent(random -> Collections.shuffle(copy, random));
        return copy;
    }

    private final class Groups implements LogGroups {
        @Override
        public void read(LogGroup group, Instant from, Instant to, Consumer<GroupEvent> each)
                throws UnreadableException {
            if (unreadable.contains(group.source())) {
                throw new UnreadableException("not in this test", new IllegalStateException());
            }
            for (var line : inSomeOrder(lines)) {
                var time = line.record.position().time();
                if (line.logged
                        && line.source == group.source()
                        && !time.isBefore(from)
                        && time.isBefore(to)
                        && !time.isAfter(now)) {
                    each.accept(new GroupEvent(line.record.position().logStream(), time, line.text));
                }
            }
        }
    }

    /** One object for each source and minute of delivery; one seal a minute, written five seconds after its end. */
    private final class Sealed implements SealedRecords {
        @Override
        public List<Seal> sealsAfter(Source source, long number, Instant until) {
            var seals = new ArrayList<Seal>();
            for (long n = number + 1; ; n++) {
                var from = BEGIN.plus(MINUTE.multipliedBy(n - 1));
                var to = from.plus(MINUTE);
                if (to.plusSeconds(5).isAfter(now) || to.isAfter(BEGIN.plus(sealerStopped))) {
                    return seals;
                }
                seals.add(new Seal(source, PLACE, n, Seal.NONE, from, to, List.of(), objects(source, n), Totals.ZERO));
                if (!from.isBefore(until)) {
                    return seals;
                }
            }
        }

        private List<SealedObject> objects(Source source, long number) {
            var key = "%s/%03d".formatted(source.code(), number);
            if (source == Source.INTENTS || source == Source.ENDINGS) {
                var times = source == Source.INTENTS
                        ? intents.stream().map(Timed::at).toList()
                        : endings.stream().map(Timed::at).toList();
                var objects = new ArrayList<SealedObject>();
                for (int i = 0; i < times.size(); i++) {
                    if (number(times.get(i)) == number) {
                        objects.add(object(source.code() + "/" + i, Optional.empty()));
                    }
                }
                return objects;
            }
            var times = lines(source, number).stream()
                    .map(l -> l.record.position().time())
                    .sorted()
                    .toList();
            return times.isEmpty()
                    ? List.of()
                    : List.of(object(key, Optional.of(new Times(times.getFirst(), times.getLast()))));
        }

        private static SealedObject object(String key, Optional<Times> times) {
            return new SealedObject(key, "v1", Seal.NONE, 1, 1, 0, 0, times);
        }

        private static long number(Instant written) {
            return Duration.between(BEGIN, written).toMinutes() + 1;
        }

        private List<Line> lines(Source source, long number) {
            return lines.stream()
                    .filter(l -> l.source == source
                            && l.sealedAfter.isPresent()
                            && number(l.record.position().time().plus(l.sealedAfter.get())) == number)
                    .toList();
        }

        @Override
        public void read(Source source, SealedObject object, Consumer<SealedRecord> each) {
            long number = Long.parseLong(
                    object.key(), object.key().indexOf('/') + 1, object.key().length(), 10);
            inSomeOrder(lines(source, number)).forEach(l -> each.accept(l.record));
        }

        @Override
        public Optional<SealedIntent> intent(SealedObject object) {
            return Optional.of(intents.get(index(object)).value());
        }

        @Override
        public Optional<SealedEnding> ending(SealedObject object) {
            return Optional.of(endings.get(index(object)).value());
        }

        private static int index(SealedObject object) {
            return Integer.parseInt(object.key().substring(object.key().indexOf('/') + 1));
        }

        @Override
        public Optional<SealedIntent> intentOf(SessionId session) {
            return intents.stream()
                    .map(Timed::value)
                    .filter(i -> i.session().equals(session))
                    .findFirst();
        }
    }

    private final class Written implements Reports {
        @Override
        public Optional<byte[]> last() {
            return Optional.ofNullable(reports.lastEntry()).map(Map.Entry::getValue);
        }

        @Override
        public void write(Instant to, byte[] report) {
            if (reports.putIfAbsent(to, report) != null) {
                throw new IllegalStateException("two reports until " + to);
            }
        }
    }
}
