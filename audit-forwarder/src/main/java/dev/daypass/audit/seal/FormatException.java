package dev.daypass.audit.seal;

import java.util.Objects;

/** Bytes that are not what {@code docs/record.md} says. The reason names the member and what was expected, never a value's text. */
public final class FormatException extends Exception {
    private final String reason;

    public FormatException(String reason) {
        super(reason);
        this.reason = Objects.requireNonNull(reason);
    }

    /** What was expected, and where. */
    public String reason() {
        return reason;
    }
}
