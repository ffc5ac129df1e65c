package dev.daypass.audit.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import dev.daypass.evidence.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReconcileHandlerTest {
    private static final Instant NOW = Hour.BEGIN.plus(Duration.ofMinutes(10));

    private final Hour hour = new Hour();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    private String answer(Instant time, Duration remaining) throws IOException {
        return answer(time, remaining, "");
    }

    private String answer(Instant time, Duration remaining, String event) throws IOException {
        var out = new ByteArrayOutputStream();
        new ReconcileHandler(hour.reconciler(time), new PrintStream(log, true, StandardCharsets.UTF_8), hour.clock())
                .handleRequest(
                        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                        out,
                        new Remaining(remaining));
        return out.toString(StandardCharsets.UTF_8);
    }

    private List<String> logged() {
        return log.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void whatIsFoundIsAnsweredAndToldAndFailsNothing() throws IOException {
        hour.unsealed("renewal 3");
        assertEquals("{\"findings\":1}", answer(NOW.plus(Duration.ofMinutes(2)), Duration.ofSeconds(55)));
        assertEquals(2, logged().size());
        assertTrue(logged().getFirst().contains("\"code\":\"line_missing\""), logged().getFirst());
        assertTrue(logged().getLast().contains("\"Findings\":1,\"Gaps\":1,\"CanaryMissing\":0"), logged().getLast());
    }

    @Test
    void aLagOfNothingWaitsForNothing() throws IOException {
        hour.unsealed("renewal 3");
        var soon = Hour.BEGIN.plus(Duration.ofMinutes(5));
        assertEquals("{\"findings\":0}", answer(soon, Duration.ofSeconds(55)));
        answer(soon, Duration.ofSeconds(55), "{\"lag\":\"PT0S\"}");
        assertTrue(logged().stream().anyMatch(line -> line.contains("\"code\":\"line_missing\"")), logged().toString());
    }

    @Test
    void aLagThatReachesIntoTheFutureOrBeyondTheUsualIsRefused() {
        for (var lag : List.of("-PT1S", "PT2M1S")) {
            var refusal = assertThrows(
                    IllegalArgumentException.class,
                    () -> answer(NOW, Duration.ofSeconds(55), "{\"lag\":\"" + lag + "\"}"));
            assertEquals("lag is from PT0S to PT2M", refusal.getMessage());
        }
    }

    @Test
    void aRunWithNothingToLookAtSaysNothing() throws IOException {
        assertEquals("{\"findings\":0}", answer(Hour.BEGIN, Duration.ofSeconds(55)));
        assertEquals(List.of(), logged());
    }

    @Test
    void aRunThatCannotLookFails() {
        hour.reports().put(Hour.BEGIN, "{\"format\":\"daypass-reconciliation/2\"}".getBytes(StandardCharsets.UTF_8));
        var e = assertThrows(IllegalStateException.class, () -> answer(NOW, Duration.ofSeconds(55)));
        assertEquals("the last reconciliation cannot be read: format", e.getMessage());
    }

    @Test
    void everySourceOfEventsIsLookedAt() throws IOException {
        answer(NOW, Duration.ofSeconds(55));
        var sources = JsonTree.parse(hour.reports().lastEntry().getValue()).orElseThrow().objects("sources").stream()
                .map(s -> s.text("source").orElseThrow())
                .toList();
        assertEquals(
                List.of(Source.DAYPASS, Source.VAULT_AUDIT, Source.VAULT_SERVER, Source.POSTGRESQL, Source.MARIADB)
                        .stream()
                        .map(Source::code)
                        .toList(),
                sources);
    }

    /** Knows the remaining time and nothing else. */
    private record Remaining(Duration time) implements Context {
        @Override
        public int getRemainingTimeInMillis() {
            return (int) time.toMillis();
        }

        @Override
        public String getAwsRequestId() {
            throw notAsked();
        }

        @Override
        public String getLogGroupName() {
            throw notAsked();
        }

        @Override
        public String getLogStreamName() {
            throw notAsked();
        }

        @Override
        public String getFunctionName() {
            throw notAsked();
        }

        @Override
        public String getFunctionVersion() {
            throw notAsked();
        }

        @Override
        public String getInvokedFunctionArn() {
            throw notAsked();
        }

        @Override
        public CognitoIdentity getIdentity() {
            throw notAsked();
        }

        @Override
        public ClientContext getClientContext() {
            throw notAsked();
        }

        @Override
        public int getMemoryLimitInMB() {
            throw notAsked();
        }

        @Override
        public LambdaLogger getLogger() {
            throw notAsked();
        }

        private static IllegalStateException notAsked() {
            return new IllegalStateException("not asked for in these tests");
        }
    }
}
