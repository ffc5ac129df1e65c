package dev.daypass.functions.ending;

import dev.daypass.configuration.Configuration;
import dev.daypass.database.Database;
import dev.daypass.evidence.Ending;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.events.Event;
import dev.daypass.functions.events.Event.Kind;
import dev.daypass.functions.events.Event.Who;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.evidence.EvidenceJson;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.state.Session.End;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.functions.vault.Broker;
import dev.daypass.functions.witness.Witness;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Ends sessions, whoever asks: state first, then Vault, then the look at the catalog, then the evidence. Each step may be
 * done again without harm, so an ending that stopped anywhere is taken up by calling {@link #end} again. Thread-safe.
 */
public final class EndingService {
    /**
     * How long after a session's beginning a mint may still be under way: the vend's own 20 s at most, and some for Vault
     * to notice that nobody listens any more. Before that, a catalog without the user proves nothing for a session whose
     * mint never came to an answer.
     */
    public static final Duration MINT_BOUND = Duration.ofSeconds(30);

    /** An ended session can be asked about for so long; the evidence keeps it for good. */
    private static final Duration REMEMBERED = Duration.ofDays(30);

    private final SessionStore store;
    private final EvidenceStore evidence;
    private final Broker broker;
    private final Witness witness;
    private final Configuration configuration;
    private final ObjectKey.Place place;
    private final Events events;
    private final Clock clock;

    public EndingService(
            SessionStore store,
            EvidenceStore evidence,
            Broker broker,
            Witness witness,
            Configuration configuration,
            ObjectKey.Place place,
            Events events,
            Clock clock) {
        this.store = store;
        this.evidence = evidence;
        this.broker = broker;
        this.witness = witness;
        this.configuration = configuration;
        this.place = place;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Ends a session as far as that is possible now.
     *
     * @param end why and for whom; a session that is ending already keeps its first reason
     * @param origin where the request came from, for the event
     * @return the session as it is afterwards, ENDED or still ENDING; empty if there is no such session
     */
    public Optional<Session> end(SessionId id, End end, Origin origin) throws PeerException {
        Optional<Session> begun = store.beginEnding(id, end);
        if (begun.isEmpty() || begun.get().status() == SessionStatus.ENDED) {
            return begun;
        }
        Session session = begun.get();
        try {
            if (session.verifiedAt().isEmpty()) {
                revoke(session);
                if (!seenToBeGone(session)) {
                    return Optional.of(session);
                }
                session = store.noteVerified(id, clock.instant());
            }
            if (record(session) == EvidenceStore.Put.ALREADY_THERE) {
                // An attempt of ours that stopped before state was written; if there was none, somebody else wrote it.
                emit(session, origin, true, Optional.of("the locked store held an ending of this session already"));
            }
            store.ended(session, clock.instant().plus(REMEMBERED));
        } catch (PeerException e) {
            emit(session, origin, false, Optional.of(e.getMessage()));
            throw e;
        }
        emit(session, origin, true, Optional.empty());
        return store.find(id);
    }

    private void revoke(Session session) throws PeerException {
        if (session.lease().isPresent()) {
            broker.revoke(session.id(), session.lease().get());
            return;
        }
        // The mint did not come to an answer: if it made a token, its metadata name the session.
        var accessor = broker.findAccessor(session.id());
        if (accessor.isPresent()) {
            broker.revokeToken(session.id(), accessor.get());
        }
    }

    private boolean seenToBeGone(Session session) throws PeerException {
        Instant mintIsOver = session.intent().createdAt().plus(MINT_BOUND);
        if (session.lease().isEmpty() && clock.instant().isBefore(mintIsOver)) {
            return false;
        }
        return witness.look(databaseOf(session), session.intent().user()).gone();
    }

    private Database databaseOf(Session session) throws PeerException {
        var database = configuration.databases().get(session.intent().database());
        if (database == null) {
            throw new PeerException(
                    Peer.DATABASE,
                    Outcome.REFUSED,
                    "session " + session.id() + " is in database "
                            + session.intent().database()
                            + ", which the configuration no longer names: put its document back until the session has ended");
        }
        return database;
    }

    private EvidenceStore.Put record(Session session) throws PeerException {
        End end = session.end().orElseThrow();
        Instant verifiedAt = session.verifiedAt().orElseThrow();
        var ending = new Ending(end.reason(), end.requestedBy(), end.requestedAt(), verifiedAt);
        return evidence.create(ObjectKey.ending(place, session.id()), EvidenceJson.ending(session.intent(), ending));
    }

    private void emit(Session session, Origin origin, boolean success, Optional<String> detail) {
        var intent = session.intent();
        var reason = session.end().map(e -> e.reason().code());
        String by = session.end().map(End::requestedBy).orElse("unknown");
        // The subject is an agent's only where an agent asked; the rest says whose session it was.
        boolean agentAsked = by.equals(intent.subject());
        var who = new Who(
                agentAsked ? Optional.of(intent.issuer()) : Optional.empty(),
                by,
                Optional.of(intent.agent()),
                intent.owner());
        events.emit(new Event(
                Kind.SESSION_END,
                success,
                reason,
                detail,
                who,
                origin.address(),
                origin.requestId(),
                Optional.of(session.id()),
                intent.user().name()));
    }

    /**
     * Where an ending was asked for.
     *
     * @param address a caller's address, or the name of a function
     * @param requestId the correlation id
     */
    public record Origin(String address, String requestId) {}
}
