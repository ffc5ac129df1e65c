package dev.daypass.cli.api;

import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a session is in its life.
 *
 * @param expiresAt the lease's end; there while the session is ACTIVE
 * @param endReason there from ENDING on
 * @param verifiedAt there from the moment that the catalog was read and showed nothing of the session
 */
public record SessionView(
        SessionId session,
        SessionStatus status,
        String user,
        String grant,
        String agent,
        Optional<String> owner,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Instant window,
        Optional<String> endReason,
        Optional<Instant> verifiedAt) {}
