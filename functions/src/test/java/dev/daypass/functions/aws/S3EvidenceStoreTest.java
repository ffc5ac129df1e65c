package dev.daypass.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.evidence.EvidenceStore.Put;
import dev.daypass.functions.net.ScriptedServer;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3EvidenceStoreTest {
    private static final ObjectKey KEY = new ObjectKey("intents/region=eu-central-1/x.json");
    private static final byte[] BODY = "{\"what\":1}".getBytes(StandardCharsets.UTF_8);

    private ScriptedServer server;
    private S3EvidenceStore store;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        store = new S3EvidenceStore(
                AwsFixtures.requests(server.uri()),
                new S3EvidenceStore.Options("evidence", 3, Duration.ZERO, Duration.ofSeconds(2)));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aPutIsCreateOnlyWithItsChecksumAndAsksForNoLock() throws PeerException {
        server.then(200, "", "");

        assertEquals(Put.CREATED, store.create(KEY, BODY));

        String sent = server.requests().getFirst();
        assertTrue(sent.startsWith("PUT /evidence/intents/region%3Deu-central-1/x.json HTTP/1.1\r\n"), sent);
        assertTrue(sent.contains("\r\nIf-None-Match: *\r\n"), sent);
        assertTrue(sent.contains("\r\nx-amz-checksum-sha256: "), sent);
        assertFalse(sent.contains("object-lock"), sent);
        assertTrue(sent.endsWith("\r\n\r\n{\"what\":1}"), sent);
    }

    @Test
    void anObjectOfSomebodyElseIsAlreadyThere() throws PeerException {
        server.then(412, "", "<Error><Code>PreconditionFailed</Code></Error>");

        assertEquals(Put.ALREADY_THERE, store.create(KEY, BODY));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503})
    void anObjectThatIsThereAfterADoubtfulAttemptIsOurs(int doubtful) throws PeerException {
        server.then(doubtful, "", "").then(412, "", "");

        assertEquals(Put.CREATED, store.create(KEY, BODY));
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 429})
    void anObjectThatIsThereAfterAnAttemptThatCertainlyFailedIsNotOurs(int status) throws PeerException {
        server.then(status, "", "").then(412, "", "");

        assertEquals(Put.ALREADY_THERE, store.create(KEY, BODY));
    }

    @Test
    void everyAttemptSendsTheSameBytes() throws PeerException {
        server.then(500, "", "").then(409, "", "").then(200, "", "");

        assertEquals(Put.CREATED, store.create(KEY, BODY));

        assertEquals(3, server.requests().size());
        assertEquals(1, new HashSet<>(server.requests()).size());
    }

    @ParameterizedTest
    @CsvSource({"500, UNKNOWN", "409, NOT_DONE"})
    void theLastFailureIsTold(int status, Outcome outcome) {
        server.then(status, "", "hush").then(status, "", "hush").then(status, "", "hush");

        var failure = assertThrows(PeerException.class, () -> store.create(KEY, BODY));

        assertEquals(outcome, failure.outcome());
        assertEquals(3, server.requests().size());
        assertFalse(failure.getMessage().contains("hush"));
    }

    @Test
    void aRefusalNamesTheActionAndTheCodeAndNothingThatS3Says() {
        server.then(403, "", "<Error><Code>AccessDenied</Code><Message>hush</Message></Error>");

        var refusal = assertThrows(PeerException.class, () -> store.create(KEY, BODY));

        assertEquals(Outcome.REFUSED, refusal.outcome());
        assertEquals(
                "writing intents/region=eu-central-1/x.json into evidence: S3 refused s3:PutObject with 403, AccessDenied",
                refusal.getMessage());
    }

    @Test
    void anUnknownCodeIsNotRepeated() {
        server.then(400, "", "<Error><Code>hush</Code></Error>");

        var refusal = assertThrows(PeerException.class, () -> store.create(KEY, BODY));

        assertTrue(refusal.getMessage().endsWith("400, another code"), refusal::getMessage);
    }

    @Test
    void aChecksumThatDiffersFromOursIsNoSuccess() {
        server.then(200, "x-amz-checksum-sha256: AAAA\r\n", "");

        var failure = assertThrows(PeerException.class, () -> store.create(KEY, BODY));

        assertEquals(Outcome.UNKNOWN, failure.outcome());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "Evidence", "evidence.example", "e/v", "evidence_1"})
    void aBucketNameThatCannotBeAHostsLabelIsRefused(String bucket) {
        assertThrows(IllegalArgumentException.class, () -> S3EvidenceStore.Options.of(bucket));
    }
}
