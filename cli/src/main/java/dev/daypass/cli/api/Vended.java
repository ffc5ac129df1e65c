package dev.daypass.cli.api;

import dev.daypass.session.Handle;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import java.time.Instant;
import java.util.List;

/**
 * A session as it was given, its two secrets among it (both print as redacted).
 *
 * @param expiresAt the lease's end
 * @param renewBefore when to renew at the latest
 * @param window the end past which nothing can be renewed
 */
public record Vended(
        SessionId session,
        Handle handle,
        SessionUser user,
        Password password,
        Place place,
        String jdbcUrl,
        String libpqUri,
        Instant expiresAt,
        Instant renewBefore,
        Instant window,
        GivenGrant grant) {

    /** The database, as a client reaches it; {@code sslmode} is libpq's word. */
    public record Place(String host, int port, String database, String sslmode) {}

    /** The grant as it was given, by its digest. */
    public record GivenGrant(String name, String version, String digest, List<String> scope) {
        public GivenGrant {
            scope = List.copyOf(scope);
        }
    }
}
