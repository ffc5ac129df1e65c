package dev.daypass.cli.api;

import dev.daypass.grant.GrantName;
import java.time.Duration;
import java.util.Optional;

/**
 * What is asked for.
 *
 * @param ttl length of the first lease; the grant's own when empty
 * @param idempotencyKey 1 to 128 printable ASCII characters
 */
public record VendRequest(GrantName grant, Optional<Duration> ttl, Optional<String> purpose, String idempotencyKey) {}
