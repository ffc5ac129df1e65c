package dev.daypass.audit.verify;

import java.time.Duration;

/**
 * How to check.
 *
 * @param leastRetention how long after it was written an object must be locked at least
 * @param contents whether to decompress the objects and count what is in them
 * @param threads how many read and hash at the same time
 */
public record Options(Duration leastRetention, boolean contents, int threads) {
    /** A year, without contents, on all cores. */
    public static final Options DEFAULT =
            new Options(Duration.ofDays(365), false, Runtime.getRuntime().availableProcessors());

    public Options {
        if (threads < 1 || leastRetention.isNegative()) {
            throw new IllegalArgumentException("expected at least one thread and no negative retention");
        }
    }

    /** The same, with the objects' contents counted. */
    public Options withContents() {
        return new Options(leastRetention, true, threads);
    }

    /** The same, with another least retention. */
    public Options withLeastRetention(Duration least) {
        return new Options(least, contents, threads);
    }
}
