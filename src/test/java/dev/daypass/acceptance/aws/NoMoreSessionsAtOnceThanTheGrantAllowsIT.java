package dev.daypass.acceptance.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.functions.aws.DynamoSessionStore;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.state.Session.End;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.functions.state.SessionStore.Claims;
import dev.daypass.functions.state.SessionStore.Intended;
import dev.daypass.functions.state.SessionStore.KeyClaim;
import dev.daypass.functions.state.SessionStore.TokenUse;
import dev.daypass.grant.GrantName;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionStatus;
import dev.daypass.testbed.FaultProxy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A grant's sessions at once, counted by slots: exactly as many as it allows, whoever asks at the same moment. */
@ExtendWith(OnAws.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NoMoreSessionsAtOnceThanTheGrantAllowsIT {
    private static final String TABLE = "slots-state";
    private static final int THREADS = 50;

    private AwsPeer aws;
    private DynamoDbClient dynamoDb;
    private AwsCredentials function;
    private SessionStore store;

    @BeforeAll
    void makeATable(AwsPeer peer) {
        aws = peer;
        dynamoDb = peer.dynamoDb();
        StateTable.make(dynamoDb, TABLE);
        function = peer.allowed(StateTable.RIGHTS);
        store = new DynamoSessionStore(aws.requests(function), Clock.systemUTC(), DynamoSessionStore.Options.of(TABLE));
    }

    @Test
    void ofFiftyVendsAtOnceExactlyTenAreLive() throws Exception {
        var grant = new GrantName("ten-of-fifty");
        var sessions = sessions(grant);

        var answers = Together.<Intended>times(THREADS, i -> () -> store.intend(sessions.get(i), Claims.of(10)));

        assertEquals(10, Collections.frequency(answers, new Intended.Written()));
        assertEquals(40, Collections.frequency(answers, new Intended.SessionsExhausted()));
        var slots = new HashSet<Integer>();
        for (var session : sessions) {
            var found = store.find(session.id());
            assertEquals(answers.get(sessions.indexOf(session)) instanceof Intended.Written, found.isPresent());
            found.ifPresent(live -> slots.add(live.slot().orElseThrow()));
        }
        assertEquals(10, slots.size(), "each in a slot of its own");
    }

    @Test
    void fiftyVendsFindTheirFiftySlots() throws Exception {
        var grant = new GrantName("fifty-of-fifty");
        var sessions = sessions(grant);

        var answers = Together.<Intended>times(THREADS, i -> () -> store.intend(sessions.get(i), Claims.of(THREADS)));

        assertEquals(THREADS, Collections.frequency(answers, new Intended.Written()));
    }

    @Test
    void whileSessionsEndAndBeginNeverMoreThanThreeAreLive() throws Exception {
        var grant = new GrantName("three-in-turn");
        var live = Collections.synchronizedList(new ArrayList<Session>());
        var most = Collections.synchronizedList(new ArrayList<Integer>());

        var made = Together.<Integer>times(8, i -> () -> {
            int mine = 0;
            for (int round = 0; round < 12; round++) {
                var session = Sessions.intended(now(), grant);
                if (store.intend(session, Claims.of(3)) instanceof Intended.Written) {
                    live.add(session);
                    most.add(live.size());
                    mine++;
                    live.remove(session);
                    end(session);
                }
            }
            return mine;
        });

        assertTrue(Collections.max(most) <= 3, () -> "live at once: " + Collections.max(most));
        int all = made.stream().mapToInt(Integer::intValue).sum();
        assertTrue(all > 3, () -> "slots are used again: " + all);
        assertEquals(List.of(), held(grant, 3));
    }

    @Test
    void aFullGrantTakesNothingAndSpendsNeitherTokenNorKey() throws PeerException {
        var grant = new GrantName("one-only");
        var first = Sessions.intended(now(), grant);
        store.intend(first, Claims.of(1));
        var use = new TokenUse(Sessions.digest("use full"), now().plusSeconds(600));
        var key = new KeyClaim(Sessions.digest("key full"), Optional.empty(), now().plusSeconds(600));
        var second = Sessions.intended(now(), grant);
        var claims = new Claims(1, Optional.of(use), Optional.of(key));

        assertInstanceOf(Intended.SessionsExhausted.class, store.intend(second, claims));
        assertEquals(Optional.empty(), store.find(second.id()));

        end(first);
        assertInstanceOf(Intended.Written.class, store.intend(second, claims));
    }

    @Test
    void aSessionHoldsItsSlotUntilItIsEnded() throws PeerException {
        var grant = new GrantName("until-ended");
        var first = Sessions.intended(now(), grant);
        store.intend(first, Claims.of(1));

        store.beginEnding(first.id(), new End(EndReason.EXPIRED, "sweep", now()));
        assertInstanceOf(Intended.SessionsExhausted.class, store.intend(Sessions.intended(now(), grant), Claims.of(1)));
        store.noteVerified(first.id(), now());
        assertInstanceOf(Intended.SessionsExhausted.class, store.intend(Sessions.intended(now(), grant), Claims.of(1)));
        store.ended(find(first), now().plusSeconds(600));

        assertInstanceOf(Intended.Written.class, store.intend(Sessions.intended(now(), grant), Claims.of(1)));
    }

    @Test
    void anEndedSessionGivesBackNoSlotOfAnothers() throws PeerException {
        var grant = new GrantName("not-anothers");
        var first = Sessions.intended(now(), grant);
        store.intend(first, Claims.of(1));
        var asItWas = find(first);
        end(first);
        var second = Sessions.intended(now(), grant);
        store.intend(second, Claims.of(1));

        store.ended(asItWas, now().plusSeconds(600));

        assertEquals(List.of(second.id().text()), held(grant, 1));
    }

    @Test
    void aSlotThatSomebodyTookByHandKeepsNoSessionFromItsEnd() throws PeerException {
        var grant = new GrantName("by-hand");
        var session = Sessions.intended(now(), grant);
        store.intend(session, Claims.of(1));
        dynamoDb.updateItem(u -> u.tableName(TABLE)
                .key(slot(grant, 1))
                .updateExpression("SET heldBy = :other")
                .expressionAttributeValues(Map.of(":other", AttributeValue.fromS("nobody"))));

        end(session);

        assertEquals(SessionStatus.ENDED, find(session).status());
        assertEquals(List.of("nobody"), held(grant, 1));
    }

    @Test
    void fewerSlotsInANewDocumentAreFilledFromThoseThatAreLeft() throws PeerException {
        var grant = new GrantName("lowered");
        var three = List.of(
                Sessions.intended(now(), grant), Sessions.intended(now(), grant), Sessions.intended(now(), grant));
        for (var session : three) {
            assertInstanceOf(Intended.Written.class, store.intend(session, Claims.of(3)));
        }
        assertInstanceOf(Intended.SessionsExhausted.class, store.intend(Sessions.intended(now(), grant), Claims.of(1)));
        for (var session : three) {
            end(session);
        }

        assertInstanceOf(Intended.Written.class, store.intend(Sessions.intended(now(), grant), Claims.of(1)));
        assertInstanceOf(Intended.SessionsExhausted.class, store.intend(Sessions.intended(now(), grant), Claims.of(1)));
    }

    @Test
    void aThousandSlotsAreSearchedForTheOneThatIsFree() throws PeerException {
        var grant = new GrantName("thousand");
        for (int i = 1; i <= 1000; i++) {
            if (i != 777) {
                int number = i;
                dynamoDb.putItem(p -> p.tableName(TABLE)
                        .item(Map.of(
                                "pk",
                                AttributeValue.fromS("slot#" + grant.text() + "#" + number),
                                "heldBy",
                                AttributeValue.fromS("somebody"))));
            }
        }
        var session = Sessions.intended(now(), grant);

        assertInstanceOf(Intended.Written.class, store.intend(session, Claims.of(1000)));

        assertEquals(777, find(session).slot().orElseThrow());
        assertInstanceOf(
                Intended.SessionsExhausted.class, store.intend(Sessions.intended(now(), grant), Claims.of(1000)));
    }

    @Test
    void aClosingWhoseAnswerWasLostGivesTheSlotBackOnce() throws Exception {
        var grant = new GrantName("lost-closing");
        var session = Sessions.intended(now(), grant);
        store.intend(session, Claims.of(1));
        store.beginEnding(session.id(), new End(EndReason.EXPIRED, "sweep", now()));
        store.noteVerified(session.id(), now());
        var before = find(session);
        try (var proxy = FaultProxy.before(
                new InetSocketAddress(aws.uri().getHost(), aws.uri().getPort()), Optional.empty())) {
            proxy.onAnswer(line -> true, () -> LockedBucketIT.passOn(proxy));
            var through = new DynamoSessionStore(
                    aws.requests(function, URI.create(proxy.httpAddress()), Duration.ofSeconds(10)),
                    Clock.systemUTC(),
                    new DynamoSessionStore.Options(TABLE, 2, Duration.ofMillis(10), Duration.ofMillis(400)));

            through.ended(before, now().plusSeconds(600));
        }

        assertEquals(SessionStatus.ENDED, find(session).status());
        assertEquals(List.of(), held(grant, 1));
    }

    private List<Session> sessions(GrantName grant) {
        return IntStream.range(0, THREADS)
                .mapToObj(i -> Sessions.intended(now(), grant))
                .toList();
    }

    private void end(Session session) throws PeerException {
        store.beginEnding(session.id(), new End(EndReason.REQUESTED, "agent-7", now()));
        store.ended(store.noteVerified(session.id(), now()), now().plusSeconds(600));
    }

    private Session find(Session session) throws PeerException {
        return store.find(session.id()).orElseThrow();
    }

    private List<String> held(GrantName grant, int slots) {
        return IntStream.rangeClosed(1, slots)
                .mapToObj(i -> dynamoDb.getItem(
                                g -> g.tableName(TABLE).consistentRead(true).key(slot(grant, i)))
                        .item())
                .filter(item -> item.containsKey("heldBy"))
                .map(item -> item.get("heldBy").s())
                .toList();
    }

    private static Map<String, AttributeValue> slot(GrantName grant, int number) {
        return Map.of("pk", AttributeValue.fromS("slot#" + grant.text() + "#" + number));
    }

    private static Instant now() {
        return Instant.now();
    }
}
