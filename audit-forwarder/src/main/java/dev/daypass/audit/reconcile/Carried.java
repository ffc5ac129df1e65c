package dev.daypass.audit.reconcile;

import dev.daypass.evidence.Canary;
import dev.daypass.evidence.Source;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one run tells the next: everything that is open. It stands in the report, so it is sealed, and anybody can follow a run from
 * the one before it. It grows with what is open at one time, never with the length of the record.
 *
 * @param since when the first run began: what began before that may be half unseen
 * @param seals the newest seal of each source that no later run has to read
 * @param connections database connections that are open, and server processes that wrote lately
 * @param requests Vault's requests without a response yet
 * @param sessions sessions that are not judged yet
 * @param expected canaries whose mark was in no database's log yet
 * @param marks marks in a database's log whose event was not seen yet
 * @param databases when each database had its last canary
 */
record Carried(
        Instant since,
        Map<Source, Long> seals,
        List<Connection> connections,
        List<Request> requests,
        List<OpenSession> sessions,
        List<Expected> expected,
        List<Mark> marks,
        Map<String, Instant> databases) {

    Carried {
        seals = Map.copyOf(seals);
        connections = List.copyOf(connections);
        requests = List.copyOf(requests);
        sessions = List.copyOf(sessions);
        expected = List.copyOf(expected);
        marks = List.copyOf(marks);
        databases = new TreeMap<>(databases);
    }

    static Carried none(Instant since) {
        return new Carried(since, Map.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Map.of());
    }

    Carried withSeals(Map<Source, Long> newest) {
        return new Carried(since, newest, connections, requests, sessions, expected, marks, databases);
    }

    Carried withSessions(List<OpenSession> now) {
        return new Carried(since, seals, connections, requests, now, expected, marks, databases);
    }

    /**
     * @param source which database's log
     * @param stream its log stream
     * @param id the source's own name of it
     * @param session whose login it is
     * @param line the last line number, where the source counts lines
     * @param connected whether it logged in
     * @param seen the time of its last line
     */
    record Connection(
            Source source,
            String stream,
            String id,
            Optional<SessionId> session,
            OptionalLong line,
            boolean connected,
            Instant seen) {}

    /** A request of one audit device. */
    record Request(String stream, String id, Instant time) {}

    /**
     * @param window its hard end
     * @param steps what was seen of it
     * @param ended when its ending was verified, and why it ended
     */
    record OpenSession(SessionId session, Instant window, Set<Chains.Step> steps, Optional<Ended> ended) {}

    record Ended(Instant at, EndReason reason) {}

    /** A canary that was run in a database. */
    record Expected(Canary canary, String database, Instant time) {}

    /** A mark that was in a database's log. */
    record Mark(Canary canary, Instant time) {}
}
