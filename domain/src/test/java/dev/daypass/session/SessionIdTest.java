package dev.daypass.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionIdTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:15:30.123Z");

    @Test
    void carriesTheMillisecondOfItsMaking() {
        assertEquals(NOW, SessionId.create(NOW, new SecureRandom()).createdAt());
    }

    @Test
    void sortsByTime() {
        var random = new SecureRandom();
        var earlier = SessionId.create(NOW, random);
        assertTrue(earlier.compareTo(SessionId.create(NOW.plusMillis(1), random)) < 0);
    }

    @Test
    void isNeverMadeTwice() {
        var random = new SecureRandom();
        var seen = new HashSet<SessionId>();
        for (int i = 0; i < 10_000; i++) {
            assertTrue(seen.add(SessionId.create(NOW, random)));
        }
    }

    @Test
    void namesADatabaseUserOf29CharactersThatLeadsBackToIt() {
        var id = SessionId.create(NOW, new SecureRandom());
        var user = new SessionUser(id);
        assertEquals(29, user.name().length());
        assertEquals(Optional.of(user), SessionUser.parse(user.name()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01jd8x0q5v7h2m4k6n8p0r2s4",
                "01jd8x0q5v7h2m4k6n8p0r2s4tt",
                "81jd8x0q5v7h2m4k6n8p0r2s4t",
                "01JD8X0Q5V7H2M4K6N8P0R2S4T",
                "01jd8x0q5v7h2m4k6n8p0r2s4u",
                "01jd8x0q5v7h2m4k6n8p0r2s4i",
                "01jd8x0q5v7h2m4k6n8p0r2s'-"
            })
    void textThatIsNotExactlyASessionIdIsNone(String text) {
        assertEquals(Optional.empty(), SessionId.parse(text));
    }

    @Test
    void aHandleDoesNotPrintItsSecret() {
        var handle = Handle.create(new SecureRandom());
        assertEquals("dph_[redacted]", handle.toString());
        assertEquals(
                handle.digest(), Handle.parse(handle.reveal()).orElseThrow().digest());
    }
}
