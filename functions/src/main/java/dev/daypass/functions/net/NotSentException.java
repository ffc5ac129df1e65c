package dev.daypass.functions.net;

import java.net.ConnectException;

/** No byte of the request left this machine: no address, no connection, or no trusted certificate. */
public final class NotSentException extends ConnectException {
    private static final long serialVersionUID = 1L;

    NotSentException(String message, Throwable cause) {
        // The cause's class only: a TLS exception's message can quote what the peer sent.
        super(message + " (" + cause.getClass().getSimpleName() + ")");
    }

    NotSentException(String message) {
        super(message);
    }
}
