package dev.daypass.grants;

import dev.daypass.grant.ClaimValues;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for purposes and claims that cannot be made to run for long. {@link java.util.regex} backtracks; the number of
 * ways in which it can try to match is bounded here by counting them: alternatives add up, parts that follow each other
 * multiply, and {@code *} on one character of a text of at most 256 is 257 ways. A repeated group multiplies with
 * itself, so {@code (a+)+} is out of bounds, and so are three {@code .*} in a row.
 *
 * <p>Accepted: characters, {@code \} before punctuation, {@code \d \w \s \D \W \S}, {@code .}, {@code [classes]}, groups,
 * {@code |} and the quantifiers {@code ? * + {n} {n,} {n,m}}. The match is always of the whole text, so there are no
 * anchors.
 */
final class BoundedPattern {
    /** docs/api.md: a purpose is at most 256 characters; a longer claim matches no pattern ({@link ClaimValues#LONGEST}). */
    private static final int LONGEST_TEXT = ClaimValues.LONGEST;

    private static final int LONGEST_PATTERN = 200;
    private static final double MOST_WAYS = 1_000_000;
    private static final String PUNCTUATION = "\\.[]{}()*+-?^$|/#:@_ ";

    private final String text;
    private int at;

    private BoundedPattern(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException saying why the pattern is not accepted */
    static Pattern compile(String text) {
        if (text.isEmpty() || text.length() > LONGEST_PATTERN) {
            throw new IllegalArgumentException("a pattern has 1 to " + LONGEST_PATTERN + " characters");
        }
        var parser = new BoundedPattern(text);
        double ways = parser.alternatives();
        if (parser.at < text.length()) {
            throw parser.unexpected();
        }
        if (ways > MOST_WAYS) {
            throw new IllegalArgumentException(
                    "this pattern could be made to backtrack for long: use at most two of * and +, and no group that repeats with one inside");
        }
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a pattern: " + e.getDescription(), e);
        }
    }

    /** Texts that have nothing in common: a pattern that takes most of them was hardly written to tell texts apart. */
    private static final List<String> UNRELATED = List.of(
            "a", "7", "zebra", "TICKET-4711", "repo:acme/shop:ref", "two words", "#!", "überall", "x".repeat(200));

    /** Whether the pattern tells hardly any text from another, as {@code .*} and {@code [^x]+} do not. */
    static boolean acceptsNearlyAnything(Pattern pattern) {
        return UNRELATED.stream()
                        .filter(text -> pattern.matcher(text).matches())
                        .count()
                >= UNRELATED.size() - 2;
    }

    /** The characters that every text matched by the pattern begins with; empty where that is not plain to see. */
    static String literalPrefix(String pattern) {
        // An alternative may begin with anything, wherever the | stands.
        if (pattern.indexOf('|') >= 0) {
            return "";
        }
        int end = 0;
        while (end < pattern.length()
                && (Character.isLetterOrDigit(pattern.charAt(end)) || "/:@_ -#".indexOf(pattern.charAt(end)) >= 0)) {
            end++;
        }
        // A quantifier is about the character before it.
        boolean quantified = end < pattern.length() && "?*+{".indexOf(pattern.charAt(end)) >= 0;
        return pattern.substring(0, quantified ? Math.max(0, end - 1) : end);
    }

    private double alternatives() {
        double ways = sequence();
        while (at < text.length() && text.charAt(at) == '|') {
            at++;
            ways += sequence();
        }
        return ways;
    }

    private double sequence() {
        double ways = 1;
        while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
            double one = atom();
            ways *= quantified(one);
        }
        return ways;
    }

    private double atom() {
        char c = text.charAt(at);
        switch (c) {
            case '(' -> {
                at++;
                if (text.startsWith("?:", at)) {
                    at += 2;
                }
                double ways = alternatives();
                expect(')');
                return ways;
            }
            case '[' -> characterClass();
            case '\\' -> escape();
            case '*', '+', '?', '{', '}', ']', '^', '$' -> throw unexpected();
            default -> at++;
        }
        return 1;
    }

    private void characterClass() {
        at++;
        if (at < text.length() && text.charAt(at) == '^') {
            at++;
        }
        int start = at;
        while (at < text.length() && text.charAt(at) != ']') {
            // Java nests classes and intersects them with &&; nobody needs that for a ticket number.
            if (text.charAt(at) == '[' || text.startsWith("&&", at)) {
                throw unexpected();
            }
            if (text.charAt(at) == '\\') {
                escape();
            } else {
                at++;
            }
        }
        if (at == start) {
            throw unexpected();
        }
        expect(']');
    }

    private void escape() {
        at++;
        if (at >= text.length() || PUNCTUATION.indexOf(text.charAt(at)) < 0 && "dwsDWS".indexOf(text.charAt(at)) < 0) {
            throw unexpected();
        }
        at++;
    }

    private double quantified(double one) {
        if (at >= text.length()) {
            return one;
        }
        int least;
        int most;
        switch (text.charAt(at)) {
            case '?' -> {
                at++;
                least = 0;
                most = 1;
            }
            case '*' -> {
                at++;
                least = 0;
                most = LONGEST_TEXT;
            }
            case '+' -> {
                at++;
                least = 1;
                most = LONGEST_TEXT;
            }
            case '{' -> {
                at++;
                least = count();
                most = least;
                if (at < text.length() && text.charAt(at) == ',') {
                    at++;
                    most = at < text.length() && text.charAt(at) == '}' ? LONGEST_TEXT : count();
                }
                expect('}');
            }
            default -> {
                return one;
            }
        }
        if (most < least) {
            throw unexpected();
        }
        double ways = 0;
        for (int i = least; i <= most && ways <= MOST_WAYS; i++) {
            ways += Math.pow(one, i);
        }
        return ways;
    }

    private int count() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9' && at - start < 3) {
            at++;
        }
        int count = at == start ? -1 : Integer.parseInt(text.substring(start, at));
        if (count < 0 || count > LONGEST_TEXT) {
            throw unexpected();
        }
        return count;
    }

    private void expect(char c) {
        if (at >= text.length() || text.charAt(at) != c) {
            throw unexpected();
        }
        at++;
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException("the pattern has something that is not accepted at character " + (at + 1)
                + "; accepted: characters, classes, groups, | and the quantifiers ? * + {n} {n,m}");
    }
}
