package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedPatternTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "TICKET-[0-9]+",
                "(INC|CHG)-\\d{4,8}",
                "[A-Z]{2,10}-[1-9][0-9]*",
                ".*TICKET-1.*",
                "(?:a|b)?c",
                "([0-9]{4}-){2}[0-9]",
                "a|b|"
            })
    void ordinaryPatternsAreAccepted(String pattern) {
        assertEquals(pattern, BoundedPattern.compile(pattern).pattern());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+",
                "(a|a)*",
                "(.*)*x",
                "(a?){60}",
                "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?b",
                ".*.*.*x",
                "(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)"
                        + "(a|aa)(a|aa)(a|aa)(a|aa)"
            })
    void patternsThatCanBacktrackForLongAreRefused(String pattern) {
        var refused = assertThrows(IllegalArgumentException.class, () -> BoundedPattern.compile(pattern));
        assertTrue(String.valueOf(refused.getMessage()).contains("backtrack"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a)\\1", "(?=a)b", "(?i)a", "a+?", "a++", "[a&&b]", "[[a]b]", "^a", "a$", "(a", "a)", "[", "a{2,1}",
                "\\", "\\p{L}"
            })
    void whatIsNotCountedIsNotAccepted(String pattern) {
        var refused = assertThrows(IllegalArgumentException.class, () -> BoundedPattern.compile(pattern));
        assertTrue(String.valueOf(refused.getMessage()).contains("not accepted at character"), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "TICKET-[0-9]+,TICKET-",
        "repo:acme/shop:.*,repo:acme/shop:",
        "ab?c,a",
        "ab*,a",
        "ab{0}c,a",
        "ab+,a",
        "a|b,''",
        "ab[|]c,''",
        "(ab)c,''",
        "ab(c|d),''",
        "ab\\.c,ab",
        "ab.c,ab",
        "[ab]c,''",
        "a?,''",
        "abc,abc"
    })
    void thePrefixIsWhatEveryMatchBeginsWith(String pattern, String prefix) {
        assertEquals(prefix, BoundedPattern.literalPrefix(pattern));
    }

    /** Vault compares with the prefix and a star: a promise too much would lock out whom the document lets in. */
    @Test
    void noGeneratedMatchLacksThePrefix() {
        var random = new Random(20_261_123);
        int promised = 0;
        for (int i = 0; i < 20_000; i++) {
            var written = new StringBuilder();
            var match = new StringBuilder();
            alternatives(random, 3, written, match);
            Pattern pattern;
            try {
                pattern = BoundedPattern.compile(written.toString());
            } catch (IllegalArgumentException e) {
                continue; // too long, or too many ways
            }
            assertTrue(pattern.matcher(match).matches(), () -> "the test's own text: " + written + " " + match);
            String prefix = BoundedPattern.literalPrefix(written.toString());
            assertTrue(match.toString().startsWith(prefix), () -> written + " promises " + prefix + ": " + match);
            assertFalse(prefix.contains("*"), prefix);
            promised += prefix.isEmpty() ? 0 : 1;
        }
        assertTrue(promised > 1000, "hardly any pattern had a prefix: " + promised);
    }

    /** Writes a pattern, and beside it one text that it matches. */
    private static void alternatives(Random random, int depth, StringBuilder pattern, StringBuilder match) {
        int count = random.nextInt(4) == 0 ? 2 : 1;
        int chosen = random.nextInt(count);
        for (int i = 0; i < count; i++) {
            pattern.append(i == 0 ? "" : "|");
            var text = new StringBuilder();
            int atoms = 1 + random.nextInt(4);
            for (int j = 0; j < atoms; j++) {
                atom(random, depth, pattern, text);
            }
            if (i == chosen) {
                match.append(text);
            }
        }
    }

    private static void atom(Random random, int depth, StringBuilder pattern, StringBuilder match) {
        var once = new StringBuilder();
        switch (random.nextInt(depth > 0 ? 6 : 5)) {
            case 0, 1, 2 -> {
                char c = "abZ09-:/@_ #".charAt(random.nextInt(12));
                pattern.append(c);
                once.append(c);
            }
            case 3 -> {
                char c = "\\.[]{}()*+-?^$|/#:@_ ".charAt(random.nextInt(21));
                pattern.append('\\').append(c);
                once.append(c);
            }
            case 4 -> {
                pattern.append(random.nextBoolean() ? "[a-c|]" : ".");
                once.append("abc|".charAt(random.nextInt(4)));
            }
            default -> {
                pattern.append('(');
                alternatives(random, depth - 1, pattern, once);
                pattern.append(')');
            }
        }
        int times = random.nextInt(3);
        switch (random.nextInt(8)) {
            case 0 -> {
                pattern.append('?');
                times = Math.min(times, 1);
            }
            case 1 -> pattern.append('*');
            case 2 -> {
                pattern.append('+');
                times++;
            }
            case 3 -> pattern.append('{').append(times).append('}');
            case 4 -> pattern.append("{0,3}");
            default -> times = 1;
        }
        match.append(once.toString().repeat(times));
    }

    @ParameterizedTest
    @ValueSource(strings = {".*", ".+", "[^x]*", ".{1,256}", ".*.*", "(.|x)*"})
    void aPatternThatTellsNothingApartIsKnown(String pattern) {
        assertTrue(BoundedPattern.acceptsNearlyAnything(Pattern.compile(pattern)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TICKET-[0-9]+", "[a-z]+", "repo:.*", ".{4,8}", "\\w+"})
    void aPatternThatTellsTextsApartIsNotTakenForOneThatDoesNot(String pattern) {
        assertFalse(BoundedPattern.acceptsNearlyAnything(Pattern.compile(pattern)));
    }
}
