package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PurposePatternTest {
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
        assertEquals(pattern, PurposePattern.compile(pattern).pattern());
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
        var refused = assertThrows(IllegalArgumentException.class, () -> PurposePattern.compile(pattern));
        assertTrue(String.valueOf(refused.getMessage()).contains("backtrack"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a)\\1", "(?=a)b", "(?i)a", "a+?", "a++", "[a&&b]", "[[a]b]", "^a", "a$", "(a", "a)", "[", "a{2,1}",
                "\\", "\\p{L}"
            })
    void whatIsNotCountedIsNotAccepted(String pattern) {
        var refused = assertThrows(IllegalArgumentException.class, () -> PurposePattern.compile(pattern));
        assertTrue(String.valueOf(refused.getMessage()).contains("not accepted at character"), refused.getMessage());
    }
}
