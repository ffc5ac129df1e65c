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
     * In one transaction: the session as INTENDED, one of its grant's slots, the token's identifier where it may be used
     * once only, and the claim on an Idempotency-Key. All of it is written or none.
     */
    Intended intend(Session session, Claims claims) throws PeerException;

    /** INTENDED to ACTIVE. False if the session is no longer INTENDED: somebody ended it meanwhile. */
    boolean activate(SessionId session, Session.Lease lease, Instant expiresAt) throws PeerException;

    /**
     * Moves the end of an ACTIVE session's lease and counts a renewal, in one write.
     *
     * @param from the session as it was read; false if its lease or its count is another by now
     */
    boolean extend(Session from, Instant to) throws PeerException;

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
     * ENDING (with its note) to ENDED, which in the same write gives its slot back; from now on the item may expire, at
     * {@code forgetAt}. Does nothing to a session that is ENDED. A slot that another session holds by now stays that one's.
     *
     * @param session as it was read last
     */
    void ended(Session session, Instant forgetAt) throws PeerException;

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

        /** Every slot of the grant is held, or went to somebody quicker each time. Nothing was written. */
        record SessionsExhausted() implements Intended {}
    }

    /**
     * What a session needs besides its own name.
     *
     * @param sessions how many of the grant may be live at once; its slots are numbered 1 to this
     * @param tokenUse for a token that works once
     * @param key for a request with an Idempotency-Key
     */
    record Claims(int sessions, Optional<TokenUse> tokenUse, Optional<KeyClaim> key) {
        public Claims {
            if (sessions < 1) {
                throw new IllegalArgumentException("a grant allows one session at least");
            }
        }

        /** A slot, and nothing else. */
        public static Claims of(int sessions) {
            return new Claims(sessions, Optional.empty(), Optional.empty());
        }
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
