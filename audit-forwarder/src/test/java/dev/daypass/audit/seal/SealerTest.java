package dev.daypass.audit.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.Seal.Totals;
import dev.daypass.audit.store.LockedStore;
import dev.daypass.audit.store.MemoryBucket;
import dev.daypass.audit.store.MovingClock;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SealerTest {
    private static final Place PLACE = new Place("eu-central-1", "111122223333");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Source SOURCE = Source.POSTGRESQL;

    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-23T03:00:00Z"));
    private final MemoryBucket evidence = new MemoryBucket(clock);
    private final MemoryBucket heads = new MemoryBucket(clock);
    private final LocalSigner signer = LocalSigner.generate();
    private final Sealer sealer = sealer();
    private int objects;

    @Test
    void aPeriodWithoutObjectsIsSealedAsWell() {
        var seal = sealer.seal(SOURCE).seal().orElseThrow();

        assertEquals(1, seal.number());
        assertEquals(Seal.NONE, seal.previous());
        assertEquals(List.of(), seal.objects());
    }

    @Test
    void aSealNamesWhatCameSinceTheOneBefore() throws FormatException {
        sealer.seal(SOURCE);
        clock.pass(Duration.ofSeconds(20));
        String first = put(clock.instant(), "12", "3", "1");
        clock.pass(MINUTE);
        var second = sealer.seal(SOURCE).seal().orElseThrow();
        clock.pass(MINUTE);
        var third = sealer.seal(SOURCE).seal().orElseThrow();

        assertEquals(List.of(first), keys(second));
        assertEquals(new Totals(1, 12, 3, 1), second.counters());
        assertEquals(List.of(), keys(third));
        assertEquals(new Totals(1, 12, 3, 1), third.totals());
        assertEquals(second.to(), third.from());
        byte[] object = evidence.only(ObjectKey.seal(SOURCE, PLACE, 2)).orElseThrow();
        assertEquals(Sha256.of(object), third.previous());
        assertEquals(PublicKeys.Signed.GOOD, Envelope.parse(object).verify(publicKeys()));
        assertEquals(second, SealJson.read(Envelope.parse(object).payload()).seal());
    }

    @Test
    void anObjectNamedAfterYesterdayIsSealedByTheNextLongLook() {
        for (int i = 0; i < 5; i++) {
            sealer.seal(SOURCE);
            clock.pass(MINUTE);
        }
        String late = put(clock.instant().minus(Duration.ofHours(30)), "1", "0", "0");
        var sealed = new ArrayList<Long>();
        for (int i = 0; i < 30; i++) {
            clock.pass(MINUTE);
            var seal = sealer.seal(SOURCE).seal().orElseThrow();
            if (keys(seal).contains(late)) {
                sealed.add(seal.number());
            }
        }

        assertEquals(List.of(7L), sealed);
    }

    @Test
    void everyObjectIsSealedOnceHoweverLateAndHoweverOftenTheSealerIsStartedAnew() {
        var random = new Random(20261123);
        var put = new HashSet<String>();
        var sealed = new ArrayList<String>();
        var current = sealer;
        for (int minute = 0; minute < 300; minute++) {
            for (int i = random.nextInt(4); i > 0; i--) {
                clock.pass(Duration.ofSeconds(random.nextInt(15)));
                long age = random.nextInt(10) == 0 ? random.nextInt(10 * 24 * 3600) : random.nextInt(100);
                put.add(put(clock.instant().minusSeconds(age), "1", "0", "0"));
            }
            clock.pass(Duration.ofSeconds(20 + (random.nextInt(40) == 0 ? 3600 : 0)));
            if (random.nextInt(5) == 0) {
                current = sealer();
            }
            current.seal(SOURCE).seal().ifPresent(seal -> sealed.addAll(keys(seal)));
        }
        for (int i = 0; i < 11; i++) {
            clock.pass(MINUTE);
            sealed.addAll(keys(current.seal(SOURCE).seal().orElseThrow()));
        }

        assertEquals(put.size(), sealed.size());
        assertEquals(put, new HashSet<>(sealed));
    }

    @Test
    void whatASealListsAndWasThereByItsEndIsInASealByThen() {
        var random = new Random(7);
        var there = new java.util.TreeMap<String, Instant>();
        var sealed = new HashSet<String>();
        for (int minute = 0; minute < 60; minute++) {
            for (int i = random.nextInt(5); i > 0; i--) {
                clock.pass(Duration.ofSeconds(random.nextInt(12)));
                there.put(put(clock.instant().minusSeconds(random.nextInt(20_000)), "1", "0", "0"), clock.instant());
            }
            clock.pass(Duration.ofSeconds(16));
            var seal = sealer.seal(SOURCE).seal().orElseThrow();
            sealed.addAll(keys(seal));
            var range = seal.listed().getFirst();
            there.subMap(range.after(), false, range.until(), true).forEach((key, at) -> {
                if (!at.isAfter(seal.to())) {
                    assertTrue(sealed.contains(key), key + " is listed by seal " + seal.number());
                }
            });
        }
    }

    @Test
    void ofTwoSealersOneWritesANumberAndTheOtherGoesOnFromIt() {
        var other = sealer();
        sealer.seal(SOURCE);
        clock.pass(MINUTE);
        // the other one's seal lands between this one's look and its write
        evidence.beforeCreate(key -> {
            if (key.endsWith("000000000002.json")) {
                evidence.beforeCreate(k -> {});
                assertEquals(2, other.seal(SOURCE).seal().orElseThrow().number());
            }
        });

        assertTrue(sealer.seal(SOURCE).seal().isEmpty());
        clock.pass(MINUTE);
        assertEquals(3, sealer.seal(SOURCE).seal().orElseThrow().number());
    }

    @Test
    void aSealWhoseAnswerWasLostIsFoundAndNotWrittenAgain() {
        sealer.seal(SOURCE);
        clock.pass(MINUTE);
        String key = put(clock.instant().minus(MINUTE), "1", "0", "0");
        evidence.afterCreate(k -> {
            throw new IllegalStateException("no answer");
        });
        assertThrows(IllegalStateException.class, () -> sealer.seal(SOURCE));
        evidence.afterCreate(k -> {});
        clock.pass(MINUTE);
        var next = sealer.seal(SOURCE).seal().orElseThrow();

        assertEquals(3, next.number());
        assertEquals(List.of(), keys(next));
        assertEquals(1, next.totals().objects());
        assertTrue(evidence.keys().contains(key));
    }

    @Test
    void aSealerThatDiedBeforeTheHeadLeavesItToTheNext() throws FormatException {
        heads.beforeCreate(key -> {
            throw new IllegalStateException("died");
        });
        assertThrows(IllegalStateException.class, () -> sealer.seal(SOURCE));
        heads.beforeCreate(key -> {});
        clock.pass(MINUTE);
        sealer().seal(SOURCE);

        assertEquals(2, heads.keys().size());
        var head = HeadJson.read(heads.only(ObjectKey.head(SOURCE, PLACE, 1)).orElseThrow());
        assertEquals(Sha256.of(evidence.only(ObjectKey.seal(SOURCE, PLACE, 1)).orElseThrow()), head.seal());
        assertEquals(List.of(signer.keyId()), head.keys());
    }

    @Test
    void aHeadThatNamesAnotherSealStopsTheSealer() {
        sealer.seal(SOURCE);
        var forged = new Head(SOURCE, PLACE, 2, Sha256.of(new byte[1]), clock.instant(), List.of(signer.keyId()));
        heads.create(ObjectKey.head(SOURCE, PLACE, 2), HeadJson.write(forged), "application/json", Map.of());
        clock.pass(MINUTE);

        var refusal = assertThrows(IllegalStateException.class, () -> sealer.seal(SOURCE));
        assertTrue(String.valueOf(refusal.getMessage()).contains("names another seal"), refusal.getMessage());
    }

    @Test
    void anotherKeyGoesOnWhereTheHeadSaysThatTheSealIsOurs() throws FormatException {
        sealer.seal(SOURCE);
        clock.pass(MINUTE);
        var next = LocalSigner.generate();
        var seal = new Sealer(PLACE, evidence, evidence, heads, next, PublicKeys.read(next.publicPem()), clock)
                .seal(SOURCE)
                .seal()
                .orElseThrow();

        assertEquals(2, seal.number());
        var head = HeadJson.read(heads.only(ObjectKey.head(SOURCE, PLACE, 2)).orElseThrow());
        assertEquals(List.of(signer.keyId(), next.keyId()), head.keys());
    }

    @Test
    void aReadingThatFailedIsTriedAgainByTheNextRun() {
        sealer.seal(SOURCE);
        clock.pass(MINUTE);
        var failing = new java.util.concurrent.atomic.AtomicBoolean(true);
        var other = new Sealer(
                PLACE,
                new LockedStore() {
                    @Override
                    public boolean create(ObjectKey key, byte[] bytes, String type, Map<String, String> metadata) {
                        return evidence.create(key, bytes, type, metadata);
                    }

                    @Override
                    public java.util.Optional<byte[]> only(ObjectKey key) {
                        if (failing.getAndSet(false)) {
                            throw new IllegalStateException("503");
                        }
                        return evidence.only(key);
                    }
                },
                evidence,
                heads,
                signer,
                publicKeys(),
                clock);
        assertThrows(IllegalStateException.class, () -> other.seal(SOURCE));

        assertEquals(2, other.seal(SOURCE).seal().orElseThrow().number());
    }

    @Test
    void afterAnOutageEachSealTakesWhatARunCanLookAtAndNothingIsLost() {
        sealer.seal(SOURCE);
        int count = 2 * Sealer.MOST + 10;
        for (int i = 0; i < count; i++) {
            if (i % 50 == 0) {
                clock.pass(Duration.ofSeconds(1));
            }
            put(clock.instant(), "1", "0", "0");
        }
        clock.pass(MINUTE);
        var sizes = new ArrayList<Integer>();
        var sealed = new HashSet<String>();
        for (int i = 0; i < 4; i++) {
            var seal = sealer.seal(SOURCE).seal().orElseThrow();
            sizes.add(seal.objects().size());
            sealed.addAll(keys(seal));
            clock.pass(Duration.ofSeconds(1));
        }

        assertEquals(count, sealed.size());
        assertEquals(count, sizes.stream().mapToInt(Integer::intValue).sum());
        assertTrue(sizes.stream().allMatch(size -> size <= Sealer.MOST), sizes.toString());
    }

    @Test
    void aSealFromTheFutureStopsTheSealerAloud() {
        clock.pass(Duration.ofDays(1));
        sealer.seal(SOURCE);
        clock.pass(Duration.ofDays(-1));

        var refusal = assertThrows(IllegalStateException.class, () -> sealer.seal(SOURCE));
        assertTrue(String.valueOf(refusal.getMessage()).contains("ends in the future"), refusal.getMessage());
    }

    @Test
    void nothingIsSealedAfterASealThatAnotherKeySigned() {
        var seal = new Seal(
                SOURCE,
                PLACE,
                1,
                Seal.NONE,
                clock.instant().minus(MINUTE),
                clock.instant(),
                List.of(),
                List.of(),
                Totals.ZERO);
        evidence.create(
                ObjectKey.seal(SOURCE, PLACE, 1),
                Envelope.sign(SealJson.write(seal), LocalSigner.generate()),
                "application/json",
                Map.of());

        var refusal = assertThrows(IllegalStateException.class, () -> sealer.seal(SOURCE));
        assertTrue(String.valueOf(refusal.getMessage()).endsWith("it is not signed by a key of ours"));
    }

    @Test
    void aSecondVersionOfAKeyIsReportedAndNotSealed() {
        sealer.seal(SOURCE);
        String key = put(clock.instant(), "1", "0", "0");
        evidence.add(key, new byte[] {1}, Map.of(), false);
        clock.pass(MINUTE);

        var result = sealer.seal(SOURCE);

        assertEquals(List.of(key), result.strange());
        assertEquals(List.of(), keys(result.seal().orElseThrow()));
    }

    @Test
    void aDeleteMarkerIsReported() {
        sealer.seal(SOURCE);
        String key = put(clock.instant(), "1", "0", "0");
        clock.pass(MINUTE);
        sealer.seal(SOURCE);
        evidence.add(key, new byte[0], Map.of(), true);
        clock.pass(MINUTE);

        assertEquals(List.of(key), sealer.seal(SOURCE).strange());
    }

    @Test
    void anObjectThatIsNoneOfTheForwardersIsSealedAndBreaksNothing() throws FormatException {
        sealer.seal(SOURCE);
        clock.pass(MINUTE);
        var key = ObjectKey.events(SOURCE, PLACE, clock.instant(), Sha256.of(new byte[1]));
        evidence.create(key, new byte[] {1}, "text/plain", Map.of("records", "-7", "earliest", "9".repeat(40)));
        var seal = sealer.seal(SOURCE).seal().orElseThrow();
        clock.pass(MINUTE);
        sealer().seal(SOURCE);

        assertEquals(List.of(key.text()), keys(seal));
        assertEquals(new Totals(1, 0, 0, 0), seal.counters());
        byte[] object = evidence.only(ObjectKey.seal(SOURCE, PLACE, 2)).orElseThrow();
        assertEquals(seal, SealJson.read(Envelope.parse(object).payload()).seal());
    }

    @Test
    void eachSourceHasAChainOfItsOwn() {
        sealer.seal(SOURCE);
        evidence.create(
                new ObjectKey("configurations/" + "a".repeat(64) + ".json"), new byte[1], "application/json", Map.of());
        clock.pass(MINUTE);
        var seal = sealer.seal(Source.CONFIGURATIONS).seal().orElseThrow();

        assertEquals(1, seal.number());
        assertEquals(1, seal.objects().getFirst().records());
        assertTrue(seal.objects().getFirst().times().isEmpty());
    }

    private PublicKeys publicKeys() {
        try {
            return PublicKeys.read(signer.publicPem());
        } catch (FormatException e) {
            throw new AssertionError(e);
        }
    }

    private Sealer sealer() {
        return new Sealer(PLACE, evidence, evidence, heads, signer, publicKeys(), clock);
    }

    private String put(Instant named, String records, String redacted, String unparsed) {
        var key = ObjectKey.events(
                SOURCE, PLACE, named, Sha256.of(("object " + ++objects).getBytes(StandardCharsets.US_ASCII)));
        String millis = Long.toString(named.toEpochMilli());
        evidence.create(
                key,
                new byte[] {(byte) objects},
                "application/zstd",
                Map.of(
                        "records", records,
                        "redacted", redacted,
                        "unparsed", unparsed,
                        "earliest", millis,
                        "latest", millis));
        return key.text();
    }

    private static List<String> keys(Seal seal) {
        return seal.objects().stream().map(SealedObject::key).toList();
    }
}
