package dev.daypass.evidence;

import dev.daypass.digest.Sha256;
import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is about to happen, locked before anything is minted: who, on whose behalf, under which text, until when at the
 * latest, from where. It holds no secret; the token is named by its digest.
 *
 * @param session the session, whose user will be {@link #user()}
 * @param issuer the token's {@code iss}
 * @param subject the token's {@code sub}
 * @param agent who acts
 * @param owner who is accountable; absent only where the issuer's document allows it
 * @param actors the delegation chain (RFC 8693 §4.1), the current actor first; empty where the token has none
 * @param tokenDigest SHA-256 of the token's text
 * @param tokenId the token's {@code jti}, if it has one
 * @param grant the grant
 * @param grantVersion the document's own version
 * @param grantDigest SHA-256 of the grant's text
 * @param configuration digest of the compiled configuration that holds that text
 * @param database the database's name in the configuration
 * @param scope what may be read or written
 * @param purpose what the agent says it is for
 * @param createdAt the session's beginning
 * @param ttl the lease asked for
 * @param window the hard end, renewals included
 * @param origin where the request came from
 */
public record Intent(
        SessionId session,
        String issuer,
        String subject,
        String agent,
        Optional<String> owner,
        List<String> actors,
        Sha256 tokenDigest,
        Optional<String> tokenId,
        GrantName grant,
        String grantVersion,
        Sha256 grantDigest,
        Sha256 configuration,
        String database,
        List<String> scope,
        Optional<String> purpose,
        Instant createdAt,
        Duration ttl,
        Instant window,
        Origin origin) {
    public Intent {
        actors = List.copyOf(actors);
        scope = List.copyOf(scope);
        if (createdAt.plus(ttl).isAfter(window)) {
            throw new IllegalArgumentException("session " + session + ": the lease would outlast the window");
        }
    }

    /** The database user that will exist for this session and for no other. */
    public SessionUser user() {
        return new SessionUser(session);
    }

    /**
     * Where a request came from.
     *
     * @param sourceAddress the caller's address as the HTTP API saw it
     * @param userAgent the caller's own word, bounded
     * @param requestId the correlation id that the caller got
     */
    public record Origin(String sourceAddress, Optional<String> userAgent, String requestId) {}
}
