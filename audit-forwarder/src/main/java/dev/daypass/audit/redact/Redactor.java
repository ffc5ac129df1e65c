package dev.daypass.audit.redact;

import dev.daypass.audit.redact.Redaction.Rule;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Takes card numbers and secrets out of text before it is locked. Thread-safe; each thread keeps a buffer of its own.
 *
 * <p><b>Card numbers</b> have 13 to 19 digits, begin as a brand's do, have a length that the brand uses and pass the Luhn
 * check ({@link CardRanges}). Their digits may be any of Unicode's decimal digits, plain or escaped: JSON {@code \\u0034},
 * {@code \x34}, octal {@code \064}, SQL {@code U&'\0034'}, {@code %34}, a character reference, each with any number of backslashes or
 * {@code %25} before it, since logs escape what is escaped. Between two digits there may be up to 64 units of spaces, line
 * breaks, dashes, dots, slashes, underscores, plus signs, invisible characters and marks, plain or escaped the same way,
 * and joins of SQL literals ({@code '||'}, {@code '' }, {@code ' '}). Commas, colons and semicolons separate values: across
 * them there is no number. Among other digits a number is found where it begins and ends with a group.
 *
 * <p><b>Not taken for card numbers</b>, since one string of digits in ten passes Luhn:
 * <ul>
 *   <li>a part of a group of more digits, hence anything in a group of 20 and more;
 *   <li>digits inside a UUID, or inside a hexadecimal token with the length of an identifier or digest (16, 32, 40, 56, 64,
 *       96, 128 digits with at least one letter);
 *   <li>a decimal number: digits with a single dot among them, and a group right after a number's only dot;
 *   <li>numbers that begin with 1, such as times since 1970 in every unit, unless they are 15 digits together or in groups
 *       of a card (UATP);
 *   <li>the value of the member {@code query_id}, which PostgreSQL writes: a random number of up to 19 digits.
 * </ul>
 *
 * <p>What is put in place of a number depends on its digits alone: {@code pan:} and 16 hexadecimal digits of HMAC-SHA-256,
 * the first ones unless they would read as a card number themselves. Nothing is trusted for beginning with {@code pan:}.
 * Redacting again changes nothing.
 */
public final class Redactor {
    /** Longer texts get a buffer that is not kept. */
    private static final int KEPT = 1 << 21;

    private static final int MOST_LOOKS = 8;

    private final SecretKey panKey;
    private final ThreadLocal<State> states = ThreadLocal.withInitial(this::state);

    /**
     * @param panKey of HMAC-SHA-256; to be kept away from the text that it cleans
     * @throws IllegalArgumentException if the key is of no use for that
     */
    public Redactor(SecretKey panKey) {
        this.panKey = panKey;
        mac();
    }

    /** The text without card numbers and secrets; the same instance if there are none. Time grows with its length only. */
    public Redaction redact(String text) {
        var state = states.get();
        if (!find(state, text)) {
            return new Redaction(text, Map.of());
        }
        var counts = new EnumMap<Rule, Integer>(Rule.class);
        var clean = text;
        int looks = 0;
        // What was replaced may have hidden how what is beside it can be read; so the result is looked at, too.
        do {
            clean = state.secrets.spans().applyWith(state.cards.spans(), state.text, clean.length(), counts);
            looks++;
        } while (looks < MOST_LOOKS && find(state, clean));
        return new Redaction(clean, Collections.unmodifiableMap(counts));
    }

    private static boolean find(State state, String text) {
        int length = text.length();
        var units = state.buffer(length);
        text.getChars(0, length, units, 0);
        units[length] = 0;
        state.text = units;
        state.secrets.find(units, length);
        state.cards.find(text, units, state.secrets.spans());
        return state.secrets.spans().size() + state.cards.spans().size() > 0;
    }

    private State state() {
        return new State(mac());
    }

    private Mac mac() {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(panKey);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a key for HMAC-SHA-256", e);
        }
    }

    /** What one thread works with. */
    private static final class State {
        private char[] buffer = new char[1 << 14];
        private char[] text = buffer;
        private final SecretFinder secrets = new SecretFinder();
        private final CardFinder cards;

        State(Mac mac) {
            cards = new CardFinder(new Pseudonym(mac));
        }

        char[] buffer(int length) {
            if (length < buffer.length) {
                return buffer;
            }
            // Growing by doubling, so that many growing lines do not each get their own.
            var larger = new char[Math.max(length + 1, Math.min(2 * buffer.length, KEPT))];
            if (larger.length <= KEPT) {
                buffer = larger;
            }
            return larger;
        }
    }

    /** The text that stands for a card number. */
    static final class Pseudonym {
        private static final int HEX = 16;

        private final Mac mac;

        Pseudonym(Mac mac) {
            this.mac = mac;
        }

        String of(byte[] digits, int from, int to) {
            var ascii = new byte[to - from];
            for (int i = from; i < to; i++) {
                ascii[i - from] = (byte) ('0' + digits[i]);
            }
            var hex = HexFormat.of().formatHex(mac.doFinal(ascii));
            int at = 0;
            while (at + 2 * HEX <= hex.length() && readsAsCard(hex.substring(at, at + HEX))) {
                at += HEX;
            }
            return "pan:" + hex.substring(at, at + HEX);
        }

        /** One in about 10,000 does, and a second look at the text would then replace the replacement. */
        static boolean readsAsCard(String hex) {
            var digits = new byte[HEX];
            int count = 0;
            for (byte c : (hex + "x").getBytes(StandardCharsets.US_ASCII)) {
                if (c >= '0' && c <= '9') {
                    digits[count++] = (byte) (c - '0');
                } else {
                    if (count >= CardRanges.SHORTEST
                            && (CardRanges.allowed(digits, 0) >> count & 1) != 0
                            && CardRanges.luhn(digits, 0, count)) {
                        return true;
                    }
                    count = 0;
                }
            }
            return false;
        }
    }
}
