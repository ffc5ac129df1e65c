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
import dev.daypass.functions.state.SessionStore.Claims;
import dev.daypass.functions.state.SessionStore.Intended;
import dev.daypass.functions.state.SessionStore.KeyClaim;
import dev.daypass.functions.state.SessionStore.TokenUse;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What DynamoDB answers when it is busy, at odds or unwell; the acceptance suite has what it answers when it is well. */
class DynamoSessionStoreTest {
    private static final Session SESSION = SessionItemTest.session(new Random(7));
    private static final String DONE = "{}";
    private static final String SLOT_HELD =
            "{\"__type\":\"x#TransactionCanceledException\",\"CancellationReasons\":[{\"Code\":\"None\"},"
                    + "{\"Code\":\"ConditionalCheckFailed\"}]}";

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

        assertInstanceOf(Intended.Written.class, store.intend(SESSION, Claims.of(5)));

        assertEquals(2, server.requests().size());
        assertEquals(1, new HashSet<>(server.requests()).size());
        assertTrue(server.requests()
                .getFirst()
                .contains("\"ClientRequestToken\":\"" + SESSION.id().text() + "-1\""));
    }

    @Test
    void aConflictBesideAFailedConditionIsTheConditionsFailure() throws PeerException {
        server.then(
                400,
                "",
                "{\"__type\":\"x#TransactionCanceledException\",\"CancellationReasons\":[{\"Code\":\"TransactionConflict\"},"
                        + "{\"Code\":\"None\"},{\"Code\":\"ConditionalCheckFailed\"}]}");
        var use = new TokenUse(SESSION.handle(), AwsFixtures.NOW);

        assertInstanceOf(
                Intended.TokenReplayed.class, store.intend(SESSION, new Claims(5, Optional.of(use), Optional.empty())));
    }

    @Test
    void aHeldSlotSendsTheVendToOneThatIsFree() throws PeerException {
        server.then(400, "", SLOT_HELD).then(200, "", slots(1, 2, 4, 5)).then(200, "", DONE);

        assertInstanceOf(Intended.Written.class, store.intend(SESSION, Claims.of(5)));

        var requests = server.requests();
        assertEquals(3, requests.size());
        assertTrue(requests.get(1).contains("DynamoDB_20120810.BatchGetItem"));
        assertTrue(requests.get(1).contains("\"ConsistentRead\":true"));
        assertTrue(requests.get(2).contains(slot(3)), requests.get(2));
        assertTrue(requests.get(2).contains("\"slot\":{\"N\":\"3\"}"), requests.get(2));
        assertTrue(requests.get(2)
                .contains("\"ClientRequestToken\":\"" + SESSION.id().text() + "-2\""));
    }

    @Test
    void aGrantWhoseSlotsAreAllHeldIsExhausted() throws PeerException {
        server.then(400, "", SLOT_HELD).then(200, "", slots(1, 2, 3, 4, 5));

        assertInstanceOf(Intended.SessionsExhausted.class, store.intend(SESSION, Claims.of(5)));
    }

    @Test
    void aSlotThatWasNotReadCountsAsHeld() throws PeerException {
        String unread = "{\"Responses\":{\"state\":[]},\"UnprocessedKeys\":{\"state\":{\"Keys\":[{\"pk\":{\"S\":\""
                + SessionItem.slotKey(SESSION.intent().grant(), 1) + "\"}}]}}}";
        server.then(400, "", SLOT_HELD).then(200, "", unread);

        assertInstanceOf(Intended.SessionsExhausted.class, store.intend(SESSION, Claims.of(1)));
    }

    @Test
    void aVendThatIsTooSlowEachTimeGivesUp() throws PeerException {
        for (int i = 0; i < 7; i++) {
            server.then(400, "", SLOT_HELD).then(200, "", slots(1, 2, 4, 5));
        }
        server.then(400, "", SLOT_HELD);

        assertInstanceOf(Intended.SessionsExhausted.class, store.intend(SESSION, Claims.of(5)));

        assertEquals(15, server.requests().size());
    }

    @Test
    void aHeldKeyIsToldBeforeAHeldSlot() throws PeerException {
        server.then(
                400,
                "",
                "{\"__type\":\"x#TransactionCanceledException\",\"CancellationReasons\":[{\"Code\":\"None\"},"
                        + "{\"Code\":\"ConditionalCheckFailed\"},{\"Code\":\"ConditionalCheckFailed\","
                        + "\"Item\":{\"heldBy\":{\"S\":\"01k9000000000000000000000x\"}}}]}");
        var key = new KeyClaim(SESSION.handle(), Optional.empty(), AwsFixtures.NOW);

        assertEquals(
                new Intended.KeyHeld(new SessionId("01k9000000000000000000000x")),
                store.intend(SESSION, new Claims(5, Optional.empty(), Optional.of(key))));
    }

    private static String slots(int... held) {
        return Arrays.stream(held)
                .mapToObj(DynamoSessionStoreTest::slot)
                .map(key -> "{" + key + ",\"heldBy\":{\"S\":\"01k9000000000000000000000x\"}}")
                .collect(Collectors.joining(",", "{\"Responses\":{\"state\":[", "]},\"UnprocessedKeys\":{}}"));
    }

    private static String slot(int number) {
        return "\"pk\":{\"S\":\"" + SessionItem.slotKey(SESSION.intent().grant(), number) + "\"}";
    }

    @Test
    void aTableThatStaysBusyHasDoneNothing() {
        String busy = "{\"__type\":\"x#ThrottlingException\"}";
        server.then(400, "", busy).then(400, "", busy).then(400, "", busy);

        var failure = assertThrows(PeerException.class, () -> store.intend(SESSION, Claims.of(5)));

        assertEquals(Outcome.NOT_DONE, failure.outcome());
    }

    @Test
    void anUnwellTableLeavesItUnknownUnlessTheSessionIsThere() {
        server.then(500, "", "").then(500, "", "").then(500, "", "").then(200, "", "{}");

        var failure = assertThrows(PeerException.class, () -> store.intend(SESSION, Claims.of(5)));

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
