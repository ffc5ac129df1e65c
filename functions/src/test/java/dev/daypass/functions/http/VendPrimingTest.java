package dev.daypass.functions.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.functions.priming.Priming;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Priming with the real wiring and the real adapters. */
class VendPrimingTest {
    /** As deployed: everything but what priming points elsewhere leads nowhere. */
    private static final Map<String, String> DEPLOYED = Map.of(
            "DAYPASS_TABLE", "sessions",
            "DAYPASS_EVIDENCE_BUCKET", "evidence",
            "DAYPASS_CONFIGURATION", "sha256:" + "0".repeat(64),
            "DAYPASS_ACCOUNT_ID", "111122223333",
            "AWS_REGION", "eu-central-1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/credentials",
            "DAYPASS_VAULT_ADDRESS", "https://vault.invalid:8200",
            "DAYPASS_VAULT_SOURCE_ADDRESS", "192.0.2.1",
            "DAYPASS_SESSIONS_FUNCTION", "daypass-sessions",
            "DAYPASS_RESOURCE", "https://daypass.invalid");

    @Test
    void primingComesToASessionWithoutTheDeployedPeers() {
        assertDoesNotThrow(() -> VendHandler.prime(DEPLOYED));
    }

    @Test
    void primingEmitsNoEvent() {
        var before = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            VendHandler.prime(DEPLOYED);
        } finally {
            System.setOut(before);
        }
        assertEquals("", printed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void primingThatEndsWithoutASessionSaysWithWhatInstead() {
        var failure = assertThrows(
                IllegalStateException.class,
                () -> Priming.run(
                        DEPLOYED, (pointed, event) -> "{\"statusCode\":503}".getBytes(StandardCharsets.UTF_8)));
        assertTrue(String.valueOf(failure.getMessage()).contains("{\"statusCode\":503}"), failure.getMessage());
    }

    @Test
    void primingLeavesNoThreadBehind() throws InterruptedException {
        VendHandler.prime(DEPLOYED);
        var left = new HashMap<String, Thread>();
        for (var thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("beside-the-login") || thread.getName().equals("priming-stand-in")) {
                thread.join(2000);
                if (thread.isAlive()) {
                    left.put(thread.getName(), thread);
                }
            }
        }
        assertEquals(Map.of(), left);
    }
}
