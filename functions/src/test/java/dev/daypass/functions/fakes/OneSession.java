package dev.daypass.functions.fakes;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Intent;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.state.Session.End;
import dev.daypass.functions.state.Session.Lease;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.grant.GrantName;
import dev.daypass.session.Handle;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** A store that holds one session, of ten minutes in a window of an hour. */
public final class OneSession implements SessionStore {
    public static final Instant BEGINNING = Instant.parse("2026-11-22T10:00:00Z");
    public static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
    public static final Sha256 GRANT_DIGEST = Sha256.of(new byte[] {1});

    public final Handle handle = Handle.create(new SecureRandom());
    public Session session;
    /** Whether state takes the next renewal. */
    public boolean takesRenewals = true;

    public OneSession(SessionStatus status, Optional<Lease> lease) {
        var intent = new Intent(
                SessionId.create(BEGINNING, new SecureRandom()),
                "https://idp.example",
                "agent:7",
                "agent:7",
                Optional.of("team-support"),
                List.of(),
                Sha256.of(new byte[] {2}),
                Optional.of("j1"),
                new GrantName("orders-support-read"),
                "1",
                GRANT_DIGEST,
                Sha256.of(new byte[] {3}),
                "orders",
                List.of("select on orders"),
                Optional.empty(),
                BEGINNING,
                Duration.ofMinutes(10),
                BEGINNING.plus(Duration.ofHours(1)),
                new Intent.Origin("192.0.2.1", Optional.empty(), "request-1"));
        session = new Session(
                intent,
                handle.digest(),
                status,
                BEGINNING.plus(Duration.ofMinutes(10)),
                0,
                Optional.of(STATEMENT_TIMEOUT),
                OptionalInt.of(1),
                lease,
                Optional.empty(),
                Optional.empty());
    }

    private Session with(SessionStatus status, Instant expiresAt, Optional<End> end, Optional<Instant> verifiedAt) {
        return with(status, expiresAt, session.renewed(), end, verifiedAt);
    }

    private Session with(
            SessionStatus status, Instant expiresAt, int renewed, Optional<End> end, Optional<Instant> verifiedAt) {
        session = new Session(
                session.intent(),
                session.handle(),
                status,
                expiresAt,
                renewed,
                session.statementTimeout(),
                session.slot(),
                session.lease(),
                end,
                verifiedAt);
        return session;
    }

    @Override
    public Optional<Session> beginEnding(SessionId id, End end) {
        if (session.status() == SessionStatus.INTENDED || session.status() == SessionStatus.ACTIVE) {
            with(SessionStatus.ENDING, session.expiresAt(), Optional.of(end), Optional.empty());
        }
        return Optional.of(session);
    }

    @Override
    public Session noteVerified(SessionId id, Instant verifiedAt) {
        return session.verifiedAt().isPresent()
                ? session
                : with(session.status(), session.expiresAt(), session.end(), Optional.of(verifiedAt));
    }

    @Override
    public void ended(Session ended, Instant forgetAt) {
        with(SessionStatus.ENDED, session.expiresAt(), session.end(), session.verifiedAt());
    }

    @Override
    public boolean extend(Session from, Instant to) throws PeerException {
        if (!takesRenewals) {
            throw new PeerException(Peer.STATE, Outcome.NOT_DONE, "state is down in this test");
        }
        with(session.status(), to, session.renewed() + 1, session.end(), session.verifiedAt());
        return true;
    }

    @Override
    public Optional<Session> find(SessionId id) {
        return Optional.of(session);
    }

    @Override
    public List<Session> open(Instant dueAt, Predicate<Session> wanted, int limit) {
        return session.status() != SessionStatus.ENDED && wanted.test(session) ? List.of(session) : List.of();
    }

    @Override
    public Intended intend(Session intended, Claims claims) {
        throw new IllegalStateException("nothing is vended in these tests");
    }

    @Override
    public boolean activate(SessionId id, Lease lease, Instant expiresAt) {
        throw new IllegalStateException("nothing is vended in these tests");
    }
}
