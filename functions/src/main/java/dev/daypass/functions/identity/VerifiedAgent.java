package dev.daypass.functions.identity;

import dev.daypass.digest.Sha256;
import dev.daypass.functions.json.JsonNumber;
import dev.daypass.functions.json.JsonObject;
import dev.daypass.identity.TrustedIssuer;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is asking, as one trusted issuer's token said at one moment. Only {@link TokenVerifier} makes one, so that having
 * one is the proof. Immutable; holds no token.
 */
public final class VerifiedAgent {
    private final TrustedIssuer issuer;
    private final String subject;
    private final String agent;
    private final @Nullable String owner;
    private final List<String> actors;
    private final @Nullable String tokenId;
    private final Instant issuedAt;
    private final Instant expiresAt;
    private final Sha256 tokenDigest;
    private final JsonObject claims;

    VerifiedAgent(
            TrustedIssuer issuer,
            String subject,
            String agent,
            @Nullable String owner,
            List<String> actors,
            @Nullable String tokenId,
            Instant issuedAt,
            Instant expiresAt,
            Sha256 tokenDigest,
            JsonObject claims) {
        this.issuer = issuer;
        this.subject = subject;
        this.agent = agent;
        this.owner = owner;
        this.actors = actors;
        this.tokenId = tokenId;
        this.issuedAt = issuedAt;
        this.expiresAt = expiresAt;
        this.tokenDigest = tokenDigest;
        this.claims = claims;
    }

    public TrustedIssuer issuer() {
        return issuer;
    }

    /** {@code sub}: unique within the issuer (RFC 7519 §4.1.2). */
    public String subject() {
        return subject;
    }

    /** The claim that the issuer's entry names as the agent's. */
    public String agent() {
        return agent;
    }

    /** The accountable person or team; empty only where the issuer's entry says {@code allowOwnerless}. */
    public Optional<String> owner() {
        return Optional.ofNullable(owner);
    }

    /** Who acts for the subject: the current actor first, then those before it (RFC 8693 §4.1). Mostly empty. */
    public List<String> actors() {
        return actors;
    }

    /** {@code jti}; always there where the issuer's entry says {@code singleUse}. */
    public Optional<String> tokenId() {
        return Optional.ofNullable(tokenId);
    }

    public Instant issuedAt() {
        return issuedAt;
    }

    /** {@code exp}, without skew. */
    public Instant expiresAt() {
        return expiresAt;
    }

    public Sha256 tokenDigest() {
        return tokenDigest;
    }

    /**
     * The values that policy may compare for one claim: a text's own, the members of a list of texts, {@code true} or
     * {@code false}, or a number as it was written. Empty for a claim that is absent, null, an object, or any other list.
     */
    public Set<String> claim(String name) {
        var value = claims.get(name);
        if (value instanceof String text) {
            return Set.of(text);
        }
        if (value instanceof Boolean || value instanceof JsonNumber) {
            return Set.of(value.toString());
        }
        if (value instanceof List<?> list) {
            var texts = new LinkedHashSet<String>();
            for (var member : list) {
                if (!(member instanceof String text)) {
                    return Set.of();
                }
                texts.add(text);
            }
            return Collections.unmodifiableSet(texts);
        }
        return Set.of();
    }

    /** {@link #claim} for every claim that has a value there. */
    public Map<String, Set<String>> claims() {
        var all = new LinkedHashMap<String, Set<String>>();
        for (var name : claims.names()) {
            var values = claim(name);
            if (!values.isEmpty()) {
                all.put(name, values);
            }
        }
        return Collections.unmodifiableMap(all);
    }

    @Override
    public String toString() {
        return "VerifiedAgent[" + issuer.name() + ", " + agent + ", token " + tokenDigest + "]";
    }
}
