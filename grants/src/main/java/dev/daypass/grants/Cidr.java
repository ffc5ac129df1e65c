package dev.daypass.grants;

import java.net.InetAddress;
import java.util.Optional;

/** A block of addresses, such as {@code 10.0.3.0/24} (RFC 4632 §3.1, RFC 4291 §2.3). */
public record Cidr(String text) {
    /** @throws IllegalArgumentException if the text is not an address, a slash and a prefix length above 0 */
    public Cidr {
        if (!isWellFormed(text)) {
            throw new IllegalArgumentException("not a block of addresses such as 10.0.3.0/24: " + text);
        }
    }

    public static Optional<Cidr> parse(String text) {
        return isWellFormed(text) ? Optional.of(new Cidr(text)) : Optional.empty();
    }

    // A prefix of 0 is "everywhere", and would undo what the block is for.
    private static boolean isWellFormed(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[1-9][0-9]{0,2}")) {
            return false;
        }
        try {
            int bits = InetAddress.ofLiteral(text.substring(0, slash)).getAddress().length * 8;
            return Integer.parseInt(text.substring(slash + 1)) <= bits;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
