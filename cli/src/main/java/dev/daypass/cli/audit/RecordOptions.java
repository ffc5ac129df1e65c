package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the record is: a bucket or a copy of one. */
public final class RecordOptions {
    @Option(names = "--bucket", paramLabel = "NAME", description = "The bucket of the record.")
    private @Nullable String bucket;

    @Option(names = "--copy", paramLabel = "DIR", description = "A copy that daypass audit copy made.")
    private @Nullable Path copy;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private AwsOptions aws;

    /** Whether one was named at all. */
    public boolean isNamed() {
        return bucket != null || copy != null;
    }

    /** The copy's folder; empty for a bucket. */
    Optional<Path> copy() throws Failure {
        if ((bucket == null) == (copy == null)) {
            throw Failure.usage("which record? --bucket NAME or --copy DIR, one of them");
        }
        return Optional.ofNullable(copy);
    }

    /** Opens it for reading; nothing is read yet. */
    StoredRecord open() throws Failure {
        var folder = copy();
        return folder.isPresent() ? new CopiedRecord(folder.get()) : new BucketRecord(Aws.open(aws), bucket());
    }

    /** Opens it for a check that begins now; nothing is read yet. */
    OpenEvidence evidence(Instant begun) throws Failure, IOException {
        var folder = copy();
        return folder.isPresent()
                ? OpenEvidence.copy(folder.get())
                : OpenEvidence.bucket(Aws.open(aws), bucket(), begun);
    }

    private String bucket() {
        return Objects.requireNonNull(bucket, "copy() has seen that one of the two is there");
    }
}
