package dev.daypass.functions.vault;

/** A database password. A class and not a record, since records print their components. */
public final class Password {
    private final String secret;

    public Password(String secret) {
        this.secret = secret;
    }

    /** The secret itself: for the answer to the agent, and for the witness's own login. */
    public String reveal() {
        return secret;
    }

    @Override
    public String toString() {
        return "Password[redacted]";
    }
}
