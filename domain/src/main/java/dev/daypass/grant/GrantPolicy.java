package dev.daypass.grant;

import dev.daypass.digest.Sha256;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A compiled grant: what a person wrote as a {@code GrantDocument}, checked, with nothing left to decide but the request.
 *
 * @param name the grant
 * @param version the document's own version, for people; the digest decides
 * @param digest SHA-256 of the document's text, locked into every intent
 * @param database the name of a database in the same configuration
 * @param defaultTtl the lease's length where a request names none
 * @param maxTtl the longest lease a request may ask for, and the longest step of a renewal
 * @param window the longest life of a session, renewals included; at least {@code maxTtl}
 * @param renewals how often a session may be renewed; 0 for never
 * @param sessions the most that may be live at once, of all agents
 * @param purposeRequired whether a request without a purpose is refused
 * @param purposePattern what the whole purpose must match
 * @param statementTimeout how long a statement may run; a session can lift its own setting, so that the sweep looks as well
 * @param entitlements who may ask; the first that matches is used
 * @param scope what may be read or written, in words, for the intent and for people
 */
public record GrantPolicy(
        GrantName name,
        String version,
        Sha256 digest,
        String database,
        Duration defaultTtl,
        Duration maxTtl,
        Duration window,
        int renewals,
        int sessions,
        boolean purposeRequired,
        Optional<Pattern> purposePattern,
        Duration statementTimeout,
        List<Entitlement> entitlements,
        List<String> scope,
        String description) {
    public GrantPolicy {
        if (defaultTtl.compareTo(Duration.ofSeconds(1)) < 0
                || defaultTtl.compareTo(maxTtl) > 0
                || maxTtl.compareTo(window) > 0) {
            throw new IllegalArgumentException(
                    "grant " + name + ": expected 1 s <= default ttl <= max ttl <= window, got " + defaultTtl + ", "
                            + maxTtl + ", " + window);
        }
        if (renewals < 0 || sessions < 1) {
            throw new IllegalArgumentException(
                    "grant " + name + ": expected renewals >= 0 and sessions >= 1, got " + renewals + ", " + sessions);
        }
        entitlements = List.copyOf(entitlements);
        scope = List.copyOf(scope);
    }
}
