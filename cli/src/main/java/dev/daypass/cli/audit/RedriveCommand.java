package dev.daypass.cli.audit;

import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code daypass audit redrive}. */
@Command(
        name = "redrive",
        description = {
            "Give payloads that could not be stored to their forwarder again, one after the other. A message leaves the queue"
                    + " only when its forwarder has stored the payload; storing it twice changes nothing.",
            "The function is the one to which the payload's log group is subscribed, unless --function says another."
        },
        exitCodeOnInvalidInput = ExitCode.COULD_NOT,
        footer = {"", "Exit codes: 0 none is left, 1 could not, 2 some are left."})
public final class RedriveCommand implements Callable<Integer> {
    private static final int LEFT = 2;

    private final Surroundings surroundings;

    @Option(
            names = "--queue",
            paramLabel = "URL",
            required = true,
            description = "The dead-letter queue; RecordDeadLettersUrl among the stack's outputs.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    private String queue;

    @Option(
            names = "--function",
            paramLabel = "LOG-GROUP=FUNCTION",
            description = "The function for the payloads of a log group; may be repeated.")
    private Map<String, String> functions = Map.of();

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private AwsOptions aws;

    public RedriveCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        return Aws.judging(() -> {
            try (var open = Aws.open(aws)) {
                var result = new Redrive(open, queue, functions, line -> {
                            surroundings.out().println(line);
                            surroundings.out().flush();
                        })
                        .run();
                surroundings.out().println(result.stored() + " stored, " + result.left() + " left");
                return result.left() == 0 ? ExitCode.OK : LEFT;
            }
        });
    }
}
