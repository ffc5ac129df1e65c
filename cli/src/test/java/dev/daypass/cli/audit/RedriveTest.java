package dev.daypass.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(AwsProperties.class)
class RedriveTest {
    private static final String GROUP = "/daypass/postgresql";
    private static final String FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:forwarder";

    private StubAws aws;

    @BeforeEach
    void anEndpoint() throws IOException {
        aws = new StubAws();
        aws.subscribed(GROUP, FUNCTION);
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void aPayloadGoesUnchangedToTheFunctionOfItsLogGroupAndThenLeavesTheQueue() throws IOException {
        String payload = payload(GROUP);
        aws.queued("m-1", payload);
        var run = run();
        assertEquals(0, run.exitCode(), run.err() + run.out());
        assertEquals(List.of(), aws.queuedIds());
        var requests = aws.requests();
        assertTrue(
                requests.indexOf("INVOKE " + FUNCTION + " " + payload) < requests.indexOf("DeleteMessage receipt-m-1"),
                requests.toString());
        assertTrue(run.out().contains("stored  m-1  " + GROUP + "  1 events"), run.out());
    }

    @Test
    void aPayloadThatFailsAgainStaysAndTheNextOneIsTried() throws IOException {
        aws.subscribed("/daypass/other", FUNCTION + "-other");
        aws.functionFails(FUNCTION, "Unhandled");
        aws.queued("m-1", payload(GROUP));
        aws.queued("m-2", payload("/daypass/other"));
        var run = run();
        assertEquals(2, run.exitCode(), run.err());
        assertEquals(List.of("m-1"), aws.queuedIds());
        assertTrue(
                aws.requests().contains("ChangeMessageVisibility receipt-m-1 0"),
                aws.requests().toString());
        assertTrue(run.out().contains("1 stored, 1 left"), run.out());
    }

    @Test
    void theFunctionCanBeNamed() throws IOException {
        aws.queued("m-1", payload("/nobody/subscribed"));
        assertEquals(0, run("--function", "/nobody/subscribed=mine").exitCode());
        assertEquals(1, aws.count("INVOKE mine "));
    }

    @Test
    void aPayloadWithoutAFunctionStays() throws IOException {
        aws.queued("m-1", payload("/nobody/subscribed"));
        var run = run();
        assertEquals(2, run.exitCode());
        assertTrue(run.out().contains("no function is subscribed"), run.out());
        assertEquals(0, aws.count("INVOKE"));
    }

    @Test
    void aMessageThatIsNoPayloadStays() {
        aws.queued("m-1", "{\"awslogs\":{\"data\":\"bm90IGd6aXA=\"}}");
        var run = run();
        assertEquals(2, run.exitCode());
        assertTrue(run.out().contains("it is no payload of CloudWatch Logs"), run.out());
        assertEquals(0, aws.count("INVOKE"));
    }

    @Test
    void nothingOfAPayloadsLinesIsPrinted() throws IOException {
        aws.functionFails(FUNCTION, "Unhandled");
        aws.queued("m-1", payload(GROUP));
        var run = run();
        assertFalse((run.out() + run.err()).contains("4111"), run.out());
    }

    @Test
    void anEmptyQueueIsDone() {
        assertEquals(0, run().exitCode());
    }

    private Command run(String... more) {
        var words = new ArrayList<>(List.of(
                "audit",
                "redrive",
                "--queue",
                aws.url() + "/111122223333/dead",
                "--endpoint-url",
                aws.url(),
                "--region",
                "eu-central-1"));
        words.addAll(List.of(more));
        return Command.run(Instant.EPOCH, words.toArray(String[]::new));
    }

    private static String payload(String logGroup) throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(("{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"" + logGroup
                            + "\",\"logStream\":\"s\",\"logEvents\":[{\"id\":\"1\",\"timestamp\":1,\"message\":\"4111111111111111\"}]}")
                    .getBytes(StandardCharsets.UTF_8));
        }
        return "{\"awslogs\":{\"data\":\"" + Base64.getEncoder().encodeToString(compressed.toByteArray()) + "\"}}";
    }
}
