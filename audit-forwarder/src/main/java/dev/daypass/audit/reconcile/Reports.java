package dev.daypass.audit.reconcile;

import java.time.Instant;
import java.util.Optional;

/** The reconciliations in the locked bucket. A bucket that does not answer is an unchecked exception. */
public interface Reports {
    /** The bytes of the one with the latest {@code to}. */
    Optional<byte[]> last();

    /**
     * Writes one, create-only.
     *
     * @throws IllegalStateException if another one of the same {@code to} is there with other bytes: two runs at once
     */
    void write(Instant to, byte[] report);
}
