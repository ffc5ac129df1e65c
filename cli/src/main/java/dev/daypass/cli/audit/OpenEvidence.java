package dev.daypass.cli.audit;

import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.verify.Evidence;
import dev.daypass.audit.verify.FolderCopy;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Evidence to be checked, and what has to be closed afterwards.
 *
 * @param evidence a bucket or a copy
 * @param threads how many may read from it at the same time to good effect
 */
record OpenEvidence(Evidence evidence, int threads, Runnable closing) implements AutoCloseable {
    /** One reader of a bucket waits most of the time. */
    private static final int NETWORK_THREADS = 16;

    static OpenEvidence copy(Path folder) throws Failure, IOException {
        try {
            return new OpenEvidence(FolderCopy.of(folder), Runtime.getRuntime().availableProcessors(), () -> {});
        } catch (FormatException e) {
            throw Failure.couldNot("could not check: " + Printable.of(e.reason()));
        }
    }

    /** Closes {@code aws} when it is closed. */
    static OpenEvidence bucket(Aws aws, String bucket, Instant begun) {
        return new OpenEvidence(new BucketEvidence(aws.bucket(bucket), begun), NETWORK_THREADS, aws::close);
    }

    @Override
    public void close() {
        closing.run();
    }
}
