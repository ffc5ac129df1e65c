package dev.daypass.functions.identity;

import dev.daypass.functions.json.Printable;
import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The keys of every issuer, kept for a while. One fetch at a time per issuer, started by the request that needs it:
 *
 * <ul>
 *   <li>no keys, or older than {@link Options#hardAge}: requests wait for one fetch; if it fails, all are refused with
 *       {@code keys_unavailable}, and the next fetch is {@link Options#retryInterval} later at the earliest;
 *   <li>older than {@link Options#softAge}: used as they are, and the caller told that they are due
 *       ({@link TokenVerifier#refreshKeys});
 *   <li>a {@code kid} that is not among them: one fetch per {@link Options#refreshInterval}, however many ask.
 * </ul>
 *
 * A successful fetch replaces all keys, so one that the issuer removed is gone. Time is the caller's {@code now}; where
 * a clock is set back, distance in time counts, not direction. Safe for threads.
 */
public final class JwksCache {
    /** The longest key set, in bytes: 64 KiB. */
    public static final int MAX_BYTES = 64 * 1024;

    /**
     * How long keys are kept, and how often they are asked for.
     *
     * @param softAge from when keys should be fetched anew
     * @param hardAge from when keys are not used any more: how long an outage of the issuer's key set is bridged, and how
     *     long a withdrawn key is believed at most
     * @param refreshInterval the least time between two fetches while there are keys
     * @param retryInterval the least time between two fetches while there are none
     */
    public record Options(Duration softAge, Duration hardAge, Duration refreshInterval, Duration retryInterval) {
        /** 10 min, 1 h, 30 s, 5 s. */
        public static final Options DEFAULT =
                new Options(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofSeconds(30), Duration.ofSeconds(5));

        public Options {
            if (softAge.compareTo(hardAge) > 0
                    || refreshInterval.compareTo(softAge) > 0
                    || retryInterval.compareTo(refreshInterval) > 0
                    || retryInterval.isNegative()) {
                throw new IllegalArgumentException(
                        "expected 0 <= retry interval <= refresh interval <= soft age <= hard age, got " + retryInterval
                                + ", " + refreshInterval + ", " + softAge + ", " + hardAge);
            }
        }
    }

    private final JwksFetcher fetcher;
    private final Options options;
    private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();

    public JwksCache(JwksFetcher fetcher, Options options) {
        this.fetcher = fetcher;
        this.options = options;
    }

    /**
     * The key to verify with.
     *
     * @throws RefusedException with {@link TokenRejection#KEY_UNKNOWN}, {@link TokenRejection#KEY_UNUSABLE} or
     *     {@link TokenRejection#KEYS_UNAVAILABLE}
     */
    PublicKey find(TrustedIssuer issuer, SignatureAlgorithm algorithm, @Nullable String kid, Instant now)
            throws RefusedException {
        var slot = slot(issuer);
        var keys = slot.state.keysAt(now, options.hardAge);
        var key = keys == null ? null : keys.find(algorithm, kid);
        if (key != null) {
            return key;
        }
        // Who gets here has no key to go on with, so it may wait: for its own fetch or for that of another thread.
        slot.lock.lock();
        try {
            keys = slot.state.keysAt(now, options.hardAge);
            key = keys == null ? null : keys.find(algorithm, kid);
            if (key != null) {
                return key;
            }
            var interval = keys == null ? options.retryInterval : options.refreshInterval;
            if (slot.state.mayFetch(now, interval)) {
                fetch(slot, issuer, now);
                keys = slot.state.keysAt(now, options.hardAge);
                key = keys == null ? null : keys.find(algorithm, kid);
            }
        } finally {
            slot.lock.unlock();
        }
        if (key != null) {
            return key;
        }
        if (keys == null || slot.state.failed) {
            throw new RefusedException(
                    TokenRejection.KEYS_UNAVAILABLE,
                    "the keys of the issuer " + issuer.name() + " could not be fetched; try again in "
                            + options.retryInterval.toSeconds() + " s");
        }
        throw new RefusedException(
                TokenRejection.KEY_UNKNOWN,
                kid == null
                        ? "kid is missing, and no key of the issuer is for " + algorithm.jwsName()
                        : "kid " + Printable.of(kid) + " is not a key of the issuer");
    }

    /** Whether a fetch is due, and none was tried a moment ago. */
    boolean isStale(TrustedIssuer issuer, Instant now) {
        var state = slot(issuer).state;
        return state.keysAt(now, options.softAge) == null && state.mayFetch(now, options.refreshInterval);
    }

    /** Fetches if {@link #isStale} and no other thread is fetching; a failure leaves the keys as they are. */
    void refreshIfStale(TrustedIssuer issuer, Instant now) {
        var slot = slot(issuer);
        if (!isStale(issuer, now) || !slot.lock.tryLock()) {
            return;
        }
        try {
            if (isStale(issuer, now)) {
                fetch(slot, issuer, now);
            }
        } finally {
            slot.lock.unlock();
        }
    }

    private void fetch(Slot slot, TrustedIssuer issuer, Instant now) {
        var before = slot.state;
        // Written first: the attempt counts however it ends.
        slot.state = new State(before.keys, before.fetchedAt, now, true);
        try {
            var bytes = fetcher.fetch(issuer.jwksUri(), MAX_BYTES);
            var keys = JwkSet.parse(bytes);
            if (keys != null) {
                slot.state = new State(keys, now, now, false);
            }
        } catch (IOException e) {
            // Told by the state: the message may quote the peer.
        }
    }

    private Slot slot(TrustedIssuer issuer) {
        var slot = slots.get(issuer.name());
        if (slot != null) {
            return slot;
        }
        var created = new Slot();
        var raced = slots.putIfAbsent(issuer.name(), created);
        return raced == null ? created : raced;
    }

    private static final class Slot {
        /** Held while fetching, and for every write of the state. */
        final ReentrantLock lock = new ReentrantLock();

        volatile State state = new State(null, Instant.EPOCH, Instant.EPOCH, false);
    }

    /**
     * @param keys the last ones that came, or null
     * @param fetchedAt when they came
     * @param attemptedAt when they were last asked for
     * @param failed whether that failed, or has not ended
     */
    private record State(@Nullable JwkSet keys, Instant fetchedAt, Instant attemptedAt, boolean failed) {
        /** The keys if they are younger than the age. */
        @Nullable JwkSet keysAt(Instant now, Duration age) {
            return distance(fetchedAt, now).compareTo(age) < 0 ? keys : null;
        }

        boolean mayFetch(Instant now, Duration interval) {
            return distance(attemptedAt, now).compareTo(interval) >= 0;
        }

        private static Duration distance(Instant a, Instant b) {
            return Duration.between(a, b).abs();
        }
    }
}
