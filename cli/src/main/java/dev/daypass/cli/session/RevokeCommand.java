package dev.daypass.cli.session;

import dev.daypass.cli.api.DaypassApi;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.session.SessionStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends a session, and clears away the files that vend left. */
@Command(
        name = "revoke",
        description = "End a session. Exit code 1 when its end was ordered and is not verified yet (status ENDING).")
public final class RevokeCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final KnownSession session = new KnownSession();

    public RevokeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        try (var api = new DaypassApi(session.endpoint(surroundings))) {
            var view = api.revoke(session.credential(surroundings), session.id());
            var files = session.files(surroundings);
            surroundings.out().println(SessionReport.json(view));
            if (view.status() == SessionStatus.ENDED) {
                if (files.isPresent()) {
                    files.get().deleteAll();
                }
                return ExitCode.OK;
            }
            if (files.isPresent()) {
                files.get().deleteConnection();
            }
            surroundings.tell(SessionReport.notVerified(view));
            return ExitCode.COULD_NOT;
        }
    }
}
