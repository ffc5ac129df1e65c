package dev.daypass.audit.reconcile;

import dev.daypass.audit.reconcile.Carried.Connection;
import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Database connections: the line numbers of each are without a gap, and each has a beginning and an end. The lines of one
 * minute may come in any order, since the payloads of one second do. Not thread-safe.
 */
final class Connections {
    /** A server process that never logged in is forgotten when it has been silent for so long. */
    static final Duration SILENT = Duration.ofMinutes(10);

    /**
     * A connection that nobody knows has to begin at line 1 if it is younger than this. An older one may be a server process that was
     * forgotten.
     */
    static final Duration YOUNG = Duration.ofMinutes(15);

    /** More connections than a server has; beyond it the longest silent are forgotten. */
    static final int MOST = 5_000;

    private final Instant since;
    private final Map<Key, Open> open = new TreeMap<>();
    private final Map<Key, Minute> minute = new HashMap<>();

    Connections(Instant since, List<Connection> carried) {
        this.since = since;
        for (var c : carried) {
            open.put(new Key(c.source(), c.stream(), c.id()), new Open(c.session(), c.line(), c.connected(), c.seen()));
        }
    }

    private record Key(Source source, String stream, String id) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::source).thenComparing(Key::stream).thenComparing(Key::id);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }

        String text() {
            return stream + "/" + id;
        }
    }

    private record Open(Optional<SessionId> session, OptionalLong line, boolean connected, Instant seen) {}

    /** What a minute says about one connection. */
    private static final class Minute {
        private final NavigableSet<Long> lines = new TreeSet<>();
        private Optional<SessionId> session = Optional.empty();
        private boolean connect;
        private boolean refused;
        private boolean disconnect;
        private Instant seen = Instant.EPOCH;
    }

    void see(Source source, SealedRecord record) {
        String id = record.ids().get("databaseSession");
        if (id == null || (source != Source.POSTGRESQL && source != Source.MARIADB)) {
            return;
        }
        var m = minute.computeIfAbsent(new Key(source, record.position().logStream(), id), k -> new Minute());
        line(record.ids().get("line")).ifPresent(m.lines::add);
        m.session = m.session.or(() -> SessionUser.parse(record.user()).map(SessionUser::session));
        switch (record.what()) {
            case "logon" -> {
                switch (record.outcome()) {
                    case "success" -> m.connect = true;
                    case "failure" -> m.refused = true;
                    // PostgreSQL's "connection received": nobody is in yet.
                    default -> {}
                }
            }
            case "logoff" -> m.disconnect = true;
            default -> {}
        }
        if (record.position().time().isAfter(m.seen)) {
            m.seen = record.position().time();
        }
    }

    private static OptionalLong line(@Nullable String text) {
        if (text == null
                || text.isEmpty()
                || text.length() > 18
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    /** Every line before {@code until} was seen. */
    void endMinute(Instant until, Findings findings) {
        new TreeMap<>(minute).forEach((key, m) -> endMinute(key, m, findings));
        minute.clear();
        open.values().removeIf(c -> !c.connected() && c.seen().plus(SILENT).isBefore(until));
        int tooMany = open.size() - MOST;
        if (tooMany > 0) {
            open.entrySet().stream()
                    .sorted(Comparator.comparing(e -> e.getValue().seen()))
                    .limit(tooMany)
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(open::remove);
        }
    }

    private void endMinute(Key key, Minute m, Findings findings) {
        var before = open.get(key);
        boolean mustBegin = before == null && beganLately(key, m.seen);
        var line = m.lines.isEmpty()
                ? before == null ? OptionalLong.empty() : before.line()
                : lines(key, m, before, mustBegin, findings);
        boolean wasConnected = before != null && before.connected();
        var session = before == null ? m.session : before.session().or(() -> m.session);
        if (before != null && before.connected() && m.connect && !m.disconnect) {
            // MariaDB counts from 1 again after a restart, and nobody told of the end of what was there before.
            report(
                    Code.CONNECT_WITHOUT_DISCONNECT,
                    key,
                    before.session(),
                    "the same connection begins again",
                    findings);
        }
        // MariaDB writes the end of a login that it refused, too.
        if (m.disconnect
                && !m.connect
                && !m.refused
                && !wasConnected
                && (before != null || mustBegin || isNumberedLater(key))) {
            report(Code.DISCONNECT_WITHOUT_CONNECT, key, session, "a connection ends that never began", findings);
        }
        if (m.disconnect || m.refused) {
            open.remove(key);
        } else if (key.source() == Source.POSTGRESQL || m.connect || wasConnected) {
            open.put(key, new Open(session, line, wasConnected || m.connect, m.seen));
        }
    }

    private static OptionalLong lines(Key key, Minute m, @Nullable Open before, boolean mustBegin, Findings findings) {
        long last = before != null && before.line().isPresent()
                ? before.line().getAsLong()
                : mustBegin ? 0 : m.lines.first() - 1;
        for (long line : m.lines) {
            if (line > last + 1) {
                findings.add(
                        Code.LINE_GAP,
                        key.source(),
                        key.text(),
                        "lines " + (last + 1) + " to " + (line - 1) + " of the connection are missing");
            }
            last = Math.max(last, line);
        }
        return OptionalLong.of(last);
    }

    /** PostgreSQL's session id is the hexadecimal time of its beginning, a dot, and the process id. */
    private boolean beganLately(Key key, Instant seen) {
        int dot = key.id().indexOf('.');
        if (key.source() != Source.POSTGRESQL || dot < 1 || dot > 12) {
            return false;
        }
        try {
            var began = Instant.ofEpochSecond(Long.parseLong(key.id(), 0, dot, 16));
            // The id has whole seconds, so one that began in the first second may have begun before it.
            return began.isAfter(since) && began.plus(YOUNG).isAfter(seen);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** MariaDB numbers its connections: one with a higher number than one that was seen to begin has begun later. */
    private boolean isNumberedLater(Key key) {
        if (key.source() != Source.MARIADB) {
            return false;
        }
        var number = line(key.id());
        return number.isPresent()
                && open.keySet().stream()
                        .filter(k -> k.source() == key.source() && k.stream().equals(key.stream()))
                        .map(k -> line(k.id()))
                        .anyMatch(n -> n.isPresent() && n.getAsLong() < number.getAsLong());
    }

    /** A session is gone: whatever connection of its login is still open has lost its end. */
    void ended(SessionId session, Findings findings) {
        var left = new ArrayList<Key>();
        open.forEach((key, c) -> {
            if (c.connected() && c.session().equals(Optional.of(session))) {
                left.add(key);
            }
        });
        for (var key : left) {
            open.remove(key);
            report(
                    Code.CONNECT_WITHOUT_DISCONNECT,
                    key,
                    Optional.of(session),
                    "the session has ended, and the end of this connection is not in the log",
                    findings);
        }
    }

    private static void report(Code code, Key key, Optional<SessionId> session, String detail, Findings findings) {
        findings.add(new Finding(code, key.source().code(), key.text(), session, detail));
    }

    List<Connection> carried() {
        var connections = new ArrayList<Connection>();
        open.forEach((k, c) -> connections.add(
                new Connection(k.source(), k.stream(), k.id(), c.session(), c.line(), c.connected(), c.seen())));
        return connections;
    }
}
