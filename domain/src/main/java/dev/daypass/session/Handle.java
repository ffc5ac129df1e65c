package dev.daypass.session;

import dev.daypass.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The secret that lets its holder see, renew and end one session after the identity token has expired: {@code dph_} and
 * 32 random bytes in base64url. State keeps only its {@link #digest()}. A class and not a record, since records print
 * their components.
 */
public final class Handle {
    /** What every handle begins with, so that secret scanners find one that was pasted somewhere. */
    public static final String PREFIX = "dph_";

    private static final int RANDOM_BYTES = 32;
    private static final int TEXT_LENGTH = PREFIX.length() + 43;

    private final String secret;

    private Handle(String secret) {
        this.secret = secret;
    }

    /** A new handle with 256 random bits. */
    public static Handle create(SecureRandom random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new Handle(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Untrusted text: empty unless it has a handle's form. The text is not shown to be anybody's handle by this. */
    public static Optional<Handle> parse(String text) {
        if (!text.startsWith(PREFIX) || text.length() != TEXT_LENGTH) {
            return Optional.empty();
        }
        for (int i = PREFIX.length(); i < text.length(); i++) {
            char c = text.charAt(i);
            boolean base64Url =
                    c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
            if (!base64Url) {
                return Optional.empty();
            }
        }
        return Optional.of(new Handle(text));
    }

    /** What state keeps. 256 random bits need no slow hash. */
    public Sha256 digest() {
        return Sha256.of(secret.getBytes(StandardCharsets.US_ASCII));
    }

    /** The secret itself, for the one answer that carries it. */
    public String reveal() {
        return secret;
    }

    @Override
    public String toString() {
        return PREFIX + "[redacted]";
    }
}
