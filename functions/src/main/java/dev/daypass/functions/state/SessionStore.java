package dev.daypass.functions.state;

import dev.daypass.digest.Sha256;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.session.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Durable state. Every write is conditional, so that two functions that handle the same session cannot both believe
 * they moved it. Reads are strongly consistent unless said otherwise. Thread-safe. Every method throws
 * {@link PeerException} of peer STATE; after an {@code UNKNOWN} outcome the caller reads before it relies on either.
 */
public interface SessionStore {
    /**
     * In one transaction: the session as INTENDED, the token's identifier where it may be used once only, and the claim
     * on an Idempotency-Key. All of it is written or none.
     */
    Intended intend(Session session, Optional<TokenUse> tokenUse, Optional<KeyClaim> keyClaim) throws PeerException;

    /** INTENDED to ACTIVE. False if the session is no longer INTENDED: somebody ended it meanwhile. */
    boolean activate(SessionId session, Session.Lease lease, Instant expiresAt) throws PeerException;

    /** Moves the end of an ACTIVE session's lease from {@code from} to {@code to}; false if it is not there any more. */
    boolean extend(SessionId session, Instant from, Instant to) throws PeerException;

    /**
     * INTENDED or ACTIVE to ENDING. A session that is ENDING or ENDED already keeps its first reason.
     *
     * @return the session as it is afterwards; empty if state knows none of this name
     */
    Optional<Session> beginEnding(SessionId session, Session.End end) throws PeerException;

    /**
     * Notes on an ENDING session when the catalog was read. The first note stays, so that the ending's bytes in the
     * evidence are the same however often they are written.
     *
     * @return the session as it is afterwards
     */
    Session noteVerified(SessionId session, Instant verifiedAt) throws PeerException;

    /**
     * ENDING (with its note) to ENDED; from now on the item may expire, at {@code forgetAt}. Does nothing to a session
     * that is ENDED.
     */
    void ended(SessionId session, Instant forgetAt) throws PeerException;

    Optional<Session> find(SessionId session) throws PeerException;

    /**
     * Sessions that are not ENDED and are due (the end of the lease; at once for an INTENDED or ENDING one) at or before
     * {@code dueAt}. Eventually consistent: what is missing now is there at the next look.
     *
     * @param wanted which of them
     * @param limit at most so many
     */
    List<Session> open(Instant dueAt, Predicate<Session> wanted, int limit) throws PeerException;

    /** What became of an attempt to write an intent down. */
    sealed interface Intended {
        /** It is written. */
        record Written() implements Intended {}

        /** The token was used before. Nothing was written. */
        record TokenReplayed() implements Intended {}

        /** The Idempotency-Key belongs to an earlier session. Nothing was written. */
        record KeyHeld(SessionId by) implements Intended {}
    }

    /**
     * One use of a token that may be used once.
     *
     * @param digest SHA-256 over issuer and {@code jti}
     * @param forgetAt when the token itself can no longer be accepted
     */
    record TokenUse(Sha256 digest, Instant forgetAt) {}

    /**
     * A claim on an Idempotency-Key.
     *
     * @param digest SHA-256 over issuer, subject and key
     * @param replaces the ended session whose claim this one takes over; empty where the key is thought to be new
     * @param forgetAt when the key may mean something new
     */
    record KeyClaim(Sha256 digest, Optional<SessionId> replaces, Instant forgetAt) {}
}
