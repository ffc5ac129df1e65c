package dev.daypass.functions.identity;

/** One failed check, on its way to {@link TokenVerifier#verify}; never leaves this package. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final TokenRejection reason;

    /** @param detail as in {@link Verification.Rejected} */
    RefusedException(TokenRejection reason, String detail) {
        // Anybody can cause one: no stack trace, which would cost more than the check.
        super(detail, null, false, false);
        this.reason = reason;
    }

    TokenRejection reason() {
        return reason;
    }
}
