package dev.daypass.functions.configuration;

/** The bytes are not a compiled configuration of the format that is read here; the message says what was met where. */
public final class ConfigurationFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigurationFormatException(String message) {
        super(message);
    }

    public ConfigurationFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
