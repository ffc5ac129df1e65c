package dev.daypass.audit.reconcile.aws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.evidence.ObjectKey.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class S3ReportsTest {
    private static final Place PLACE = new Place("eu-central-1", "111122223333");
    private static final Instant TO = Instant.parse("2026-11-23T03:10:00Z");

    private final OneBucket bucket = new OneBucket();
    private final S3Reports reports = new S3Reports(bucket, OneBucket.NAME, bucket, PLACE);

    @Test
    void theLastReportIsTheLatestOfTheLatestDayOverAllPages() {
        assertEquals(Optional.empty(), reports.last());
        byte number = 0;
        for (int day = -5; day <= 0; day++) {
            for (int minute = 5; minute > 0; minute--) {
                reports.write(TO.plus(Duration.ofDays(day)).plusSeconds(60L * minute), new byte[] {number++});
            }
        }
        // The latest one was the first that was written of its day.
        assertArrayEquals(new byte[] {25}, reports.last().orElseThrow());
    }

    @Test
    void whatIsThereWithTheSameBytesIsAnAttemptOfOurs() {
        reports.write(TO, new byte[] {1});
        assertDoesNotThrow(() -> reports.write(TO, new byte[] {1}));
    }

    @Test
    void whatIsThereWithOtherBytesIsAnotherRuns() {
        reports.write(TO, new byte[] {1});
        var e = assertThrows(IllegalStateException.class, () -> reports.write(TO, new byte[] {2}));
        assertTrue(String.valueOf(e.getMessage()).contains("two runs at once"), e::toString);
        assertArrayEquals(new byte[] {1}, reports.last().orElseThrow());
    }
}
