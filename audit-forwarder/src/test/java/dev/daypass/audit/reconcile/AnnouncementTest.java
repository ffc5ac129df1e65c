package dev.daypass.audit.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.audit.reconcile.Reconciler.Result;
import dev.daypass.evidence.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnnouncementTest {
    private static final Instant FROM = Instant.parse("2026-11-23T03:00:00Z");
    private static final Finding FINDING = new Finding(
            Code.LINE_GAP, Source.POSTGRESQL.code(), "stream/6b03.9", Optional.of(Hour.session(1)), "lines 3 to 3");

    private static List<String> told(Result result) {
        var out = new ByteArrayOutputStream();
        new Announcement(new PrintStream(out, true, StandardCharsets.UTF_8)).of(result, FROM.plusSeconds(180));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aRunThatFoundNothingSaysZero() {
        assertEquals(
                List.of(
                        "{\"_aws\":{\"Timestamp\":1795402980000,\"CloudWatchMetrics\":[{\"Namespace\":\"Daypass/Record\","
                                + "\"Dimensions\":[[]],\"Metrics\":[{\"Name\":\"Findings\",\"Unit\":\"Count\"},"
                                + "{\"Name\":\"Gaps\",\"Unit\":\"Count\"},{\"Name\":\"CanaryMissing\",\"Unit\":\"Count\"}]}]},"
                                + "\"Findings\":0,\"Gaps\":0,\"CanaryMissing\":0}"),
                told(new Result(FROM, FROM.plusSeconds(60), List.of(), Map.of())));
    }

    @Test
    void eachFindingIsALineAndEveryOneIsCounted() {
        var lines = told(new Result(
                FROM,
                FROM.plusSeconds(60),
                List.of(FINDING),
                Map.of(
                        Code.LINE_GAP, 1L,
                        Code.LINE_MISSING, 20L,
                        Code.LINE_UNKNOWN, 300L,
                        Code.CANARY_MISSING, 4_000L,
                        Code.CHAIN_BROKEN, 50_000L)));
        assertEquals(
                "{\"format\":\"daypass-finding/1\",\"from\":\"2026-11-23T03:00:00Z\",\"to\":\"2026-11-23T03:01:00Z\","
                        + "\"code\":\"line_gap\",\"source\":\"postgresql\",\"object\":\"stream/6b03.9\","
                        + "\"session\":\"" + Hour.session(1) + "\",\"detail\":\"lines 3 to 3\"}",
                lines.getFirst());
        assertEquals(2, lines.size());
        var metrics = JsonTree.parse(lines.getLast()).orElseThrow();
        assertEquals(54_321L, metrics.number("Findings").orElseThrow());
        assertEquals(321L, metrics.number("Gaps").orElseThrow());
        assertEquals(4_000L, metrics.number("CanaryMissing").orElseThrow());
    }

    @Test
    void whatCannotBeToldIsAFailure() {
        var broken = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken in this test");
            }
        });
        var announcement = new Announcement(broken);
        var result = new Result(FROM, FROM.plusSeconds(60), List.of(), Map.of());
        assertThrows(IllegalStateException.class, () -> announcement.of(result, FROM));
    }
}
