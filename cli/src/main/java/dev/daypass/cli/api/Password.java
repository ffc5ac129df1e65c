package dev.daypass.cli.api;

/** A session user's password. A class and not a record, since records print their components. */
public final class Password {
    private final String secret;

    Password(String secret) {
        this.secret = secret;
    }

    /** The secret itself, for the private file that libpq reads, or for a person who asked to see it. */
    public String reveal() {
        return secret;
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
