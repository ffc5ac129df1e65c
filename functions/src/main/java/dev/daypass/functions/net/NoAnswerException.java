package dev.daypass.functions.net;

import java.io.IOException;

/** The request was sent, in whole or in part, and no complete answer came: it may have been carried out. */
public final class NoAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message, Throwable cause) {
        super(message + " (" + cause.getClass().getSimpleName() + ")");
    }

    NoAnswerException(String message) {
        super(message);
    }
}
