package dev.daypass.cli.audit;

import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code daypass audit sql}. */
@Command(
        name = "sql",
        description = {
            "Ask the record of a period. Views: sessions, records, statements, logins, account_changes, findings,"
                    + " session_timeline, seals; iac/athena/README.md says what is in them.",
            "What is read was not checked: that is daypass audit verify."
        })
public final class SqlCommand implements Callable<Integer> {
    private static final Duration DAY = Duration.ofDays(1);
    /** Before anything that the record can hold, and after. */
    private static final TimeRange ALWAYS =
            new TimeRange(Instant.parse("2000-01-01T00:00:00Z"), Instant.parse("2100-01-01T00:00:00Z"));

    private final Surroundings surroundings;

    @Parameters(paramLabel = "QUERY", description = "One SELECT, in DuckDB's SQL.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private String query;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private RecordOptions record;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = InstantOption.class,
            description = "Default: a day before --to; in a copy, its beginning.")
    private @Nullable Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = InstantOption.class,
            description = "Default: now; in a copy, its end.")
    private @Nullable Instant to;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table (shortened), json (an object a line) or csv; default: ${DEFAULT-VALUE}.")
    private RowFormat format = RowFormat.TABLE;

    public SqlCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        return Aws.working(() -> {
            var range = range();
            var tables = RecordTable.mentioned(query);
            try (var stored = record.open();
                    var temporary = new TemporaryFolder()) {
                var objects = temporary.path().resolve("objects");
                new LocalObjects(stored, objects, new Progress(surroundings, "read")).gather(tables, range);
                new RecordQuery(surroundings, format).run(query, temporary.path(), objects, tables, range);
            }
            return ExitCode.OK;
        });
    }

    private TimeRange range() throws Failure {
        boolean copy = record.copy().isPresent();
        Instant end =
                to != null ? to : copy ? ALWAYS.to() : surroundings.clock().instant();
        Instant start = from != null ? from : copy ? ALWAYS.from() : end.minus(DAY);
        if (!start.isBefore(end)) {
            throw Failure.usage("--from " + start + " is not before --to " + end);
        }
        return new TimeRange(start, end);
    }
}
