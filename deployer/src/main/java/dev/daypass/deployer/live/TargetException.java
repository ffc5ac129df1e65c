package dev.daypass.deployer.live;

import java.util.Optional;

/**
 * A database could not be read or changed. The message says which, what was tried and what to do about it; it never holds a
 * password, nor a value of a row.
 */
public final class TargetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an Optional of a string
    private final Optional<String> statement;

    /** What is wrong is in the documents or in the database, and no call failed. */
    public TargetException(String message) {
        super(message);
        this.statement = Optional.empty();
    }

    public TargetException(String message, Throwable cause) {
        this(message, Optional.empty(), cause);
    }

    /** @param statement where it stopped */
    public TargetException(String message, Optional<String> statement, Throwable cause) {
        super(message, cause);
        this.statement = statement;
    }

    /** The statement at which it stopped, if it was one. */
    public Optional<String> statement() {
        return statement;
    }
}
