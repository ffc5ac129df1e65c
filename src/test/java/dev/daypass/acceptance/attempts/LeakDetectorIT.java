package dev.daypass.acceptance.attempts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.acceptance.attempts.LeakDetector.Hidden;
import dev.daypass.acceptance.attempts.LeakDetector.Leak;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A proof by looking is worth what the eyes are worth: everything that is planted here must be found. */
class LeakDetectorIT {
    private static final String CARD = "4929478218423216";
    private static final String NAME = "Quirin Hidden-Cardholder";

    private final LeakDetector detector =
            new LeakDetector(List.of(Hidden.card("the card", CARD), Hidden.text("the cardholder", NAME)));

    /** Ways in which a value may be written. */
    enum Disguise {
        AS_IT_IS,
        SPACED,
        HYPHENATED,
        BACKWARDS,
        HEX,
        BYTEA,
        BASE64,
        BASE64_AFTER_ONE,
        BASE64_AFTER_TWO,
        BASE64_IN_LINES,
        CHARACTER_CODES,
        MD5,
        SHA_1,
        SHA_224,
        SHA_256,
        SHA_384,
        SHA_512;

        private String of(String text) {
            return switch (this) {
                case AS_IT_IS -> text;
                case SPACED -> text.replaceAll("(.)", "$1 ");
                case HYPHENATED -> text.replaceAll("(....)", "$1-");
                case BACKWARDS -> new StringBuilder(text).reverse().toString();
                case HEX -> HexFormat.of().formatHex(bytes(text));
                case BYTEA -> "\\x" + HexFormat.of().withUpperCase().formatHex(bytes(text));
                case BASE64 -> Base64.getEncoder().encodeToString(bytes(text));
                case BASE64_AFTER_ONE -> Base64.getEncoder().encodeToString(bytes("a" + text));
                case BASE64_AFTER_TWO -> Base64.getEncoder().encodeToString(bytes("ab" + text + "c"));
                case BASE64_IN_LINES -> Base64.getMimeEncoder(8, bytes("\n")).encodeToString(bytes(text));
                case CHARACTER_CODES -> text.chars().mapToObj(Integer::toString).collect(Collectors.joining(","));
                case MD5, SHA_1, SHA_224, SHA_256, SHA_384, SHA_512 -> digest(name().replace('_', '-'), text);
            };
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private static String digest(String algorithm, String text) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance(algorithm).digest(bytes(text)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Disguise.class)
    void eachDisguiseIsSeenThrough(Disguise disguise) {
        assertEquals(Set.of("the card"), found("before " + disguise.of(CARD) + " after"));
        assertEquals(Set.of("the cardholder"), found("before " + disguise.of(NAME) + " after"));
    }

    @ParameterizedTest
    @EnumSource(Disguise.class)
    void aValueIsPutTogetherFromItsCharactersOnePerRowBesideANumber(Disguise disguise) {
        String text = disguise.of(CARD);
        var heard = new Heard();
        var rows = heard.rows(2);
        for (int i = 0; i < text.length(); i++) {
            rows.value(0, Integer.toString(i));
            rows.value(1, text.substring(i, i + 1));
        }
        assertEquals(Set.of("the card"), what(detector.in(heard)));
    }

    @Test
    void aValueIsPutTogetherFromNotices() {
        var heard = new Heard();
        CARD.chars().forEach(digit -> {
            heard.say("notice", Character.toString(digit));
            heard.say("notice's place", "pl_exec.c:3925");
        });
        assertEquals(Set.of("the card"), what(detector.in(heard)));
    }

    @Test
    void aValueInRowsFromTheLastToTheFirstIsFound() {
        var heard = new Heard();
        var rows = heard.rows(1);
        for (var group : List.of("3216", "1842", "4782", "4929")) {
            rows.value(0, group);
        }
        assertEquals(Set.of("the card"), what(detector.in(heard)));
    }

    @Test
    void moreOfACardThanTheFirstSixOrTheLastFourIsFound() {
        assertEquals(Set.of("the card"), found("49294782********"));
        assertEquals(Set.of("the card"), found("*********8423216"));
    }

    @Test
    void digitsWrittenAsLettersAreFound() {
        assertEquals(Set.of("the card"), found("x" + letters()));
    }

    private static String letters() {
        return CARD.chars()
                .mapToObj(digit -> Character.toString('a' + digit - '0'))
                .collect(Collectors.joining());
    }

    @Test
    void aMaskAndWhatStandsBesideItAreNothing() {
        assertEquals(Set.of(), found("492947******3216 492947******3216 Quirin redacted 2026-01-05 09:00:00+00"));
    }

    @Test
    void whatIsTooShortToBeTellingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Hidden.text("an id", "42"));
        assertThrows(IllegalArgumentException.class, () -> Hidden.card("no card", "abcdefghijklm"));
    }

    @Test
    void everyKindOfWordIsLookedAt() {
        for (var kind : List.of("column", "count", "notice", "error's detail", "parameter", "notification")) {
            var heard = new Heard();
            heard.say(kind, "x" + CARD);
            assertTrue(what(detector.in(heard)).contains("the card"), kind);
        }
    }

    private Set<String> found(String text) {
        var heard = new Heard();
        heard.rows(1).value(0, text);
        return what(detector.in(heard));
    }

    private static Set<String> what(Set<Leak> leaks) {
        return leaks.stream().map(Leak::what).collect(Collectors.toSet());
    }
}
