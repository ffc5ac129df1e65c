package dev.daypass.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryTest {
    private static final String NONCE = "abcdefghijklmnopqrstuvwxyz";

    @Test
    void aNewCanaryIsReadBackFromItsMark() {
        var canary = Canary.create(new SecureRandom());
        assertEquals(Optional.of(canary), Canary.parse(canary.mark()));
        assertNotEquals(canary, Canary.create(new SecureRandom()));
    }

    @Test
    void theStatementHoldsTheMark() {
        assertEquals("SELECT 'daypass-canary " + NONCE + "'", new Canary(NONCE).statement());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                NONCE,
                "daypass-canary abcdefghijklmnopqrstuvwxy",
                "daypass-canary abcdefghijklmnopqrstuvwxyzz",
                "daypass-canary Abcdefghijklmnopqrstuvwxyz",
                "daypass-canary 4bcdefghijklmnopqrstuvwxyz",
                "daypass-canary abcdefghijklmnopqrstuvwxy'"
            })
    void whatIsNotExactlyAMarkIsNoCanary(String text) {
        assertEquals(Optional.empty(), Canary.parse(text));
    }

    @Test
    void aNonceThatCouldEndTheStatementCannotBeMade() {
        assertThrows(IllegalArgumentException.class, () -> new Canary("abcdefghijklmnopqrstuvwxy'"));
    }
}
