package dev.daypass.cli.audit;

import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.options.Converters;
import dev.daypass.session.SessionId;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code daypass audit timeline}. */
@Command(
        name = "timeline",
        description = {
            "One session from token to ending, in order, each line with where it stands in the record.",
            "What is read was not checked: that is daypass audit verify."
        })
public final class TimelineCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "SESSION", converter = Converters.OfSessionId.class, description = "The session.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private SessionId session;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private RecordOptions record;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = InstantOption.class,
            description = "Where to begin; default: two minutes before the session's beginning.")
    private @Nullable Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = InstantOption.class,
            description =
                    "Where to stop; default: 15 minutes after the ending, or after the window where there is no ending.")
    private @Nullable Instant to;

    @Option(names = "--json", description = "One JSON object in place of text.")
    private boolean json;

    public TimelineCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        return Aws.working(() -> {
            try (var stored = record.open()) {
                var timeline = SessionTimeline.read(
                        stored,
                        session,
                        Optional.ofNullable(from),
                        Optional.ofNullable(to),
                        new Progress(surroundings, "read"));
                if (timeline.entries().isEmpty()) {
                    throw Failure.couldNot("the record has nothing of session " + session + " from "
                            + timeline.looked().from() + " to "
                            + timeline.looked().to());
                }
                surroundings.out().print(json ? TimelineReport.json(timeline) + "\n" : TimelineReport.text(timeline));
                surroundings.out().flush();
                return ExitCode.OK;
            }
        });
    }
}
