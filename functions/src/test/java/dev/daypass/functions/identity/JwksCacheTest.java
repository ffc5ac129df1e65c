package dev.daypass.functions.identity;

import static dev.daypass.functions.identity.TestIssuer.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.functions.identity.Verification.Rejected;
import dev.daypass.functions.identity.Verification.Verified;
import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JwksCacheTest {
    private static final int THREADS = 32;
    private static final Duration REFRESH = JwksCache.Options.DEFAULT.refreshInterval();
    private static final Duration RETRY = JwksCache.Options.DEFAULT.retryInterval();
    private static final Duration SOFT = JwksCache.Options.DEFAULT.softAge();
    private static final Duration HARD = JwksCache.Options.DEFAULT.hardAge();
    private static final TrustedIssuer ISSUER = TestIssuer.strict();

    private final FakeJwks jwks = new FakeJwks(TestIssuer.jwks());
    private final JwksCache cache = new JwksCache(jwks, JwksCache.Options.DEFAULT);

    @Test
    void coldStartOfManyThreadsFetchesOnce() throws Exception {
        jwks.during = () -> sleep(50);
        onAllThreads(() -> find("ES256", NOW));
        assertEquals(1, jwks.fetches.get());
    }

    @Test
    void failedColdStartOfManyThreadsFetchesOnceAndAgainAfterTheRetryInterval() throws Exception {
        jwks.down = true;
        jwks.during = () -> sleep(50);
        onAllThreads(() -> assertReason(TokenRejection.KEYS_UNAVAILABLE, "ES256", NOW));
        assertEquals(1, jwks.fetches.get());
        jwks.down = false;
        assertReason(TokenRejection.KEYS_UNAVAILABLE, "ES256", NOW.plus(RETRY).minusNanos(1));
        assertEquals(1, jwks.fetches.get());
        find("ES256", NOW.plus(RETRY));
        assertEquals(2, jwks.fetches.get());
    }

    @Test
    void floodOfUnknownKidsFetchesOncePerIntervalAndIssuer() throws Exception {
        find("ES256", NOW);
        // One moment for all: a clock that moved on would only make fetches rarer per request.
        floodAt(NOW.plus(REFRESH).minusNanos(1));
        assertEquals(1, jwks.fetches.get());
        floodAt(NOW.plus(REFRESH));
        assertEquals(2, jwks.fetches.get());
        jwks.down = true;
        for (int i = 0; i < 10_000; i++) {
            assertReason(null, "unknown-" + i, NOW.plus(REFRESH.multipliedBy(2)));
        }
        assertEquals(3, jwks.fetches.get());
    }

    private void floodAt(Instant now) throws Exception {
        onAllThreads(() -> {
            var name = Thread.currentThread().getName();
            for (int i = 0; i < 10_000 / THREADS + 1; i++) {
                assertReason(TokenRejection.KEY_UNKNOWN, name + "-" + i, now);
            }
        });
    }

    @Test
    void newKeyIsFoundByOneRefresh() throws Exception {
        jwks.body = TestIssuer.jwks().replace("\"kid\":\"ES256\"", "\"kid\":\"old\"");
        find("old", NOW);
        jwks.body = TestIssuer.jwks();
        assertReason(TokenRejection.KEY_UNKNOWN, "ES256", NOW.plus(REFRESH).minusNanos(1));
        onAllThreads(() -> find("ES256", NOW.plus(REFRESH)));
        assertEquals(2, jwks.fetches.get());
        assertReason(TokenRejection.KEY_UNKNOWN, "old", NOW.plus(REFRESH));
    }

    @Test
    void unknownKidWhileTheKeysCannotBeFetchedIsWorthARetry() throws Exception {
        find("ES256", NOW);
        jwks.down = true;
        assertReason(TokenRejection.KEYS_UNAVAILABLE, "next", NOW.plus(REFRESH));
        find("ES256", NOW.plus(REFRESH));
    }

    @Test
    void keysOutliveAnOutageUpToTheHardBoundAndNotAtIt() throws Exception {
        find("ES256", NOW);
        jwks.down = true;
        cache.refreshIfStale(ISSUER, NOW.plus(SOFT));
        assertEquals(2, jwks.fetches.get());
        find("ES256", NOW.plus(HARD).minusNanos(1));
        assertEquals(2, jwks.fetches.get());
        assertReason(TokenRejection.KEYS_UNAVAILABLE, "ES256", NOW.plus(HARD));
        assertEquals(3, jwks.fetches.get());
        jwks.down = false;
        find("ES256", NOW.plus(HARD).plus(RETRY));
    }

    @Test
    void removedKeyIsDroppedAtTheNextSuccessfulRefreshAndNotAtAFailedOne() throws Exception {
        find("ES256", NOW);
        jwks.body = "{\"keys\":[]}";
        jwks.down = true;
        cache.refreshIfStale(ISSUER, NOW.plus(SOFT));
        find("ES256", NOW.plus(SOFT));
        jwks.down = false;
        cache.refreshIfStale(ISSUER, NOW.plus(SOFT).plus(REFRESH));
        assertReason(TokenRejection.KEY_UNKNOWN, "ES256", NOW.plus(SOFT).plus(REFRESH));
    }

    @Test
    void keysAreStaleFromTheSoftAgeOnAndNotAgainRightAfterAnAttempt() throws Exception {
        assertTrue(cache.isStale(ISSUER, NOW));
        find("ES256", NOW);
        assertFalse(cache.isStale(ISSUER, NOW.plus(SOFT).minusNanos(1)));
        assertTrue(cache.isStale(ISSUER, NOW.plus(SOFT)));
        jwks.down = true;
        cache.refreshIfStale(ISSUER, NOW.plus(SOFT));
        assertFalse(cache.isStale(ISSUER, NOW.plus(SOFT).plus(REFRESH).minusNanos(1)));
        assertTrue(cache.isStale(ISSUER, NOW.plus(SOFT).plus(REFRESH)));
    }

    @Test
    void slowRefreshHoldsUpNobodyWhoHasAKey() throws Exception {
        find("ES256", NOW);
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        jwks.during = () -> {
            started.countDown();
            await(release);
        };
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var refresh = executor.submit(() -> cache.refreshIfStale(ISSUER, NOW.plus(SOFT)));
            await(started);
            // These would hang for as long as the fetch does, had they to wait for it.
            onAllThreads(() -> {
                find("ES256", NOW.plus(SOFT));
                cache.refreshIfStale(ISSUER, NOW.plus(SOFT));
            });
            assertFalse(refresh.isDone());
            release.countDown();
            refresh.get(10, TimeUnit.SECONDS);
        }
        assertEquals(2, jwks.fetches.get());
    }

    @Test
    void verifierSaysThatKeysAreStaleAndRefreshesThemWhenTold() {
        var verifier = TestIssuer.verifier(ISSUER, jwks);
        var token = BearerToken.parse(TestToken.good().sign());
        assertFalse(
                assertInstanceOf(Verified.class, verifier.verify(token, NOW)).keysAreStale());
        long later = NOW.plus(SOFT).getEpochSecond();
        var second = BearerToken.parse(TestToken.good()
                .claim("iat", Long.toString(later))
                .claim("exp", Long.toString(later + 60))
                .sign());
        var stale = assertInstanceOf(Verified.class, verifier.verify(second, NOW.plus(SOFT)));
        assertTrue(stale.keysAreStale());
        assertEquals(1, jwks.fetches.get());
        verifier.refreshKeys(stale.agent().issuer(), NOW.plus(SOFT));
        assertEquals(2, jwks.fetches.get());
        assertFalse(assertInstanceOf(Verified.class, verifier.verify(second, NOW.plus(SOFT)))
                .keysAreStale());
    }

    @Test
    void keySetOver64KibIsRefusedAndTheOldOneKept() throws Exception {
        find("ES256", NOW);
        var padding = JwksCache.MAX_BYTES - TestIssuer.jwks().length();
        jwks.body = TestIssuer.jwks().replace("ES256", "next") + " ".repeat(padding + 8);
        cache.refreshIfStale(ISSUER, NOW.plus(SOFT));
        find("ES256", NOW.plus(SOFT));
        jwks.body = TestIssuer.jwks() + " ".repeat(padding);
        assertEquals(JwksCache.MAX_BYTES, jwks.body.length());
        cache.refreshIfStale(ISSUER, NOW.plus(SOFT).plus(REFRESH));
        assertFalse(cache.isStale(ISSUER, NOW.plus(SOFT).plus(REFRESH.multipliedBy(2))));
    }

    @Test
    void fetcherThatBreaksIsNotAskedAgainAtOnce() throws Exception {
        jwks.during = () -> {
            throw new IllegalStateException("broken");
        };
        assertThrows(IllegalStateException.class, () -> find("ES256", NOW));
        jwks.during = null;
        assertReason(TokenRejection.KEYS_UNAVAILABLE, "ES256", NOW);
        find("ES256", NOW.plus(RETRY));
        assertEquals(2, jwks.fetches.get());
    }

    @Test
    void clockSetBackDoesNotKeepKeysForever() throws Exception {
        find("ES256", NOW);
        find("ES256", NOW.minus(HARD).plusNanos(1));
        assertEquals(1, jwks.fetches.get());
        find("ES256", NOW.minus(HARD));
        assertEquals(2, jwks.fetches.get());
    }

    @Test
    void issuersHaveKeysOfTheirOwn() throws Exception {
        find("ES256", NOW);
        var other = TestIssuer.named("other");
        cache.find(other, SignatureAlgorithm.ES256, "ES256", NOW);
        assertEquals(2, jwks.fetches.get());
    }

    @Test
    void refusalForWantOfKeysIsRetryableAndNamesTheIssuer() {
        jwks.down = true;
        var verifier = TestIssuer.verifier(ISSUER, jwks);
        var rejected = assertInstanceOf(
                Rejected.class,
                verifier.verify(BearerToken.parse(TestToken.good().sign()), NOW));
        assertEquals(TokenRejection.KEYS_UNAVAILABLE, rejected.reason());
        assertTrue(rejected.reason().retryable());
        assertEquals("the keys of the issuer dev could not be fetched; try again in 5 s", rejected.detail());
    }

    private void find(String kid, Instant now) throws RefusedException {
        cache.find(ISSUER, SignatureAlgorithm.ES256, kid, now);
    }

    /** @param expected the reason, or null for any */
    private void assertReason(@Nullable TokenRejection expected, String kid, Instant now) {
        var refused = assertThrows(RefusedException.class, () -> find(kid, now));
        if (expected != null) {
            assertEquals(expected, refused.reason(), refused.getMessage());
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** All start together; the first failure is thrown, and so is a wait of more than ten seconds. */
    private static void onAllThreads(Work work) throws Exception {
        var start = new CountDownLatch(THREADS);
        Callable<Void> task = () -> {
            start.countDown();
            start.await();
            work.run();
            return null;
        };
        var executor = Executors.newFixedThreadPool(THREADS);
        try {
            var running = new ArrayList<java.util.concurrent.Future<Void>>();
            for (int i = 0; i < THREADS; i++) {
                running.add(executor.submit(task));
            }
            for (var future : running) {
                future.get(10, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
