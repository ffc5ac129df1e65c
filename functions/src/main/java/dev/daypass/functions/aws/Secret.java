package dev.daypass.functions.aws;

/** A secret text. A class and not a record, since records print their components. */
public final class Secret {
    private final String text;

    Secret(String text) {
        this.text = text;
    }

    /** The secret itself, for the one request that needs it. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "Secret[redacted]";
    }
}
