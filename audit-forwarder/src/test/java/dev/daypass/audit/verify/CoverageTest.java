package dev.daypass.audit.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.audit.seal.RangeCheck;
import dev.daypass.audit.seal.Seal.Range;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CoverageTest {
    @Test
    void everyKeyHasTheLatestTimeOfAllRangesThatHoldIt() {
        var random = new Random(7);
        for (int run = 0; run < 500; run++) {
            var coverage = new Coverage();
            var added = new ArrayList<Added>();
            for (int i = 0; i < 12; i++) {
                var range = new Range(key(random.nextInt(20)), key(random.nextInt(20)));
                var at = Instant.ofEpochSecond(random.nextInt(6));
                coverage.add(range, at);
                added.add(new Added(range, at));
                for (int k = 0; k < 21; k++) {
                    String key = key(k);
                    Optional<Instant> expected = added.stream()
                            .filter(a -> RangeCheck.holds(a.range(), key))
                            .map(Added::at)
                            .max(Comparator.naturalOrder());
                    assertEquals(expected, coverage.at(key), () -> key + " of " + added);
                }
            }
        }
    }

    @Test
    void aDayThatIsListedAgainAndAgainStaysOnePiece() {
        var coverage = new Coverage();
        for (int i = 0; i < 100_000; i++) {
            coverage.add(new Range("day/", "day/~"), Instant.ofEpochSecond(i));
        }
        assertEquals(1, coverage.size());
        assertEquals(Optional.of(Instant.ofEpochSecond(99_999)), coverage.at("day/x"));
        assertTrue(coverage.at("day/").isEmpty());
    }

    private static String key(int number) {
        return "k" + (char) ('a' + number);
    }

    private record Added(Range range, Instant at) {}
}
