package dev.daypass.evidence;

import java.security.SecureRandom;
import java.util.Optional;

/**
 * A mark that is sent through a database's log, to see that the log arrives: 26 lower-case letters that nobody could have known
 * before. Letters only, so that nothing takes a part of it for a card number and replaces it.
 */
public record Canary(String nonce) {
    /** What stands before the nonce in the statement, and in the event that tells of it. */
    public static final String PREFIX = "daypass-canary ";

    private static final int LENGTH = 26;

    /** @throws IllegalArgumentException if the text is not exactly a nonce */
    public Canary {
        if (!isNonce(nonce)) {
            throw new IllegalArgumentException("not a canary's nonce: expected 26 lower-case letters");
        }
    }

    /** A new one, of 122 random bits. */
    public static Canary create(SecureRandom random) {
        var out = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            out.append((char) ('a' + random.nextInt('z' - 'a' + 1)));
        }
        return new Canary(out.toString());
    }

    /** Untrusted text: empty unless it is exactly a {@link #mark()}. */
    public static Optional<Canary> parse(String mark) {
        if (!mark.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String nonce = mark.substring(PREFIX.length());
        return isNonce(nonce) ? Optional.of(new Canary(nonce)) : Optional.empty();
    }

    /** What the database's log has to hold: {@code daypass-canary <nonce>}. */
    public String mark() {
        return PREFIX + nonce;
    }

    /** A statement that any SQL database runs, that touches nothing, and that answers with the mark. */
    public String statement() {
        return "SELECT '" + mark() + "'";
    }

    @Override
    public String toString() {
        return mark();
    }

    private static boolean isNonce(String text) {
        return text.length() == LENGTH && text.chars().allMatch(c -> c >= 'a' && c <= 'z');
    }
}
