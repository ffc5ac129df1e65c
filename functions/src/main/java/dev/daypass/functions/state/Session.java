package dev.daypass.functions.state;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Intent;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A session as state remembers it.
 *
 * @param intent what was locked at its start
 * @param handle the digest of the handle that its holder shows
 * @param status where it is in its life
 * @param expiresAt the end of the present lease, never after the window
 * @param renewed how often it was renewed
 * @param statementTimeout how long a statement of it may run, by the grant's text in force at its start
 * @param slot which of its grant's slots it holds until it is ENDED, from 1 on; absent before state has given it one
 * @param lease what Vault calls it; absent until it is ACTIVE
 * @param end why and for whom it ends; present from ENDING on
 * @param verifiedAt when the catalog was read and showed nothing of it; present before the ending goes to the evidence
 */
public record Session(
        Intent intent,
        Sha256 handle,
        SessionStatus status,
        Instant expiresAt,
        int renewed,
        Optional<Duration> statementTimeout,
        OptionalInt slot,
        Optional<Lease> lease,
        Optional<End> end,
        Optional<Instant> verifiedAt) {
    /** A session at its start: INTENDED, with the whole of its first lease before it. */
    public static Session intended(Intent intent, Sha256 handle, Duration statementTimeout) {
        return new Session(
                intent,
                handle,
                SessionStatus.INTENDED,
                intent.createdAt().plus(intent.ttl()),
                0,
                Optional.of(statementTimeout),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public SessionId id() {
        return intent.session();
    }

    /** Vault's names for what was minted; neither of them is a secret that grants anything. */
    public record Lease(String leaseId, String accessor) {}

    /** Why a session ends, who asked, and when. */
    public record End(EndReason reason, String requestedBy, Instant requestedAt) {}
}
