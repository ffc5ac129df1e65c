package dev.daypass.cli.api;

import dev.daypass.database.Engine;
import dev.daypass.session.Handle;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A session as it was given, its two secrets among it (both print as redacted).
 *
 * @param expiresAt the lease's end
 * @param libpqUri for PostgreSQL only
 * @param renewBefore when to renew at the latest; absent where the grant allows no renewal
 * @param window the end past which nothing can be renewed
 */
public record Vended(
        SessionId session,
        Handle handle,
        SessionUser user,
        Password password,
        Place place,
        String jdbcUrl,
        Optional<String> libpqUri,
        Instant expiresAt,
        Optional<Instant> renewBefore,
        Instant window,
        GivenGrant grant) {

    /** The database, as a client reaches it; {@code sslmode} is libpq's word. */
    public record Place(Engine engine, String host, int port, String database, String sslmode) {}

    /** The grant as it was given, by its digest. */
    public record GivenGrant(String name, String version, String digest, List<String> scope) {
        public GivenGrant {
            scope = List.copyOf(scope);
        }
    }
}
