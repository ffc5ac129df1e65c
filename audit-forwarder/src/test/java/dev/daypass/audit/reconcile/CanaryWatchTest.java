package dev.daypass.audit.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.audit.reconcile.SealedRecord.Position;
import dev.daypass.audit.seal.Seal;
import dev.daypass.evidence.Canary;
import dev.daypass.evidence.Source;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A mark and its event may be in two minutes, and in two runs, in either order. */
class CanaryWatchTest {
    private static final Instant MINUTE = Instant.parse("2026-11-23T03:10:00Z");
    private static final Canary CANARY = Hour.canary(7);

    private final Findings findings = new Findings();
    private CanaryWatch watch = new CanaryWatch(MINUTE.minusSeconds(60), List.of(), List.of(), Map.of());

    private static SealedRecord record(String user, Instant time, Optional<String> event) {
        return new SealedRecord(
                "server.message",
                "success",
                user,
                Optional.empty(),
                "orders",
                new Position("group", "stream", time),
                Seal.NONE,
                Map.of(),
                Optional.empty(),
                event,
                Optional.of(CANARY));
    }

    private void statement(Instant time) {
        watch.see(Source.MARIADB, record("dpw_x", time, Optional.empty()));
    }

    private void event(Instant time) {
        watch.see(Source.DAYPASS, record("sweep", time, Optional.of("canary.run")));
    }

    private void endMinute(Instant until) {
        watch.endMinute(until, findings);
        // As the next run has it.
        watch = new CanaryWatch(MINUTE.minusSeconds(60), watch.expected(), watch.marks(), watch.databases());
    }

    @Test
    void aMarkBeforeItsEventIsRemembered() {
        statement(MINUTE.minusMillis(1));
        endMinute(MINUTE);
        event(MINUTE);
        for (int minute = 1; minute < 5; minute++) {
            endMinute(MINUTE.plusSeconds(60L * minute));
        }
        assertEquals(List.of(), findings.sorted());
    }

    @Test
    void aMarkAfterItsEventIsWaitedForUntilTwoPeriodsAreOver() {
        event(MINUTE);
        endMinute(MINUTE.plusSeconds(60));
        endMinute(MINUTE.plusSeconds(120).minusMillis(1));
        statement(MINUTE.plusSeconds(120).minusMillis(1));
        endMinute(MINUTE.plusSeconds(180));
        assertEquals(List.of(), findings.sorted());
    }

    @Test
    void atTwoPeriodsItIsMissing() {
        event(MINUTE);
        endMinute(MINUTE.plusSeconds(60));
        endMinute(MINUTE.plusSeconds(120));
        assertEquals(Map.of(Code.CANARY_MISSING, 1L), findings.counts());
    }
}
