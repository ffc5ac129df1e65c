package dev.daypass.evidence;

import java.util.Arrays;
import java.util.Optional;

/** What a sealed object came from. Each source has a chain of seals of its own. */
public enum Source {
    /** Daypass's own events, from its functions' standard output. */
    DAYPASS("daypass", true),
    /** OpenBao's audit devices. */
    VAULT_AUDIT("vault-audit", true),
    /** OpenBao's server log, the only place where a lease's expiry is written. */
    VAULT_SERVER("vault-server", true),
    POSTGRESQL("postgresql", true),
    MARIADB("mariadb", true),
    INTENTS("intents", false),
    ENDINGS("endings", false),
    CONFIGURATIONS("configurations", false),
    /** What the completeness runs found. */
    RECONCILIATIONS("reconciliations", false);

    private final String code;
    private final boolean events;

    Source(String code, boolean events) {
        this.code = code;
        this.events = events;
    }

    /** The name in keys, seals and records. */
    public String code() {
        return code;
    }

    /** Whether its objects are batches of events, forwarded from a log group. */
    public boolean isEvents() {
        return events;
    }

    /** Untrusted text: empty unless it is exactly one of the names. */
    public static Optional<Source> parse(String code) {
        return Arrays.stream(values()).filter(s -> s.code.equals(code)).findFirst();
    }
}
