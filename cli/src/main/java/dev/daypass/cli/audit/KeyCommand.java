package dev.daypass.cli.audit;

import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code daypass audit key}. */
@Command(
        name = "key",
        description = {
            "Write the public half of the sealing key as PEM, for verify's --public-key.",
            "Get it once, from an administrator of the key, and keep it where the operators cannot replace it."
        })
public final class KeyCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
            names = "--key-id",
            paramLabel = "ARN",
            required = true,
            description = "The KMS key: an ARN, an id, or alias/NAME.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    private String keyId;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private AwsOptions aws;

    public KeyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        return Aws.working(() -> {
            try (var open = Aws.open(aws)) {
                var key = SealingKey.of(open, keyId);
                surroundings.out().print(key.pem());
                surroundings.out().flush();
                surroundings.tell("the key's id in seals and heads is " + key.id());
                return ExitCode.OK;
            }
        });
    }
}
