package dev.daypass.functions.priming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crac.Core;
import org.junit.jupiter.api.Test;

class BeforeSnapshotTest {
    @Test
    void onlySnapStartTakesASnapshot() {
        assertTrue(BeforeSnapshot.isAhead(Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")));
        assertFalse(BeforeSnapshot.isAhead(Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")));
        assertFalse(BeforeSnapshot.isAhead(Map.of()));
    }

    @Test
    void aFailingPrimingIsToldInOneLineAndTheFunctionIsSetUpAllTheSame() {
        var done = new ArrayList<String>();
        var hook = BeforeSnapshot.register(
                () -> {
                    throw new IllegalStateException("no session");
                },
                () -> done.add("set up"));
        var before = System.err;
        var printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            hook.beforeCheckpoint(Core.getGlobalContext());
        } finally {
            System.setErr(before);
        }
        assertEquals(List.of("set up"), done);
        assertEquals(
                List.of("before the snapshot, priming was not reached: no session"),
                printed.toString(StandardCharsets.UTF_8).lines().toList());
    }
}
