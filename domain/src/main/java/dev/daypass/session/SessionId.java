package dev.daypass.session;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/**
 * Names one session: 26 lower-case Crockford base32 characters, 48 bits of milliseconds since the epoch followed by 80
 * random bits, so that identifiers sort by the time of their making. The first character is at most {@code 7}, since
 * 26 characters hold 130 bits and only 128 are used.
 */
public record SessionId(String text) implements Comparable<SessionId> {
    /** Characters of the text. */
    public static final int LENGTH = 26;

    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int TIME_CHARACTERS = 10;
    private static final int RANDOM_BYTES = 10;

    /** @throws IllegalArgumentException if the text is not exactly a session identifier */
    public SessionId {
        if (!isWellFormed(text)) {
            throw new IllegalArgumentException(
                    "not a session id: expected 26 Crockford base32 characters in lower case");
        }
    }

    /** Untrusted text: empty unless it is exactly a session identifier. */
    public static Optional<SessionId> parse(String text) {
        return isWellFormed(text) ? Optional.of(new SessionId(text)) : Optional.empty();
    }

    /** A new identifier for a session that begins at {@code now}; {@code random} supplies its 80 random bits. */
    public static SessionId create(Instant now, SecureRandom random) {
        long millis = now.toEpochMilli();
        if (millis < 0 || millis >= 1L << 48) {
            throw new IllegalArgumentException("outside the 48 bits of a session id's time: " + now);
        }
        var out = new char[LENGTH];
        for (int i = TIME_CHARACTERS - 1; i >= 0; i--) {
            out[i] = ALPHABET.charAt((int) (millis & 31));
            millis >>>= 5;
        }
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        int bits = 0;
        int held = 0;
        int at = TIME_CHARACTERS;
        for (byte b : bytes) {
            held = held << 8 | b & 0xff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                out[at++] = ALPHABET.charAt(held >>> bits & 31);
            }
        }
        return new SessionId(new String(out));
    }

    /** When the identifier was made, to the millisecond; the evidence is filed under this day. */
    public Instant createdAt() {
        long millis = 0;
        for (int i = 0; i < TIME_CHARACTERS; i++) {
            millis = millis << 5 | ALPHABET.indexOf(text.charAt(i));
        }
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public int compareTo(SessionId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean isWellFormed(String text) {
        if (text.length() != LENGTH || text.charAt(0) > '7') {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            if (ALPHABET.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
