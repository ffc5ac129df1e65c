package dev.daypass.audit.intake;

/** What was delivered is not a subscription's payload, or not one that can be held. It says nothing of its content. */
public final class PayloadException extends Exception {
    private static final long serialVersionUID = 1;

    public PayloadException(String message) {
        super(message);
    }
}
