package dev.daypass.evidence;

import dev.daypass.session.EndReason;
import java.time.Instant;

/**
 * How a session ended, as it goes into the locked store.
 *
 * @param reason why
 * @param requestedBy who asked: an agent's subject, an operator's ARN, or {@code sweep}
 * @param requestedAt when it was to end
 * @param verifiedAt when the database's catalog was read and showed neither the user nor a connection of it
 */
public record Ending(EndReason reason, String requestedBy, Instant requestedAt, Instant verifiedAt) {}
