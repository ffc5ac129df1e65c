package dev.daypass.cli.session;

import dev.daypass.cli.api.DaypassApi;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.options.Converters;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Moves the end of a session's lease. */
@Command(name = "renew", description = "Move the end of a session's lease, never past its window.")
public final class RenewCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final KnownSession session = new KnownSession();

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "Length of the new lease, as 10m or PT10M; default: the grant's own.")
    private @Nullable Duration ttl;

    public RenewCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        try (var api = new DaypassApi(session.endpoint(surroundings))) {
            var view = api.renew(session.credential(surroundings), session.id(), Optional.ofNullable(ttl));
            surroundings.out().println(SessionReport.json(view));
        }
        return ExitCode.OK;
    }
}
