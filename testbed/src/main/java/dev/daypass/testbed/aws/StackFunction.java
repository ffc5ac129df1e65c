package dev.daypass.testbed.aws;

/** Daypass's functions, as the template knows them. */
public enum StackFunction {
    /** {@code POST /v1/sessions}, {@code GET /v1/grants} and the resource's metadata. */
    VEND("Vend"),
    /** Shows, renews and ends. */
    SESSIONS("Sessions"),
    /** Ends what should have ended, every minute. */
    SWEEP("Sweep");

    private final String prefix;

    StackFunction(String prefix) {
        this.prefix = prefix;
    }

    /** How the names of its outputs begin. */
    String prefix() {
        return prefix;
    }
}
