package dev.daypass.functions.state;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Intent;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * A session as state remembers it.
 *
 * @param intent what was locked at its start
 * @param handle the digest of the handle that its holder shows
 * @param status where it is in its life
 * @param expiresAt the end of the present lease, never after the window
 * @param lease what Vault calls it; absent until it is ACTIVE
 * @param end why and for whom it ends; present from ENDING on
 * @param verifiedAt when the catalog was read and showed nothing of it; present before the ending goes to the evidence
 */
public record Session(
        Intent intent,
        Sha256 handle,
        SessionStatus status,
        Instant expiresAt,
        Optional<Lease> lease,
        Optional<End> end,
        Optional<Instant> verifiedAt) {
    public SessionId id() {
        return intent.session();
    }

    /** Vault's names for what was minted; neither of them is a secret that grants anything. */
    public record Lease(String leaseId, String accessor) {}

    /** Why a session ends, who asked, and when. */
    public record End(EndReason reason, String requestedBy, Instant requestedAt) {}
}
