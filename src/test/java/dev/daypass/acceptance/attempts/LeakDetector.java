package dev.daypass.acceptance.attempts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Looks for what a session must not learn in all that a server said: as it is, with separators, backwards, in hex, in Base64, as
 * character codes, as an unkeyed digest that could be tried out, and put together from pieces, across the answer and down its
 * columns. Immutable.
 */
public final class LeakDetector {
    /** Shorter ones would be found by chance. */
    static final int SHORTEST = 6;

    private static final int FEWEST_DIGITS = 5;

    private static final Pattern NO_DIGITS = Pattern.compile("[^0-9]+");
    private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final List<String> DIGESTS = List.of("MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512");

    private final List<Needle> needles;

    /** @param hidden all that must not be seen */
    public LeakDetector(Collection<Hidden> hidden) {
        needles = hidden.stream().flatMap(each -> needles(each).stream()).toList();
    }

    /**
     * A value that must not be seen.
     *
     * @param what which one, for people; says nothing of the value
     * @param card whether it is a card number, of which the first six and the last four digits may be seen
     */
    public record Hidden(String what, String value, boolean card) {
        public Hidden {
            if (value.length() < SHORTEST || (card && !value.matches("[0-9]{13,19}"))) {
                throw new IllegalArgumentException(what + ": it would be found by chance, or is no card number");
            }
        }

        public static Hidden card(String what, String digits) {
            return new Hidden(what, digits, true);
        }

        public static Hidden text(String what, String value) {
            return new Hidden(what, value, false);
        }
    }

    /** What was found, and as what. */
    public record Leak(String what, String form) {}

    private record Needle(String what, String form, Haystack in, String text) {}

    /** The answer, seen in one way. */
    private enum Haystack {
        AS_IT_IS,
        WITHOUT_SPACES,
        DIGITS,
        LETTERS;

        private String of(String text) {
            return switch (this) {
                case AS_IT_IS -> text;
                case WITHOUT_SPACES -> SPACES.matcher(text).replaceAll("");
                case DIGITS -> NO_DIGITS.matcher(text).replaceAll("");
                case LETTERS -> NO_LETTERS.matcher(text).replaceAll("").toLowerCase(Locale.ROOT);
            };
        }
    }

    private static List<Needle> needles(Hidden hidden) {
        var all = new ArrayList<Needle>();
        String value = hidden.value();
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (hidden.card()) {
            all.add(new Needle(hidden.what(), "as it is", Haystack.AS_IT_IS, value));
            all.add(new Needle(hidden.what(), "backwards", Haystack.AS_IT_IS, reversed(value)));
            if (isTelling(value)) {
                all.add(new Needle(hidden.what(), "digits", Haystack.DIGITS, value));
                all.add(new Needle(hidden.what(), "digits backwards", Haystack.DIGITS, reversed(value)));
                all.add(new Needle(hidden.what(), "character codes", Haystack.DIGITS, codes(bytes)));
                all.add(new Needle(hidden.what(), "its first eight digits", Haystack.AS_IT_IS, value.substring(0, 8)));
                all.add(new Needle(
                        hidden.what(),
                        "its last seven digits",
                        Haystack.AS_IT_IS,
                        value.substring(value.length() - 7)));
            }
            all.add(new Needle(hidden.what(), "letters for digits", Haystack.LETTERS, letters(value)));
        } else {
            all.add(new Needle(hidden.what(), "as it is", Haystack.AS_IT_IS, value));
            var bare = Haystack.LETTERS.of(value);
            all.add(new Needle(hidden.what(), "character codes", Haystack.DIGITS, codes(bytes)));
            if (bare.length() >= SHORTEST) {
                all.add(new Needle(hidden.what(), "letters and digits", Haystack.LETTERS, bare));
                all.add(new Needle(hidden.what(), "letters and digits backwards", Haystack.LETTERS, reversed(bare)));
            }
        }
        all.add(new Needle(
                hidden.what(), "hex", Haystack.LETTERS, HexFormat.of().formatHex(bytes)));
        for (int shift = 0; shift < 3; shift++) {
            all.add(new Needle(hidden.what(), "Base64", Haystack.WITHOUT_SPACES, base64(bytes, shift)));
        }
        for (var algorithm : DIGESTS) {
            all.add(new Needle(hidden.what(), "unkeyed " + algorithm, Haystack.LETTERS, digest(algorithm, bytes)));
        }
        return all;
    }

    /**
     * Whether its digits, taken together from pieces, could only be this card's. The networks' test numbers repeat two or three
     * digits, and their masks side by side make the number: {@code 424242******4242}.
     */
    private static boolean isTelling(String card) {
        return card.chars().distinct().count() >= FEWEST_DIGITS;
    }

    /** Everything that was found; empty for an answer that gives nothing away. */
    public Set<Leak> in(Heard heard) {
        var leaks = new LinkedHashSet<Leak>();
        look(heard.words().stream().map(Heard.Word::text).collect(Collectors.joining("\n")), leaks);
        look(values(heard), leaks);
        for (var column : heard.columns()) {
            look(String.join("\n", column), leaks);
            look(String.join("\n", column.reversed()), leaks);
        }
        return leaks;
    }

    /** Without what stands between them: names of columns, counts. */
    private static String values(Heard heard) {
        return heard.words().stream()
                .filter(word -> word.kind().equals("value")
                        || word.kind().equals("notice")
                        || word.kind().equals("notification"))
                .map(Heard.Word::text)
                .collect(Collectors.joining("\n"));
    }

    private void look(String text, Set<Leak> leaks) {
        if (text.isEmpty()) {
            return;
        }
        for (var haystack : Haystack.values()) {
            String seen = haystack.of(text);
            for (var needle : needles) {
                if (needle.in() == haystack && seen.contains(needle.text())) {
                    leaks.add(new Leak(needle.what(), needle.form()));
                }
            }
        }
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }

    /** 0 to 9 as a to j. */
    private static String letters(String digits) {
        return digits.chars()
                .mapToObj(digit -> Character.toString('a' + digit - '0'))
                .collect(Collectors.joining());
    }

    private static String codes(byte[] bytes) {
        var codes = new StringBuilder();
        for (byte each : bytes) {
            codes.append(Byte.toUnsignedInt(each));
        }
        return codes.toString();
    }

    /** What of it is the same whatever stands before and behind, if {@code shift} bytes more than a multiple of three come first. */
    private static String base64(byte[] bytes, int shift) {
        var shifted = new byte[shift + bytes.length];
        System.arraycopy(bytes, 0, shifted, shift, bytes.length);
        String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
        // RFC 4648 §4: a character carries six bits; those that hold bits of the neighbours are left out.
        int first = (shift * 8 + 5) / 6;
        int last = shifted.length * 8 / 6;
        return encoded.substring(first, last);
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
