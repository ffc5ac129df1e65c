package dev.daypass.cli.grants;

import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.options.DocumentsOptions;
import dev.daypass.deployer.rollout.PlanJson;
import dev.daypass.deployer.rollout.PlanText;
import dev.daypass.deployer.rollout.Rollout;
import dev.daypass.deployer.rollout.RolloutOptions;
import dev.daypass.vaultpolicies.Rendering;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code daypass grants plan}. */
@Command(
        name = "plan",
        exitCodeOnInvalidInput = ExitCode.COULD_NOT,
        description = {
            "Show what applying would change in the databases and in Vault, and what an agent could really do afterwards.",
            "It only reads: a login that sees catalogs and a token with daypass-planner.hcl are enough."
        },
        footer = {"", "Exit codes: 0 nothing to change, 2 changes, 1 an error; a privilege beyond the documents is one."
        })
public final class PlanCommand implements Callable<Integer> {
    /** As Terraform and others spell it: there is something to do. */
    static final int CHANGES = 2;

    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private DocumentsOptions documentsOptions;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private RolloutSettings settings;

    @Option(names = "--json", description = "One JSON object in place of text.")
    private boolean json;

    @Option(names = "--baseline", description = "List what a pristine server gives everybody, too.")
    private boolean baseline;

    @Option(names = "--out", paramLabel = "DIR", description = "Write what the documents compile to there, as files.")
    private @Nullable Path out;

    public PlanCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, Failure {
        var documents = documentsOptions.read(surroundings);
        if (out != null) {
            Rendering.write(out, documents, settings.vault().broker());
        }
        var plan = new Rollout(
                        documents,
                        settings.databases(documents),
                        settings.vault(documents, surroundings),
                        new RolloutOptions(settings.only(documents), Duration.ZERO, Duration.ZERO, false),
                        surroundings.clock())
                .plan();
        surroundings.out().print(json ? PlanJson.of(plan, baseline) : Printable.text(PlanText.of(plan, baseline)));
        surroundings.out().flush();
        if (!plan.isSound()) {
            return ExitCode.COULD_NOT;
        }
        return plan.changes().isEmpty() ? ExitCode.OK : CHANGES;
    }
}
