package dev.daypass.audit.forward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import dev.daypass.audit.intake.Payload;
import dev.daypass.audit.join.SessionFacts;
import dev.daypass.audit.join.Sessions;
import dev.daypass.audit.keys.RecordKey;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.parse.Parsers;
import dev.daypass.audit.redact.Redactor;
import dev.daypass.audit.store.MemoryBucket;
import dev.daypass.audit.store.MovingClock;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ForwarderTest {
    private static final SessionId SESSION = new SessionId("01k9z3v7q2m4n5p6r8s9t0v1w2");
    private static final SessionFacts FACTS = new SessionFacts(
            "agent:support-bot",
            Optional.of("team-support"),
            GrantName.parse("orders-support-read").orElseThrow(),
            new Sha256("ab".repeat(32)));
    private static final RecordKey KEY =
            RecordKey.parse(Base64.getEncoder().encodeToString(new byte[32])).orElseThrow();
    private static final Payload PAYLOAD = payload(
            statement("SELECT 1"),
            statement("SELECT * FROM cards WHERE pan = '4111 1111 1111 1111'"),
            "nothing that a parser knows");

    private final MemoryBucket bucket = new MemoryBucket(new MovingClock(Instant.parse("2026-11-23T03:00:00Z")));

    @Test
    void aPayloadBecomesOneObjectWithOneLineForEachLogEvent() throws IOException {
        var stored = forwarder().store(PAYLOAD);

        assertTrue(stored.isNew());
        assertEquals(List.of(stored.batch().key().text()), bucket.keys());
        assertEquals(3, lines(stored.batch().bytes()).size());
        assertEquals(
                Map.of(
                        "records", "3",
                        "redacted", "1",
                        "unparsed", "1",
                        "earliest", "1795403400000",
                        "latest", "1795403400002",
                        "forwarder", "test"),
                bucket.metadata(stored.batch().key().text()));
        assertTrue(
                stored.batch()
                        .key()
                        .text()
                        .startsWith(
                                "events/source=postgresql/region=eu-central-1/accountId=111122223333/eventDay=20261123/031000-"));
    }

    @Test
    void aStatementIsJoinedToWhoIsBehindItsLogin() throws IOException {
        String line = lines(forwarder().batch(PAYLOAD).bytes()).getFirst();

        assertTrue(line.contains("""
                "who":{"user":"dp_01k9z3v7q2m4n5p6r8s9t0v1w2","session":"01k9z3v7q2m4n5p6r8s9t0v1w2","agent":"agent:support-bot","owner":"team-support"}"""), line);
        assertTrue(line.contains("\"grant\":\"orders-support-read\""), line);
    }

    @Test
    void noCardNumberIsInTheObject() throws IOException {
        String line = lines(forwarder().batch(PAYLOAD).bytes()).get(1);

        assertFalse(line.replaceAll("[^0-9]", "").contains("4111111111111111"), line);
        assertTrue(line.contains("pan:"), line);
    }

    @Test
    void whatNoParserKnowsIsKept() throws IOException {
        String line = lines(forwarder().batch(PAYLOAD).bytes()).get(2);

        assertTrue(line.contains("\"raw_data\":\"nothing that a parser knows\""), line);
        assertTrue(line.contains("\"what\":\"unparsed\""), line);
    }

    @Test
    void aHundredDeliveriesAtOnceLeaveOneObject() throws Exception {
        var forwarder = forwarder();
        var deliveries = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 100; i++) {
            deliveries.add(() -> forwarder.store(PAYLOAD).isNew());
        }
        int news = 0;
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var delivery : threads.invokeAll(deliveries)) {
                news += delivery.get() ? 1 : 0;
            }
        }

        assertEquals(1, news);
        assertEquals(1, bucket.keys().size());
    }

    @Test
    void aSecondProgramGivesTheSameBytes() {
        assertArrayEquals(
                forwarder().batch(PAYLOAD).bytes(), forwarder().batch(PAYLOAD).bytes());
    }

    @Test
    void theSameLinesAsOtherLogEventsAreAnotherObject() {
        var other = new Payload("g", "s", List.of(event("x", 0, 0, statement("SELECT 1"))));
        var one = new Payload("g", "s", List.of(event("y", 0, 0, statement("SELECT 1"))));
        forwarder().store(other);
        forwarder().store(one);

        assertEquals(2, bucket.keys().size());
    }

    @Test
    void anAnswerThatWasLostIsNoSecondObject() {
        bucket.afterCreate(key -> {
            throw new IllegalStateException("no answer");
        });
        assertThrows(IllegalStateException.class, () -> forwarder().store(PAYLOAD));
        bucket.afterCreate(key -> {});

        assertFalse(forwarder().store(PAYLOAD).isNew());
        assertEquals(1, bucket.keys().size());
    }

    @Test
    void aRequestThatNeverArrivedLeavesNothing() {
        bucket.beforeCreate(key -> {
            throw new IllegalStateException("not sent");
        });

        assertThrows(IllegalStateException.class, () -> forwarder().store(PAYLOAD));
        assertEquals(List.of(), bucket.keys());
    }

    @Test
    void theSameRecordsInOtherBytesAreTheSamePayload() {
        var batch = forwarder().batch(PAYLOAD);
        byte[] plain = Zstd.decompress(batch.bytes(), 1 << 20);
        bucket.create(batch.key(), Zstd.compress(plain, 9), "application/zstd", Map.of());

        assertFalse(forwarder().store(PAYLOAD).isNew());
    }

    @Test
    void anotherObjectUnderThePayloadsNameIsNeverTakenForIt() {
        var batch = forwarder().batch(PAYLOAD);
        byte[] other = forwarder().batch(payload(statement("SELECT 2"))).bytes();
        bucket.create(batch.key(), other, "application/zstd", Map.of());

        var refusal = assertThrows(OtherObjectException.class, () -> forwarder().store(PAYLOAD));
        assertTrue(
                String.valueOf(refusal.getMessage()).contains("holds other records than the payload of its name"),
                refusal.getMessage());
    }

    @Test
    void bytesThatAreNoObjectAtAllAreNeverTakenForIt() {
        bucket.create(forwarder().batch(PAYLOAD).key(), new byte[] {1, 2, 3}, "application/zstd", Map.of());

        assertThrows(OtherObjectException.class, () -> forwarder().store(PAYLOAD));
    }

    @Test
    void aLoginWithoutAnIntentIsAFinding() throws IOException {
        var batch = forwarder(session -> Optional.empty()).batch(PAYLOAD);

        assertEquals(2, batch.findings().size());
        assertTrue(lines(batch.bytes()).getFirst().contains("\"finding\":\"login_without_intent\""));
    }

    @Test
    void aSessionThatCannotBeLookedUpNowIsNotStoredWithoutItsAgent() {
        var forwarder = forwarder(session -> {
            throw new IllegalStateException("state does not answer");
        });

        assertThrows(IllegalStateException.class, () -> forwarder.store(PAYLOAD));
        assertEquals(List.of(), bucket.keys());
    }

    @Test
    void aLoginsNameThatIsASessionsAndHoldsACardNumberIsNotKept() throws IOException {
        var attempt = payload("""
                {"timestamp":"2026-11-23 03:10:00.123 UTC","user":"dp_4929478218423216aaaaaaaaaa","dbname":"app","session_id":"6b03.7818","line_num":2,\
                "error_severity":"FATAL","state_code":"28P01","message":"password authentication failed for user \\"dp_4929478218423216aaaaaaaaaa\\""}""");

        String line = lines(forwarder().batch(attempt).bytes()).getFirst();
        assertFalse(line.contains("4929478218423216"), line);
    }

    @Test
    void thousandsOfLoginsThatAreNoSessionsAreLookedUpTogetherAndEachOnce() {
        var texts = new ArrayList<String>();
        for (int i = 0; i < 2_000; i++) {
            String login = "dp_01k9z3v7q2m4n5p6r8s9t" + Integer.toString(10_000 + i % 1_000, 10);
            texts.add(statement("SELECT 1").replace("dp_" + SESSION.text(), login));
        }
        var asked = new AtomicInteger();
        var together = new CountDownLatch(8);
        var forwarder = forwarder(session -> {
            asked.incrementAndGet();
            together.countDown();
            try {
                // One after the other they would never be eight.
                assertTrue(together.await(30, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Optional.empty();
        });

        assertEquals(
                2_000,
                forwarder
                        .batch(payload(texts.toArray(String[]::new)))
                        .findings()
                        .size());
        assertEquals(1_000, asked.get());
    }

    @Test
    void aBatchInAnyOrderIsNamedAfterItsEarliestEvent() {
        var late = new Payload("g", "s", List.of(event("1", 0, 5_000, "a"), event("2", 1, 0, "b")));

        assertTrue(forwarder().batch(late).key().text().contains("/031000-"));
    }

    private Forwarder forwarder() {
        return forwarder(session -> session.equals(SESSION) ? Optional.of(FACTS) : Optional.empty());
    }

    private Forwarder forwarder(Sessions sessions) {
        return new Forwarder(
                Source.POSTGRESQL,
                new Place("eu-central-1", "111122223333"),
                Parsers.of(Source.POSTGRESQL),
                new Redactor(KEY.pan()),
                KEY,
                sessions,
                bucket,
                "test");
    }

    private static Payload payload(String... texts) {
        var events = new ArrayList<LogEvent>();
        for (var text : texts) {
            events.add(event("id" + events.size(), events.size(), events.size(), text));
        }
        return new Payload("g", "s", events);
    }

    private static LogEvent event(String id, int index, long later, String text) {
        return new LogEvent(
                Source.POSTGRESQL,
                "g",
                "s",
                id,
                Instant.parse("2026-11-23T03:10:00Z").plusMillis(later),
                index,
                text);
    }

    private static String statement(String sql) {
        return """
                {"timestamp":"2026-11-23 03:10:00.123 UTC","user":"dp_01k9z3v7q2m4n5p6r8s9t0v1w2","dbname":"app","pid":1,"remote_host":"127.0.0.1",\
                "remote_port":40112,"session_id":"6b03.7818","line_num":4,"ps":"SELECT","error_severity":"LOG","message":"statement: %s"}""".formatted(sql);
    }

    private static List<String> lines(byte[] object) throws IOException {
        try (var in = new ZstdInputStream(new ByteArrayInputStream(object))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
