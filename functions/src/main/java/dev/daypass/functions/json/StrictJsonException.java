package dev.daypass.functions.json;

/** A text is not the JSON that it has to be. The message shows at most one member's name, in {@link Printable} form. */
public final class StrictJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final String message;

    StrictJsonException(Fault fault, String message) {
        // Expected with untrusted text, and told by its fault: a stack trace would only cost.
        super(message, null, false, false);
        this.fault = fault;
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }

    public Fault fault() {
        return fault;
    }

    /** What is wrong; the first fault met in the order of the text. */
    public enum Fault {
        /** More bytes than the reader's bound; not looked into. */
        TOO_LARGE,
        /** Not well-formed UTF-8, or begins with a byte order mark (RFC 8259 §8.1). */
        NOT_UTF8,
        /** U+0000, raw or escaped: legal in JSON, the end of a text for much that reads it afterwards. */
        NUL,
        /** An escaped half of a surrogate pair in a value (RFC 8259 §8.2: behaviour unpredictable); in a name, {@link #MALFORMED}. */
        LONE_SURROGATE,
        /** A member's name twice in one object (RFC 8259 §4: behaviour unpredictable). */
        DUPLICATE_MEMBER,
        /** Objects and lists deeper than the reader's bound. */
        TOO_DEEP,
        /** Something after the value. */
        TRAILING_BYTES,
        /** Not JSON (RFC 8259). */
        MALFORMED,
        /** JSON, but the value, or a member asked for, is of another type. */
        WRONG_TYPE
    }
}
