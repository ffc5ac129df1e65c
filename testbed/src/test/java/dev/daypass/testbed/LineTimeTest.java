package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTimeTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"timestamp\":\"2026-11-23 11:10:00.123 UTC\",\"user\":\"dp_1\"}",
                "{\"time\":\"2026-11-23T11:10:00.123Z\",\"type\":\"request\"}",
                "{\"when\": \"2026-11-23T11:10:00.123Z\"}",
                "2026-11-23T11:10:00.123Z [INFO]  core: unsealed",
                "2026-11-23 11:10:00.123 UTC:127.0.0.1(40112):dp_1@shop:[77]:LOG:  AUDIT: SESSION",
                "2026-11-23T11:10:00.123+0000 anything",
            })
    void aLineHasTheTimeAtWhichItBegins(String line) {
        assertEquals(Optional.of(Instant.parse("2026-11-23T11:10:00.123Z")), LineTime.of(line, NOW));
    }

    @Test
    void aLineOfServerAuditHasItsSecond() {
        assertEquals(
                Optional.of(Instant.parse("2026-11-23T11:10:00Z")),
                LineTime.of("20261123 11:10:00,vm,dp_1,127.0.0.1,9,58,QUERY,app,'select 1',0", NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no time at all",
                "later 2026-11-23T11:10:00.123Z",
                "2026-11-23T11:10:00.123 without a zone",
                "2026-11-23T11:10:00.123+01:00 elsewhere",
                "2026-02-30T11:10:00Z no such day",
                "2026-11-23T12:00:05.001Z from the future",
                "2026-11-22T12:59:59.999Z from yesterday",
                "{\"note\":\"2026-11-23T11:10:00.123Z\"}",
            })
    void aTimeThatIsNoneOrNotNearIsNotUsed(String line) {
        assertEquals(Optional.empty(), LineTime.of(line, NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-23T12:00:05Z the latest", "2026-11-22T13:00:00Z the earliest"})
    void theBoundsAreNear(String line) {
        assertEquals(Optional.of(Instant.parse(line.substring(0, line.indexOf(' ')))), LineTime.of(line, NOW));
    }
}
