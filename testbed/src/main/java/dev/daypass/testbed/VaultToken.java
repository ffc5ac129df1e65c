package dev.daypass.testbed;

/** A token of OpenBao. */
public final class VaultToken {
    private final String text;

    VaultToken(String text) {
        this.text = text;
    }

    /** The secret itself: for the header of a request, never for a log. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "VaultToken(redacted)";
    }
}
