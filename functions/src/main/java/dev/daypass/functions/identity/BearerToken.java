package dev.daypass.functions.identity;

import dev.daypass.digest.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * The text that a request presented as its bearer token (RFC 6750 §2.1), unverified. A class and not a record, since
 * records print their components.
 */
public final class BearerToken {
    /** The longest token that is looked into, in bytes: 8 KiB. */
    public static final int MAX_BYTES = 8 * 1024;

    private final String text;

    private BearerToken(String text) {
        this.text = text;
    }

    /**
     * Untrusted text after {@code Bearer }. Never refuses: what is wrong with it, its size included, is the verifier's to
     * say, so that every refusal has its reason and its digest.
     */
    public static BearerToken parse(String text) {
        return new BearerToken(text);
    }

    /** What evidence and audit keep of the token. */
    public Sha256 digest() {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The token itself, for the login to Vault. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "BearerToken[redacted]";
    }
}
