package dev.daypass.cli.grants;

import dev.daypass.cli.audit.AwsOptions;
import dev.daypass.cli.audit.ConfigurationObject;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.options.Converters;
import dev.daypass.cli.options.DocumentsOptions;
import dev.daypass.deployer.rollout.ApplyOutcome;
import dev.daypass.deployer.rollout.PlanText;
import dev.daypass.deployer.rollout.Rollout;
import dev.daypass.deployer.rollout.RolloutListener;
import dev.daypass.deployer.rollout.RolloutOptions;
import dev.daypass.digest.Sha256;
import dev.daypass.grants.ConfigurationWriter;
import dev.daypass.grants.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code daypass grants apply}. */
@Command(
        name = "apply",
        description = {
            "Make the databases and Vault as the documents say. Again and again it changes nothing more; after an interruption"
                    + " it goes on.",
            "A grant that is narrowed or removed is closed first, its sessions end or drain as the applied text says, and only"
                    + " when the catalog shows none is it changed."
        },
        footer = {"", "Exit codes: 0 applied, or nothing to change; 1 refused, or stopped on the way: it says where."})
public final class ApplyCommand implements Callable<Integer> {
    /** Statements are long, and the plan has them in full. */
    private static final int STEP_LINE = 160;

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private DocumentsOptions documentsOptions;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private RolloutSettings settings;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description =
                    "How long sessions are waited for, as 30m; default: 10m. Then it stops with the grants closed.")
    private Duration wait = Duration.ofMinutes(10);

    @Option(
            names = "--lock-wait",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "How long another apply is waited for; default: 10m.")
    private Duration lockWait = Duration.ofMinutes(10);

    @Option(
            names = "--allow-beyond",
            description = "Apply although a session could do more than documents and a pristine server give.")
    private boolean allowBeyond;

    @Option(
            names = "--configuration-out",
            paramLabel = "FILE",
            description = "Write the compiled configuration there, for the functions.")
    private @Nullable Path configurationOut;

    @Option(
            names = "--bucket",
            paramLabel = "NAME",
            description = "Put the compiled configuration into this bucket of the record, create-only.")
    private @Nullable String bucket;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private AwsOptions aws;

    public ApplyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, Failure {
        var documents = documentsOptions.read(surroundings);
        var rollout = new Rollout(
                documents,
                settings.databases(documents),
                settings.vault(documents, surroundings),
                new RolloutOptions(settings.only(documents), lockWait, wait, allowBeyond),
                surroundings.clock());
        ApplyOutcome outcome;
        try {
            outcome = rollout.apply(new Printing());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.couldNot(
                    "interrupted while waiting for sessions; their grants stay closed. Next: " + again());
        }
        return switch (outcome) {
            case ApplyOutcome.Applied(var _, int changes) -> {
                say(changes == 0 ? "nothing to change" : "applied: " + changes + " changes");
                configuration(documents);
                yield ExitCode.OK;
            }
            case ApplyOutcome.Refused(var plan, var reasons) -> {
                say(PlanText.of(plan, false));
                reasons.forEach(reason -> surroundings.tell(Printable.text("refused: " + reason)));
                surroundings.tell("nothing was begun");
                yield ExitCode.COULD_NOT;
            }
            case ApplyOutcome.Stopped stopped -> {
                surroundings.tell(Printable.text("stopped at " + stopped.at()));
                surroundings.tell(Printable.text("because: " + stopped.cause()));
                surroundings.tell(Printable.text("in force now: " + stopped.state()));
                surroundings.tell(Printable.text("not made: " + String.join(", ", stopped.notMade())));
                surroundings.tell(Printable.text("to go on, " + stopped.whenToGoOn() + ":\n  " + again()));
                yield ExitCode.COULD_NOT;
            }
        };
    }

    private void configuration(Documents documents) throws IOException, Failure {
        byte[] bytes = ConfigurationWriter.bytes(documents);
        var digest = Sha256.of(bytes);
        if (configurationOut != null) {
            Files.write(configurationOut, bytes);
            say("configuration " + digest + " is in " + configurationOut);
        }
        if (bucket != null) {
            say("configuration " + digest
                    + (ConfigurationObject.put(aws, bucket, bytes) ? " is now in " : " was already in ") + bucket);
        }
        if (configurationOut != null || bucket != null) {
            say("put it in force: update the stack with ConfigurationDigest=" + digest
                    + (bucket == null ? ", once the bucket has it as configurations/" + digest.hex() + ".json" : ""));
        }
    }

    /** The same command line. It holds no secret: passwords and tokens are in files. */
    private String again() {
        return "daypass "
                + spec.root().commandLine().getParseResult().originalArgs().stream()
                        .map(ApplyCommand::quoted)
                        .collect(Collectors.joining(" "));
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_./:=,@%+-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }

    private void say(String text) {
        surroundings.out().println(Printable.text(text));
        surroundings.out().flush();
    }

    /** A line a step, before the step. */
    private final class Printing implements RolloutListener {
        @Override
        public void step(int number, int of, String where, String what) {
            ApplyCommand.this.say("[" + number + "/" + of + "] " + where + ": " + Printable.line(what, STEP_LINE));
        }

        @Override
        public void say(String line) {
            ApplyCommand.this.say(line);
        }
    }
}
