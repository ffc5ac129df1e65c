package dev.daypass.cli.grants;

import dev.daypass.cli.audit.RanSessions;
import dev.daypass.cli.audit.RecordOptions;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.options.DocumentsOptions;
import dev.daypass.deployer.rollout.Drift;
import dev.daypass.deployer.rollout.PlanJson;
import dev.daypass.deployer.rollout.PlanText;
import dev.daypass.deployer.rollout.RanSession;
import dev.daypass.deployer.rollout.Rollout;
import dev.daypass.deployer.rollout.RolloutOptions;
import dev.daypass.grant.GrantName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code daypass grants drift}. */
@Command(
        name = "drift",
        exitCodeOnInvalidInput = ExitCode.COULD_NOT,
        description = {
            "Say what somebody changed by hand since it was applied, in the databases and in Vault, and which sessions ran"
                    + " meanwhile.",
            "With --bucket or --copy those of the record; else only those that are live now. It only reads."
        },
        footer = {"", "Exit codes: 0 no drift, 2 drift, 1 an error."})
public final class DriftCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private DocumentsOptions documentsOptions;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private RolloutSettings settings;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private RecordOptions record;

    @Option(names = "--json", description = "One JSON object in place of text.")
    private boolean json;

    public DriftCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, Failure {
        var documents = documentsOptions.read(surroundings);
        var drift = new Rollout(
                        documents,
                        settings.databases(documents),
                        settings.vault(documents, surroundings),
                        new RolloutOptions(settings.only(documents), Duration.ZERO, Duration.ZERO, false),
                        surroundings.clock())
                .drift();
        var ran = record.isNamed()
                ? RanSessions.of(record, since(drift), surroundings.clock().instant())
                : List.<RanSession>of();
        surroundings.out().print(json ? PlanJson.of(drift, ran) : Printable.text(PlanText.of(drift) + text(ran)));
        surroundings.out().flush();
        if (!drift.problems().isEmpty()) {
            return ExitCode.COULD_NOT;
        }
        return drift.isThere() ? PlanCommand.CHANGES : ExitCode.OK;
    }

    /** Where the ledger does not know: from the record's beginning on. */
    private static Map<GrantName, Instant> since(Drift drift) {
        var since = new HashMap<GrantName, Instant>();
        drift.touched()
                .forEach(touched -> since.put(touched.grant(), touched.since().orElse(Instant.EPOCH)));
        return since;
    }

    private String text(List<RanSession> ran) {
        if (!record.isNamed()) {
            return "";
        }
        var text = new StringBuilder("Sessions of these grants since then, by the record: " + ran.size() + "\n");
        for (var session : ran) {
            text.append("  ")
                    .append(session.session())
                    .append("  ")
                    .append(session.grant())
                    .append("  ")
                    .append(session.agent())
                    .append(session.owner().map(owner -> " for " + owner).orElse(""))
                    .append("  ")
                    .append(session.from())
                    .append(" to ")
                    .append(session.endedAt()
                            .map(Instant::toString)
                            .orElseGet(() -> session.window() + " at the latest"))
                    .append('\n');
        }
        return text.toString();
    }
}
