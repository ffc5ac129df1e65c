package dev.daypass.cli.audit;

import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code daypass audit copy}. */
@Command(
        name = "copy",
        description = {
            "Copy the record's bucket into a folder, with the list of its versions and locks, so that it can be checked and read"
                    + " without AWS. Broken off, it goes on where it was when it is run again."
        },
        exitCodeOnInvalidInput = ExitCode.COULD_NOT,
        footer = {"", "Exit codes: 0 all of it, 1 could not, 2 all but objects whose keys cannot be file names."})
public final class CopyCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--bucket", paramLabel = "NAME", required = true, description = "The bucket of the record.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    private String bucket;

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "The folder; made if it is not there.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    private Path folder;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description =
                    "Only keys that begin so; may be repeated. A part of the record can be read, and not be verified.")
    private List<String> prefixes = List.of();

    @Option(
            names = "--heads-bucket",
            paramLabel = "NAME",
            description = "Also write the newest head of each source from this bucket, for verify's --head.")
    private @Nullable String headsBucket;

    @Option(
            names = "--heads-file",
            paramLabel = "FILE",
            description = "Where the heads go; default: beside the folder, DIR.heads.ndjson.")
    private @Nullable Path headsFile;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private AwsOptions aws;

    public CopyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        return Aws.judging(() -> {
            try (var open = Aws.open(aws)) {
                if (headsBucket != null) {
                    // Before the seals: a head that is written in the meantime names a seal that the copy cannot have.
                    var heads = new NewestHeads(open.bucket(headsBucket)).read();
                    Path file = headsFile != null ? headsFile : beside(folder);
                    Files.write(file, heads);
                    surroundings.tell(heads.size() + " heads are in " + file);
                }
                var begun = surroundings.clock().instant();
                Files.createDirectories(folder);
                var result = new BucketCopy(
                                open.bucket(bucket),
                                folder.toRealPath(),
                                new Progress(surroundings, "copied"),
                                key -> surroundings.tell("not copied, its key cannot be a file name here: " + key))
                        .run(bucket, prefixes.isEmpty() ? List.of("") : prefixes, begun);
                surroundings
                        .out()
                        .println("%d objects in %s, %d of them from before"
                                .formatted(result.objects(), folder, result.kept()));
                return result.withoutFile() == 0 ? ExitCode.OK : FINDINGS;
            }
        });
    }

    private static final int FINDINGS = 2;

    private static Path beside(Path folder) {
        Path whole = folder.toAbsolutePath().normalize();
        return whole.resolveSibling(whole.getFileName() + ".heads.ndjson");
    }
}
