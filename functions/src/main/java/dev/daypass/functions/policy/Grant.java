package dev.daypass.functions.policy;

import dev.daypass.functions.identity.VerifiedAgent;
import dev.daypass.grant.Entitlement;
import dev.daypass.grant.GrantPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What policy gave one session. Only {@link GrantDecider} can make one, and minting takes one: a mint that nobody allowed
 * does not compile.
 */
public final class Grant {
    private final VerifiedAgent agent;
    private final GrantPolicy policy;
    private final Entitlement entitlement;
    private final Duration ttl;
    private final Optional<String> purpose;
    private final Instant createdAt;

    Grant(
            VerifiedAgent agent,
            GrantPolicy policy,
            Entitlement entitlement,
            Duration ttl,
            Optional<String> purpose,
            Instant createdAt) {
        this.agent = agent;
        this.policy = policy;
        this.entitlement = entitlement;
        this.ttl = ttl;
        this.purpose = purpose;
        this.createdAt = createdAt;
    }

    public VerifiedAgent agent() {
        return agent;
    }

    public GrantPolicy policy() {
        return policy;
    }

    /** The way of being entitled that held; names the Vault role that checks the same claims again. */
    public Entitlement entitlement() {
        return entitlement;
    }

    /** The length of the first lease. */
    public Duration ttl() {
        return ttl;
    }

    public Optional<String> purpose() {
        return purpose;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** The hard end of the session, renewals included. */
    public Instant window() {
        return createdAt.plus(policy.window());
    }
}
