package dev.daypass.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.functions.net.ScriptedServer;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.state.SessionStore.Intended;
import dev.daypass.functions.state.SessionStore.TokenUse;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What DynamoDB answers when it is busy, at odds or unwell; the acceptance suite has what it answers when it is well. */
class DynamoSessionStoreTest {
    private static final Session SESSION = SessionItemTest.session(new Random(7));
    private static final String DONE = "{}";

    private ScriptedServer server;
    private DynamoSessionStore store;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        store = new DynamoSessionStore(
                AwsFixtures.requests(server.uri()),
                AwsFixtures.CLOCK,
                new DynamoSessionStore.Options("state", 3, Duration.ZERO, Duration.ofSeconds(2)));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\"}",
                "{\"__type\":\"com.amazon.coral.availability#ThrottlingException\"}",
                "{\"__type\":\"com.amazonaws.dynamodb.v20120810#RequestLimitExceeded\"}",
                "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionInProgressException\"}",
                "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\","
                        + "\"CancellationReasons\":[{\"Code\":\"TransactionConflict\"},{\"Code\":\"None\"}]}",
                "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\","
                        + "\"CancellationReasons\":[{\"Code\":\"ThrottlingError\"}]}"
            })
    void aBusyTableIsAskedAgainWithTheSameTransaction(String answer) throws PeerException {
        server.then(400, "", answer).then(200, "", DONE);

        assertInstanceOf(Intended.Written.class, store.intend(SESSION, Optional.empty(), Optional.empty()));

        assertEquals(2, server.requests().size());
        assertEquals(1, new HashSet<>(server.requests()).size());
        assertTrue(server.requests()
                .getFirst()
                .contains("\"ClientRequestToken\":\"" + SESSION.id().text() + "\""));
    }

    @Test
    void aConflictBesideAFailedConditionIsTheConditionsFailure() throws PeerException {
        server.then(
                400,
                "",
                "{\"__type\":\"x#TransactionCanceledException\",\"CancellationReasons\":[{\"Code\":\"TransactionConflict\"},"
                        + "{\"Code\":\"ConditionalCheckFailed\"}]}");
        var use = new TokenUse(SESSION.handle(), AwsFixtures.NOW);

        assertInstanceOf(Intended.TokenReplayed.class, store.intend(SESSION, Optional.of(use), Optional.empty()));
    }

    @Test
    void aTableThatStaysBusyHasDoneNothing() {
        String busy = "{\"__type\":\"x#ThrottlingException\"}";
        server.then(400, "", busy).then(400, "", busy).then(400, "", busy);

        var failure =
                assertThrows(PeerException.class, () -> store.intend(SESSION, Optional.empty(), Optional.empty()));

        assertEquals(Outcome.NOT_DONE, failure.outcome());
    }

    @Test
    void anUnwellTableLeavesItUnknownUnlessTheSessionIsThere() {
        server.then(500, "", "").then(500, "", "").then(500, "", "").then(200, "", "{}");

        var failure =
                assertThrows(PeerException.class, () -> store.intend(SESSION, Optional.empty(), Optional.empty()));

        assertEquals(Outcome.UNKNOWN, failure.outcome());
        assertTrue(server.requests().getLast().contains("DynamoDB_20120810.GetItem"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AccessDeniedException", "ResourceNotFoundException", "ValidationException"})
    void aRefusalNamesItsReasonOnceAndRepeatsNoWordOfTheTables(String name) {
        server.then(400, "", "{\"__type\":\"x#" + name + "\",\"message\":\"hush\"}");

        var refusal = assertThrows(PeerException.class, () -> store.find(SESSION.id()));

        assertEquals(Outcome.REFUSED, refusal.outcome());
        assertTrue(refusal.getMessage().contains(name), refusal::getMessage);
        assertFalse(refusal.getMessage().contains("hush"));
        assertEquals(1, server.requests().size());
    }

    @Test
    void aFailedConditionWithoutADoubtfulAttemptIsSomebodyElses() throws PeerException {
        // The item looks as if it were ours, but no attempt of ours can have written it.
        server.then(400, "", "{\"__type\":\"x#ConditionalCheckFailedException\"}");

        assertFalse(store.activate(SESSION.id(), new Session.Lease("l", "a"), SESSION.expiresAt()));
    }

    @Test
    void readsAreStronglyConsistent() throws PeerException {
        server.then(200, "", "{}");

        assertEquals(Optional.empty(), store.find(new SessionId("01k9000000000000000000000x")));

        assertTrue(server.requests().getFirst().contains("\"ConsistentRead\":true"));
    }
}
