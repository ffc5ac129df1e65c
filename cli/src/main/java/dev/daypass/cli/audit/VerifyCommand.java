package dev.daypass.cli.audit;

import dev.daypass.audit.verify.Options;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code daypass audit verify}. */
@Command(
        name = "verify",
        description = {
            "Check the record against its seals: is what is here what was sealed, and is everything here that should be?",
            "It names each defect and gives two verdicts. docs/auditing.md says what they mean."
        },
        exitCodeOnInvalidInput = ExitCode.COULD_NOT,
        footer = {"", "Exit codes: 0 both are good, 2 defects, 1 could not check."})
public final class VerifyCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private RecordOptions record;

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            required = true,
            description =
                    "The sealing keys as PEM, one block each; from elsewhere than the record (daypass audit key).")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    private Path publicKey;

    @Option(
            names = "--head",
            paramLabel = "FILE",
            description = "The newest heads, a line each; without them a cut tail shows only as silence.")
    private @Nullable Path head;

    @Option(names = "--contents", description = "Also decompress every object and count what is in it.")
    private boolean contents;

    @Option(
            names = "--least-retention",
            paramLabel = "DAYS",
            defaultValue = "365",
            description = "How long after it was written each object must be locked; default: ${DEFAULT-VALUE}.")
    private int leastRetention;

    @Option(names = "--json", description = "One JSON object in place of text.")
    private boolean json;

    public VerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        return Aws.judging(() -> {
            if (leastRetention < 0) {
                throw Failure.usage("--least-retention is a number of days, 0 or more");
            }
            try (var open = record.evidence(surroundings.clock().instant())) {
                var verification = Verification.with(
                        publicKey,
                        Optional.ofNullable(head),
                        new Options(Duration.ofDays(leastRetention), contents, open.threads()));
                var verdict = verification.run(open.evidence(), new Progress(surroundings, "checked"));
                surroundings.out().print(json ? Verification.json(verdict) : Verification.text(verdict));
                surroundings.out().flush();
                return verdict.exitCode();
            }
        });
    }
}
