package dev.daypass.testbed;

import java.security.SecureRandom;
import java.util.HexFormat;

/** A database login's password. */
public final class Password {
    private final String text;

    private Password(String text) {
        this.text = text;
    }

    /** 192 random bits, in letters and digits that need no quoting anywhere. */
    static Password random() {
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return new Password(HexFormat.of().formatHex(bytes));
    }

    /** The secret itself: for a login, never for a log. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "Password(redacted)";
    }
}
