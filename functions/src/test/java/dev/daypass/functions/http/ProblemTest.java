package dev.daypass.functions.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.functions.vend.VendOutcome.Failed;
import dev.daypass.functions.vend.VendOutcome.Reason;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void aFullGrantIsTooManyRequestsAndSaysWhenToAskAgain() {
        var problem = Problem.vend(new Failed(Reason.SESSIONS_EXHAUSTED, "grant g allows 3 sessions at once", false));

        String answer = answer(problem);

        assertEquals(429, problem.status());
        assertTrue(answer.contains("\"Retry-After\":\"15\""), answer);
        assertTrue(answer.contains("\\\"code\\\":\\\"sessions_exhausted\\\""), answer);
        assertTrue(answer.contains("grant g allows 3 sessions at once"), answer);
        assertTrue(answer.contains("\\\"retryable\\\":true"), answer);
    }

    @Test
    void aSessionThatCannotBeRenewedAgainIsAConflictThatNoWaitingEnds() {
        String answer = answer(Problem.renewalsExhausted("g", 1));

        assertTrue(answer.startsWith("{\"statusCode\":409"), answer);
        assertTrue(answer.contains("\\\"code\\\":\\\"renewals_exhausted\\\""), answer);
        assertTrue(answer.contains("grant g allows 1 renewal of a session"), answer);
        assertTrue(!answer.contains("Retry-After"), answer);
    }

    private static String answer(Problem problem) {
        return new String(ApiAnswer.problem(problem, "request-1", "https://api.example"), StandardCharsets.UTF_8);
    }
}
