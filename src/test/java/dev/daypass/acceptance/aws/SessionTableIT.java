package dev.daypass.acceptance.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.functions.aws.DynamoSessionStore;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.state.Session.End;
import dev.daypass.functions.state.Session.Lease;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.functions.state.SessionStore.Claims;
import dev.daypass.functions.state.SessionStore.Intended;
import dev.daypass.functions.state.SessionStore.KeyClaim;
import dev.daypass.functions.state.SessionStore.TokenUse;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import dev.daypass.testbed.FaultProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What durable state promises, through {@link DynamoSessionStore} and a real endpoint. */
@ExtendWith(OnAws.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionTableIT {
    private static final String TABLE = "adapter-state";
    private static final int THREADS = 20;
    /** More sessions than these tests ever leave open. */
    private static final int MANY = 1000;

    private static final Lease LEASE = new Lease("database/creds/orders-read/abc", "accessor-1");

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
        store = store(Clock.systemUTC());
    }

    @Test
    void aSessionIsReadBackAsItWasIntended() throws PeerException {
        // Nanoseconds too: the ending's bytes are made from what is read back.
        var full = Sessions.intended(Instant.parse("2026-11-23T01:02:03.123456789Z"));
        var bare = Sessions.bare(Instant.parse("2026-11-23T01:02:03Z"));

        intend(full);
        intend(bare);

        assertEquals(full, withoutSlot(find(full)));
        assertEquals(bare, withoutSlot(find(bare)));
    }

    @Test
    void anUnknownSessionIsNotFound() throws PeerException {
        assertEquals(Optional.empty(), store.find(SessionId.create(Instant.now(), new SecureRandom())));
    }

    @Test
    void aSessionRunsThroughItsWholeLife() throws PeerException {
        var session = Sessions.intended(now());
        intend(session);
        var expires = session.expiresAt().minusSeconds(1);
        assertTrue(store.activate(session.id(), LEASE, expires));
        var active = find(session);
        assertEquals(SessionStatus.ACTIVE, active.status());
        assertEquals(Optional.of(LEASE), active.lease());
        assertEquals(expires, active.expiresAt());

        assertTrue(store.extend(find(session), expires.plusSeconds(60)));
        assertEquals(expires.plusSeconds(60), find(session).expiresAt());

        var end = new End(EndReason.REQUESTED, "agent-7", now());
        assertEquals(
                SessionStatus.ENDING,
                store.beginEnding(session.id(), end).orElseThrow().status());
        assertEquals(Optional.of(end), find(session).end());

        var verified = now();
        assertEquals(
                Optional.of(verified),
                store.noteVerified(session.id(), verified).verifiedAt());
        store.ended(find(session), verified.plus(Duration.ofDays(1)));

        var ended = find(session);
        assertEquals(SessionStatus.ENDED, ended.status());
        assertEquals(Optional.of(verified), ended.verifiedAt());
        assertEquals(session.intent(), ended.intent());
        assertEquals(session.handle(), ended.handle());
    }

    @Test
    void aSingleUseTokenIsTakenOnceAndItsSecondSessionIsNotWritten() throws PeerException {
        var use = use("once", now().plusSeconds(600));
        var first = Sessions.intended(now());
        var second = Sessions.intended(now());
        assertInstanceOf(
                Intended.Written.class, store.intend(first, new Claims(MANY, Optional.of(use), Optional.empty())));

        assertInstanceOf(
                Intended.TokenReplayed.class,
                store.intend(second, new Claims(MANY, Optional.of(use), Optional.empty())));

        assertEquals(Optional.empty(), store.find(second.id()));
    }

    @Test
    void aReplayedTokenIsToldBeforeAHeldKey() throws PeerException {
        var use = use("both", now().plusSeconds(600));
        var claim = claim("both", Optional.empty(), now().plusSeconds(600));
        store.intend(Sessions.intended(now()), new Claims(MANY, Optional.of(use), Optional.of(claim)));

        assertInstanceOf(
                Intended.TokenReplayed.class,
                store.intend(Sessions.intended(now()), new Claims(MANY, Optional.of(use), Optional.of(claim))));
    }

    @Test
    void aHeldKeyNamesItsHolderAndTheTokenIsNotUsedUp() throws PeerException {
        var holder = Sessions.intended(now());
        var claim = claim("held", Optional.empty(), now().plusSeconds(600));
        store.intend(holder, new Claims(MANY, Optional.empty(), Optional.of(claim)));
        var use = use("unspent", now().plusSeconds(600));
        var second = Sessions.intended(now());

        var answer = store.intend(second, new Claims(MANY, Optional.of(use), Optional.of(claim)));

        assertEquals(new Intended.KeyHeld(holder.id()), answer);
        assertEquals(Optional.empty(), store.find(second.id()));
        assertInstanceOf(
                Intended.Written.class,
                store.intend(Sessions.intended(now()), new Claims(MANY, Optional.of(use), Optional.empty())));
    }

    @Test
    void aKeyIsTakenOverFromTheSessionThatIsNamedAndFromNoOther() throws PeerException {
        var first = Sessions.intended(now());
        var second = Sessions.intended(now());
        var third = Sessions.intended(now());
        var until = now().plusSeconds(600);
        store.intend(first, new Claims(MANY, Optional.empty(), Optional.of(claim("moved", Optional.empty(), until))));

        assertInstanceOf(
                Intended.Written.class,
                store.intend(
                        second,
                        new Claims(
                                MANY, Optional.empty(), Optional.of(claim("moved", Optional.of(first.id()), until)))));

        assertEquals(
                new Intended.KeyHeld(second.id()),
                store.intend(
                        third,
                        new Claims(
                                MANY, Optional.empty(), Optional.of(claim("moved", Optional.of(first.id()), until)))));
    }

    @Test
    void anItemPastItsTimeCountsAsGoneAlthoughItIsStillThere() throws PeerException {
        var noon = Instant.parse("2026-11-23T12:00:00Z");
        var use = use("late", noon);
        var claim = claim("late", Optional.empty(), noon);
        var before = store(Clock.fixed(noon.minusSeconds(60), ZoneOffset.UTC));
        before.intend(Sessions.intended(noon), new Claims(MANY, Optional.of(use), Optional.of(claim)));

        // A second before its end it still counts, at its end it does not.
        var secondBefore = store(Clock.fixed(noon.minusSeconds(1), ZoneOffset.UTC));
        assertInstanceOf(
                Intended.TokenReplayed.class,
                secondBefore.intend(Sessions.intended(noon), new Claims(MANY, Optional.of(use), Optional.empty())));
        assertInstanceOf(
                Intended.KeyHeld.class,
                secondBefore.intend(Sessions.intended(noon), new Claims(MANY, Optional.empty(), Optional.of(claim))));
        var at = store(Clock.fixed(noon, ZoneOffset.UTC));
        assertInstanceOf(
                Intended.Written.class,
                at.intend(Sessions.intended(noon), new Claims(MANY, Optional.of(use), Optional.of(claim))));
    }

    @Test
    void onlyAnEndedSessionMayBeForgottenButTokensAndKeysFromTheStart() throws PeerException {
        var session = Sessions.intended(now());
        var forget = Instant.parse("2026-12-01T00:00:00.5Z");
        store.intend(
                session,
                new Claims(MANY, Optional.of(use("ttl", forget)), Optional.of(claim("ttl", Optional.empty(), forget))));
        // Rounded up: never before its time.
        var expires = AttributeValue.fromN(Long.toString(forget.getEpochSecond() + 1));
        assertEquals(expires, item("use#" + Sessions.digest("use ttl").hex()).get("expireAt"));
        assertEquals(expires, item("key#" + Sessions.digest("key ttl").hex()).get("expireAt"));
        assertFalse(item("session#" + session.id().text()).containsKey("expireAt"));
        assertTrue(item("session#" + session.id().text()).containsKey("openShard"));

        store.beginEnding(session.id(), end(now()));
        store.noteVerified(session.id(), now());
        assertFalse(item("session#" + session.id().text()).containsKey("expireAt"));
        store.ended(find(session), forget);

        var ended = item("session#" + session.id().text());
        assertEquals(expires, ended.get("expireAt"));
        assertFalse(ended.containsKey("openShard") || ended.containsKey("dueAt"));
        var ttl = dynamoDb.describeTimeToLive(t -> t.tableName(TABLE)).timeToLiveDescription();
        assertEquals("expireAt", ttl.attributeName());
    }

    @Test
    void nothingIsActivatedAfterItsEndingBegan() throws PeerException {
        var session = Sessions.intended(now());
        intend(session);
        store.beginEnding(session.id(), end(now()));

        assertFalse(store.activate(session.id(), LEASE, session.expiresAt()));

        assertEquals(SessionStatus.ENDING, find(session).status());
        assertEquals(Optional.empty(), find(session).lease());
    }

    @Test
    void aLeaseIsExtendedOnlyFromWhereItIs() throws PeerException {
        var session = active();
        var expires = session.expiresAt();
        assertTrue(store.extend(session, expires.plusSeconds(30)));

        assertFalse(store.extend(session, expires.plusSeconds(60)));

        assertEquals(expires.plusSeconds(30), find(session).expiresAt());
    }

    @Test
    void aRenewalIsCountedEvenIfTheLeaseEndsWhereItDid() throws PeerException {
        var session = active();

        assertTrue(store.extend(session, session.expiresAt()));
        assertFalse(store.extend(session, session.expiresAt()));

        assertEquals(1, find(session).renewed());
        assertEquals(session.expiresAt(), find(session).expiresAt());
    }

    @Test
    void theFirstReasonAndTheFirstReadingStay() throws PeerException {
        var session = active();
        var first = new End(EndReason.REQUESTED, "agent-7", now());
        store.beginEnding(session.id(), first);

        var after = store.beginEnding(session.id(), new End(EndReason.OPERATOR, "arn", now().plusSeconds(5)));
        assertEquals(Optional.of(first), after.orElseThrow().end());

        var read = now();
        store.noteVerified(session.id(), read);
        assertEquals(
                Optional.of(read),
                store.noteVerified(session.id(), read.plusSeconds(9)).verifiedAt());
        store.ended(find(session), now().plusSeconds(60));
        assertEquals(
                Optional.of(read),
                store.noteVerified(session.id(), read.plusSeconds(9)).verifiedAt());
        store.ended(find(session), now().plusSeconds(60));
        assertEquals(
                SessionStatus.ENDED,
                store.beginEnding(session.id(), first).orElseThrow().status());
    }

    @Test
    void anEndingOfAnUnknownSessionFindsNothing() throws PeerException {
        var unknown = SessionId.create(Instant.now(), new SecureRandom());

        assertEquals(Optional.empty(), store.beginEnding(unknown, end(now())));
        var refusal = assertThrows(PeerException.class, () -> store.noteVerified(unknown, now()));
        assertEquals(Outcome.REFUSED, refusal.outcome());
    }

    @Test
    void nothingIsClosedBeforeTheCatalogWasRead() throws PeerException {
        var session = active();
        store.beginEnding(session.id(), end(now()));

        var refusal = assertThrows(PeerException.class, () -> store.ended(find(session), now()));

        assertEquals(Outcome.REFUSED, refusal.outcome());
        assertEquals(SessionStatus.ENDING, find(session).status());
    }

    @Test
    void ofTwentyVendsWithOneTokenOneIsWritten() throws Exception {
        var use = use("race " + System.nanoTime(), now().plusSeconds(600));
        var sessions = IntStream.range(0, THREADS)
                .mapToObj(i -> Sessions.intended(now()))
                .toList();

        var answers = Together.<Intended>times(
                THREADS,
                i -> () -> store.intend(sessions.get(i), new Claims(MANY, Optional.of(use), Optional.empty())));

        assertEquals(1, Collections.frequency(answers, new Intended.Written()));
        assertEquals(THREADS - 1, Collections.frequency(answers, new Intended.TokenReplayed()));
        int written = 0;
        for (var session : sessions) {
            written += store.find(session.id()).isPresent() ? 1 : 0;
        }
        assertEquals(1, written);
    }

    @Test
    void ofTwentyVendsWithOneKeyOneIsWrittenAndTheOthersLearnWhich() throws Exception {
        var claim = claim("race " + System.nanoTime(), Optional.empty(), now().plusSeconds(600));
        var sessions = IntStream.range(0, THREADS)
                .mapToObj(i -> Sessions.intended(now()))
                .toList();

        var answers = Together.<Intended>times(
                THREADS,
                i -> () -> store.intend(sessions.get(i), new Claims(MANY, Optional.empty(), Optional.of(claim))));

        assertEquals(1, Collections.frequency(answers, new Intended.Written()));
        var winner = sessions.get(answers.indexOf(new Intended.Written())).id();
        assertEquals(THREADS - 1, Collections.frequency(answers, new Intended.KeyHeld(winner)));
    }

    @Test
    void ofTwentyActivationsOneWins() throws Exception {
        var session = Sessions.intended(now());
        intend(session);

        var won = Together.<Boolean>times(
                THREADS,
                i -> () -> store.activate(session.id(), new Lease("lease-" + i, "accessor-" + i), session.expiresAt()));

        assertEquals(1, Collections.frequency(won, true));
        assertEquals(
                "lease-" + won.indexOf(true),
                find(session).lease().orElseThrow().leaseId());
    }

    @Test
    void ofTwentyExtensionsOneWins() throws Exception {
        var session = active();
        var expires = session.expiresAt();

        var won = Together.<Boolean>times(THREADS, i -> () -> store.extend(session, expires.plusSeconds(1 + i)));

        assertEquals(1, Collections.frequency(won, true));
        assertEquals(expires.plusSeconds(1 + won.indexOf(true)), find(session).expiresAt());
        assertEquals(1, find(session).renewed());
    }

    @Test
    void ofTwentyEndingsOneReasonStaysAndAllLearnIt() throws Exception {
        var session = active();
        var at = now();

        var seen = Together.<End>times(
                THREADS,
                i -> () -> store.beginEnding(session.id(), new End(EndReason.OPERATOR, "operator-" + i, at))
                        .orElseThrow()
                        .end()
                        .orElseThrow());

        assertEquals(1, new HashSet<>(seen).size());
        assertEquals(Optional.of(seen.getFirst()), find(session).end());
    }

    @Test
    void ofTwentyReadingsOneStaysAndAllLearnIt() throws Exception {
        var session = active();
        store.beginEnding(session.id(), end(now()));
        var at = now();

        var seen = Together.<Instant>times(
                THREADS,
                i -> () -> store.noteVerified(session.id(), at.plusSeconds(i))
                        .verifiedAt()
                        .orElseThrow());

        assertEquals(1, new HashSet<>(seen).size());
    }

    @Test
    void anActivationAndAnEndingAtOnceNeverLeaveAnActiveSessionThatIsToEnd() throws Exception {
        for (int round = 0; round < 10; round++) {
            var session = Sessions.intended(now());
            intend(session);

            var results = Together.<Object>times(
                    2,
                    i -> i == 0
                            ? () -> store.activate(session.id(), LEASE, session.expiresAt())
                            : () -> store.beginEnding(session.id(), end(now())).orElseThrow());

            // Whoever came first, it is to end; and its lease is known exactly if the activation says that it won.
            var after = find(session);
            assertEquals(SessionStatus.ENDING, after.status());
            assertEquals(results.getFirst(), after.lease().isPresent());
        }
    }

    @Test
    void openListsWhatIsDueAndWantedAndNothingElse() throws PeerException {
        // A time of its own, so that the other tests' sessions are not due.
        var then = Instant.parse("2001-01-01T00:00:00Z");
        var intended = Sessions.intended(then);
        var active = Sessions.intended(then);
        var later = Sessions.intended(then.plusMillis(1));
        var ended = Sessions.intended(then);
        for (var session : List.of(intended, active, later, ended)) {
            intend(session);
        }
        store.activate(active.id(), LEASE, then.plusSeconds(600));
        store.beginEnding(ended.id(), end(then));
        assertEquals(ids(intended, ended), ids(store.open(then, s -> true, 100)));
        store.noteVerified(ended.id(), then);
        store.ended(find(ended), now().plusSeconds(600));

        assertEquals(ids(intended), ids(store.open(then, s -> true, 100)));
        assertEquals(ids(intended, later), ids(store.open(then.plusMillis(1), s -> true, 100)));
        assertEquals(ids(intended, later, active), ids(store.open(then.plusSeconds(600), s -> true, 100)));
        assertEquals(ids(active), ids(store.open(then.plusSeconds(600), s -> s.status() == SessionStatus.ACTIVE, 100)));
        assertEquals(1, store.open(then.plusSeconds(600), s -> true, 1).size());
        for (var session : List.of(intended, active, later)) {
            close(session);
        }
        assertEquals(List.of(), store.open(then.plusSeconds(600), s -> true, 100));
    }

    @Test
    void openReadsOnBeyondOnePageOfAShard() throws PeerException {
        var then = Instant.parse("2000-01-01T00:00:00Z");
        // All in one shard, and more than three of its pages.
        var sessions = Stream.generate(() -> Sessions.bare(then))
                .filter(s -> s.id().text().charAt(25) == '8')
                .limit(80)
                .toList();
        for (var session : sessions) {
            intend(session);
        }

        assertEquals(ids(sessions), ids(store.open(then, s -> true, 1000)));
        assertEquals(
                ids(sessions.get(79)),
                ids(store.open(then, s -> s.id().equals(sessions.get(79).id()), 1000)));
        for (var session : sessions) {
            close(session);
        }
    }

    @Test
    void oneDamagedItemHidesNoOtherSessionAndIsToldOnceTheyAreDone() throws PeerException {
        var then = Instant.parse("1999-01-01T00:00:00Z");
        var good = Sessions.bare(then);
        var damaged = Sessions.bare(then);
        intend(good);
        intend(damaged);
        dynamoDb.updateItem(u -> u.tableName(TABLE).key(keyOf(damaged)).updateExpression("REMOVE requestId"));

        assertEquals(ids(good), ids(store.open(then, s -> true, 100)));
        close(good);
        var told = assertThrows(PeerException.class, () -> store.open(then, s -> true, 100));

        assertTrue(told.getMessage().contains(damaged.id().text()), told::getMessage);
        dynamoDb.deleteItem(d -> d.tableName(TABLE).key(keyOf(damaged)));
    }

    @Test
    void anIntentWhoseAnswerWasLostIsWrittenOnceAndItsTokenIsNotTakenForReplayed() throws Exception {
        try (var proxy = proxy()) {
            var session = Sessions.intended(now());
            proxy.onAnswer(line -> true, () -> LockedBucketIT.passOn(proxy));

            var answer = throughProxy(proxy)
                    .intend(
                            session,
                            new Claims(
                                    MANY,
                                    Optional.of(use("lost " + session.id(), now().plusSeconds(600))),
                                    Optional.of(
                                            claim("lost " + session.id(), Optional.empty(), now().plusSeconds(600)))));

            assertInstanceOf(Intended.Written.class, answer);
            assertEquals(session, withoutSlot(find(session)));
            assertEquals(
                    AttributeValue.fromS(session.id().text()),
                    item("slot#orders-read#" + find(session).slot().orElseThrow())
                            .get("heldBy"));
        }
    }

    @Test
    void anActivationWhoseAnswerWasLostIsStillOurs() throws Exception {
        try (var proxy = proxy()) {
            var session = Sessions.intended(now());
            intend(session);
            proxy.onAnswer(line -> true, () -> LockedBucketIT.passOn(proxy));

            assertTrue(throughProxy(proxy).activate(session.id(), LEASE, session.expiresAt()));

            assertEquals(SessionStatus.ACTIVE, find(session).status());
        }
    }

    @Test
    void anExtensionAndAnEndingWhoseAnswersWereLostAreStillOurs() throws Exception {
        try (var proxy = proxy()) {
            var session = active();
            var to = session.expiresAt().plusSeconds(60);
            proxy.onAnswer(line -> true, () -> LockedBucketIT.passOn(proxy));
            assertTrue(throughProxy(proxy).extend(session, to));

            var end = end(now());
            proxy.onAnswer(line -> true, () -> LockedBucketIT.passOn(proxy));
            assertEquals(
                    Optional.of(end),
                    throughProxy(proxy)
                            .beginEnding(session.id(), end)
                            .orElseThrow()
                            .end());
        }
    }

    @Test
    void aTableThatNeverAnswersLeavesTheOutcomeUnknown() throws Exception {
        try (var proxy = proxy()) {
            proxy.swallow(line -> true);

            var failure = assertThrows(
                    PeerException.class, () -> throughProxy(proxy).intend(Sessions.intended(now()), Claims.of(MANY)));

            assertEquals(Peer.STATE, failure.peer());
            assertEquals(Outcome.UNKNOWN, failure.outcome());
        }
    }

    @Test
    void aTableThatIsNotThereHasDoneNothing() throws Exception {
        try (var proxy = proxy()) {
            proxy.refuse();

            var failure = assertThrows(
                    PeerException.class, () -> throughProxy(proxy).intend(Sessions.intended(now()), Claims.of(MANY)));

            assertEquals(Outcome.NOT_DONE, failure.outcome());
        }
    }

    @Test
    void aFunctionWithoutTheRightIsRefused() {
        aws.mustBeAbleTo(AwsPeer.Ability.ENFORCES_POLICIES, "a function without the right is refused by the table");
        var reader = new DynamoSessionStore(
                aws.requests(aws.allowed("dynamodb:GetItem")), Clock.systemUTC(), DynamoSessionStore.Options.of(TABLE));

        var refusal = assertThrows(PeerException.class, () -> reader.intend(Sessions.intended(now()), Claims.of(MANY)));

        assertEquals(Outcome.REFUSED, refusal.outcome());
        assertTrue(refusal.getMessage().contains("AccessDeniedException"), refusal::getMessage);
    }

    private SessionStore store(Clock clock) {
        return new DynamoSessionStore(aws.requests(function), clock, DynamoSessionStore.Options.of(TABLE));
    }

    private SessionStore throughProxy(FaultProxy proxy) {
        var options = new DynamoSessionStore.Options(TABLE, 2, Duration.ofMillis(10), Duration.ofMillis(400));
        return new DynamoSessionStore(
                aws.requests(function, URI.create(proxy.httpAddress()), Duration.ofSeconds(10)),
                Clock.systemUTC(),
                options);
    }

    private FaultProxy proxy() throws IOException {
        return FaultProxy.before(
                new InetSocketAddress(aws.uri().getHost(), aws.uri().getPort()), Optional.empty());
    }

    private void intend(Session session) throws PeerException {
        assertInstanceOf(Intended.Written.class, store.intend(session, Claims.of(MANY)));
    }

    /** Before state gave it one. */
    private static Session withoutSlot(Session session) {
        return new Session(
                session.intent(),
                session.handle(),
                session.status(),
                session.expiresAt(),
                session.renewed(),
                session.statementTimeout(),
                OptionalInt.empty(),
                session.lease(),
                session.end(),
                session.verifiedAt());
    }

    private Session active() throws PeerException {
        var session = Sessions.intended(now());
        intend(session);
        assertTrue(store.activate(session.id(), LEASE, session.expiresAt()));
        return find(session);
    }

    private void close(Session session) throws PeerException {
        store.beginEnding(session.id(), end(now()));
        store.noteVerified(session.id(), now());
        store.ended(find(session), now().plusSeconds(600));
    }

    private Session find(Session session) throws PeerException {
        return store.find(session.id()).orElseThrow();
    }

    private Map<String, AttributeValue> item(String key) {
        return dynamoDb.getItem(
                        g -> g.tableName(TABLE).consistentRead(true).key(Map.of("pk", AttributeValue.fromS(key))))
                .item();
    }

    private static Map<String, AttributeValue> keyOf(Session session) {
        return Map.of("pk", AttributeValue.fromS("session#" + session.id().text()));
    }

    private static TokenUse use(String name, Instant forgetAt) {
        return new TokenUse(Sessions.digest("use " + name), forgetAt);
    }

    private static KeyClaim claim(String name, Optional<SessionId> replaces, Instant forgetAt) {
        return new KeyClaim(Sessions.digest("key " + name), replaces, forgetAt);
    }

    private static End end(Instant at) {
        return new End(EndReason.REQUESTED, "agent-7", at);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Set<SessionId> ids(Session... sessions) {
        return ids(List.of(sessions));
    }

    private static Set<SessionId> ids(List<Session> sessions) {
        var ids = new HashSet<SessionId>();
        for (var session : sessions) {
            assertTrue(ids.add(session.id()), "listed twice");
        }
        return ids;
    }
}
