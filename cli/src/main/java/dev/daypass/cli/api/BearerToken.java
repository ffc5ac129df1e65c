package dev.daypass.cli.api;

import dev.daypass.session.Handle;
import java.util.Optional;

/** What goes behind {@code Authorization: Bearer}: an identity provider's token, or a session's handle. */
public final class BearerToken {
    /** As large as the broker takes one. */
    private static final int MAX_LENGTH = 8192;

    private final String secret;

    private BearerToken(String secret) {
        this.secret = secret;
    }

    public static BearerToken of(Handle handle) {
        return new BearerToken(handle.reveal());
    }

    /** Untrusted text, spaces and line ends around it aside: empty unless it can be a bearer token. */
    public static Optional<BearerToken> parse(String text) {
        String token = text.strip();
        // RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
        boolean wellFormed = !token.isEmpty()
                && token.length() <= MAX_LENGTH
                && token.chars()
                        .allMatch(c -> c >= 'a' && c <= 'z'
                                || c >= 'A' && c <= 'Z'
                                || c >= '0' && c <= '9'
                                || "-._~+/=".indexOf(c) >= 0);
        return wellFormed ? Optional.of(new BearerToken(token)) : Optional.empty();
    }

    String reveal() {
        return secret;
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
