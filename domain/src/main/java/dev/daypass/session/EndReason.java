package dev.daypass.session;

import java.util.Optional;

/** Why a session ends. One closed vocabulary for state, evidence and events. */
public enum EndReason {
    /** Its holder asked for it. */
    REQUESTED("requested"),
    /** Its lease ran out and was not renewed. */
    EXPIRED("expired"),
    /** A second request with the same Idempotency-Key took its place. */
    REPLACED("replaced"),
    /** An operator ended it. */
    OPERATOR("operator"),
    /** The vend did not come to an answer: a peer refused, failed, or its outcome is not known. */
    VEND_FAILED("vend_failed"),
    /** The vend stopped without a word; the sweep found the intent without an outcome. */
    ABANDONED("abandoned");

    private final String code;

    EndReason(String code) {
        this.code = code;
    }

    /** As state, evidence and answers spell it. */
    public String code() {
        return code;
    }

    /** Untrusted text: empty unless it is one of the codes. */
    public static Optional<EndReason> parse(String code) {
        for (var reason : values()) {
            if (reason.code.equals(code)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
