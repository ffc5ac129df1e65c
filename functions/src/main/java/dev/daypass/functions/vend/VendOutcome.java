package dev.daypass.functions.vend;

import dev.daypass.database.Database;
import dev.daypass.evidence.Intent;
import dev.daypass.functions.identity.TokenRejection;
import dev.daypass.functions.policy.Refusal;
import dev.daypass.functions.vault.Password;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.session.Handle;
import java.time.Instant;
import java.util.Optional;

/** What became of a request for a session. */
public sealed interface VendOutcome {
    /**
     * A session, with its secrets for the one answer that carries them. {@code Handle} and {@code Password} print
     * themselves redacted.
     *
     * @param renewBefore when to renew at the latest; absent where the grant allows no renewal
     */
    record Vended(
            Intent intent,
            GrantPolicy policy,
            Database database,
            Handle handle,
            Password password,
            Instant expiresAt,
            Optional<Instant> renewBefore)
            implements VendOutcome {}

    /** The token was not accepted. */
    record TokenRejected(TokenRejection reason, String detail) implements VendOutcome {}

    /** Policy gave nothing. */
    record PolicyRefused(Refusal refusal) implements VendOutcome {}

    /**
     * It did not come to a session, after identity and policy had said yes.
     *
     * @param detail for the event; the caller gets the reason alone
     * @param tokenSpent whether the token worked once and has now done so: trying again needs a fresh one
     */
    record Failed(Reason reason, String detail, boolean tokenSpent) implements VendOutcome {
        Failed(Reason reason, String detail) {
            this(reason, detail, false);
        }
    }

    /** Why it did not come to a session. In none of these cases is a credential returned. */
    enum Reason {
        TOKEN_REPLAYED("token_replayed"),
        IDEMPOTENCY_IN_PROGRESS("idempotency_in_progress"),
        SESSIONS_EXHAUSTED("sessions_exhausted"),
        EVIDENCE_UNAVAILABLE("evidence_unavailable"),
        STATE_UNAVAILABLE("state_unavailable"),
        VAULT_UNAVAILABLE("vault_unavailable"),
        VAULT_REFUSED("vault_refused"),
        MINT_FAILED("mint_failed"),
        MINT_OUTCOME_UNKNOWN("mint_outcome_unknown");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }
}
