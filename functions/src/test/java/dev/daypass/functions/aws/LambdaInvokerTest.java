package dev.daypass.functions.aws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.functions.net.ScriptedServer;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LambdaInvokerTest {
    private static final byte[] EVENT = "{}".getBytes(StandardCharsets.UTF_8);

    private ScriptedServer server;
    private LambdaInvoker invoker;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        invoker = new LambdaInvoker(
                AwsFixtures.requests(server.uri()),
                new LambdaInvoker.Options("sessions", Peer.SESSIONS, 3, Duration.ZERO, Duration.ofSeconds(2)));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aCallWaitsAndAnEventDoesNot() throws PeerException {
        server.then(200, "", "{\"status\":\"ENDED\"}").then(202, "", "");

        assertArrayEquals("{\"status\":\"ENDED\"}".getBytes(StandardCharsets.UTF_8), invoker.call(EVENT));
        invoker.queue(EVENT);

        assertTrue(server.requests().get(0).startsWith("POST /2015-03-31/functions/sessions/invocations HTTP/1.1\r\n"));
        assertTrue(server.requests().get(0).contains("\r\nX-Amz-Invocation-Type: RequestResponse\r\n"));
        assertTrue(server.requests().get(1).contains("\r\nX-Amz-Invocation-Type: Event\r\n"));
    }

    @Test
    void aFunctionsOwnFailureIsUnknownAndNotRepeated() {
        server.then(200, "X-Amz-Function-Error: Unhandled\r\n", "{\"errorMessage\":\"hush\"}");

        var failure = assertThrows(PeerException.class, () -> invoker.call(EVENT));

        assertEquals(Outcome.UNKNOWN, failure.outcome());
        assertFalse(failure.getMessage().contains("hush"));
        assertEquals(1, server.requests().size());
    }

    @Test
    void aCallThatMayHaveBeenMadeIsNotMadeAgain() {
        server.thenClosing("").then(200, "", "{}");

        var failure = assertThrows(PeerException.class, () -> invoker.call(EVENT));

        assertEquals(Outcome.UNKNOWN, failure.outcome());
        assertEquals(1, server.requests().size());
    }

    @Test
    void aCallForWhichThereWasNoRoomIsMadeAgain() throws PeerException {
        server.then(429, "", "").then(200, "", "{}");

        assertArrayEquals(EVENT, invoker.call(EVENT));
    }

    @ParameterizedTest
    @CsvSource({"403, REFUSED", "404, REFUSED", "500, UNKNOWN", "502, UNKNOWN"})
    void anythingElseIsAFailure(int status, Outcome outcome) {
        server.then(status, "", "hush");

        var failure = assertThrows(PeerException.class, () -> invoker.call(EVENT));

        assertEquals(outcome, failure.outcome());
        assertTrue(failure.getMessage().contains("" + status), failure::getMessage);
    }

    @Test
    void anEventThatIsAnsweredAsACallIsNotTakenForQueued() {
        server.then(200, "", "{}");

        assertThrows(PeerException.class, () -> invoker.queue(EVENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "arn:aws:lambda:x", "a b"})
    void aNameThatIsNoneIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> LambdaInvoker.Options.sessions(name, Duration.ofSeconds(1)));
    }
}
