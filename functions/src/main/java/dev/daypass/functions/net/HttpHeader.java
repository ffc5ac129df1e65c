package dev.daypass.functions.net;

import java.util.List;
import java.util.Optional;

/** A header field. Not a record: its value may be a secret. Unmodifiable, so safe for threads. */
public final class HttpHeader {
    private final String name;
    private final String value;

    /** @throws IllegalArgumentException if either could change the shape of the message (RFC 9110 §5.1, §5.5) */
    public HttpHeader(String name, String value) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a header's name");
        }
        if (!isWellFormed(name, value)) {
            throw new IllegalArgumentException("the value of " + name + " is not printable ASCII");
        }
        this.name = name;
        this.value = value;
    }

    public String name() {
        return name;
    }

    public String value() {
        return value;
    }

    // Loops and not streams, here and in this package: the first stream of a process costs it milliseconds.

    static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isTokenCharacter(name.charAt(i))) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    static boolean isWellFormed(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\t' && (c < ' ' || c > '~')) {
                return false;
            }
        }
        return isName(name);
    }

    static Optional<String> first(List<HttpHeader> headers, String name) {
        for (var header : headers) {
            if (header.name.equalsIgnoreCase(name)) {
                return Optional.of(header.value);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return name + ": [redacted]";
    }

    private static boolean isTokenCharacter(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
