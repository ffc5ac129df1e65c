package dev.daypass.cli.session;

import dev.daypass.cli.api.DaypassApi;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says where a session is in its life. */
@Command(name = "status", description = "Say where a session is in its life, as JSON.")
public final class StatusCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final KnownSession session = new KnownSession();

    public StatusCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        try (var api = new DaypassApi(session.endpoint(surroundings))) {
            surroundings.out().println(SessionReport.json(api.status(session.credential(surroundings), session.id())));
        }
        return ExitCode.OK;
    }
}
