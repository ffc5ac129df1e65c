package dev.daypass.functions.vend;

import dev.daypass.evidence.Intent.Origin;
import dev.daypass.functions.identity.BearerToken;
import dev.daypass.grant.GrantName;
import java.time.Duration;
import java.util.Optional;

/**
 * A well-formed request for a session.
 *
 * @param token the identity token, unverified
 * @param grant the grant asked for
 * @param ttl the lease asked for, if any
 * @param purpose what it is for, if said
 * @param idempotencyKey the caller's key, if any
 * @param origin where it came from
 */
public record VendRequest(
        BearerToken token,
        GrantName grant,
        Optional<Duration> ttl,
        Optional<String> purpose,
        Optional<String> idempotencyKey,
        Origin origin) {}
