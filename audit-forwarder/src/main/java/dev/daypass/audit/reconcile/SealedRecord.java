package dev.daypass.audit.reconcile;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Canary;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the reconciler needs of a line of a sealed event object; no text of the source's line.
 *
 * @param what the kind, in the closed vocabulary of {@code docs/record.md}
 * @param outcome {@code success}, {@code failure} or {@code unknown}
 * @param user the login or display name; {@code unknown} if the line names none
 * @param session the session, if it was joined to one
 * @param object what it was done to
 * @param position where the log event is
 * @param message the keyed digest of the log event's text
 * @param ids the source's own numbers
 * @param finding what the forwarder found at once
 * @param event for Daypass's own events, their kind
 * @param canary the mark that the line holds
 */
public record SealedRecord(
        String what,
        String outcome,
        String user,
        Optional<SessionId> session,
        String object,
        Position position,
        Sha256 message,
        Map<String, String> ids,
        Optional<String> finding,
        Optional<String> event,
        Optional<Canary> canary) {
    public SealedRecord {
        ids = Map.copyOf(ids);
    }

    /** Whether it says that it went well, or at least not that it failed. */
    boolean didNotFail() {
        return !"failure".equals(outcome);
    }

    /** The session of the role that it was done to, else the session that it was joined to, else that of its login. */
    Optional<SessionId> sessionConcerned() {
        return SessionUser.parse(object)
                .map(SessionUser::session)
                .or(() -> session)
                .or(() -> SessionUser.parse(user).map(SessionUser::session));
    }

    /** Where the log event is. */
    public record Position(String logGroup, String logStream, Instant time) {}
}
