package dev.daypass.audit.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.evidence.Source;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingsTest {
    @Test
    void everyFindingIsCountedAndNotMoreAreToldThanFitIntoAReport() {
        var minute = new Findings();
        for (int i = 0; i < Findings.MOST + 7; i++) {
            minute.add(Code.LINE_MISSING, Source.POSTGRESQL, "stream " + i, "missing");
        }
        var run = new Findings();
        run.add(Code.LINE_GAP, Source.POSTGRESQL, "stream", "gap");
        run.addAll(minute);
        assertEquals(Findings.MOST, run.sorted().size());
        assertEquals(8, run.omitted());
        assertEquals(Map.of(Code.LINE_GAP, 1L, Code.LINE_MISSING, Findings.MOST + 7L), run.counts());
    }

    @Test
    void theSameFindingIsToldOnceAndLinesAreStillCounted() {
        var findings = new Findings();
        for (int i = 0; i < 3; i++) {
            findings.add(Code.LOGIN_WITHOUT_INTENT, Source.POSTGRESQL, "stream", "no intent");
            findings.add(Code.LINE_MISSING, Source.POSTGRESQL, "stream", "missing");
        }
        assertEquals(2, findings.sorted().size());
        assertEquals(Map.of(Code.LOGIN_WITHOUT_INTENT, 1L, Code.LINE_MISSING, 3L), findings.counts());
        assertEquals(0, findings.omitted());
    }
}
