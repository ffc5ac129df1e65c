package dev.daypass.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** A SHA-256 digest (FIPS 180-4) as 64 lower-case hexadecimal digits; printed as {@code sha256:<hex>}. */
public record Sha256(String hex) {
    private static final String PREFIX = "sha256:";

    /** @throws IllegalArgumentException if the text is not 64 lower-case hexadecimal digits */
    public Sha256 {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("not a SHA-256: expected 64 lower-case hexadecimal digits");
        }
    }

    public static Sha256 of(byte[] bytes) {
        try {
            return new Sha256(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has SHA-256: java.security.MessageDigest, "Every implementation".
            throw new IllegalStateException(e);
        }
    }

    /** Untrusted text: empty unless it is {@code sha256:} and 64 lower-case hexadecimal digits. */
    public static Optional<Sha256> parse(String text) {
        return text.startsWith(PREFIX) && isHex(text.substring(PREFIX.length()))
                ? Optional.of(new Sha256(text.substring(PREFIX.length())))
                : Optional.empty();
    }

    /** Whether both are the same, in a time that does not depend on where they differ. */
    public boolean matches(Sha256 other) {
        return MessageDigest.isEqual(bytes(), other.bytes());
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }

    private static boolean isHex(String text) {
        if (text.length() != 64) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }
}
