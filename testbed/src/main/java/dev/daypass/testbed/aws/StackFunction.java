package dev.daypass.testbed.aws;

/** The functions that vend and end sessions, as the template knows them. */
public enum StackFunction implements StackMember {
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

    @Override
    public String prefix() {
        return prefix;
    }

    @Override
    public String rolePrefix() {
        return prefix;
    }
}
