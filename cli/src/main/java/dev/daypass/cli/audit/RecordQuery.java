package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;

/** Runs a query over gathered objects and writes its rows. Apart from the command, so that DuckDB is not touched by other commands. */
final class RecordQuery {
    private final Surroundings surroundings;
    private final RowFormat format;

    RecordQuery(Surroundings surroundings, RowFormat format) {
        this.surroundings = surroundings;
        this.format = format;
    }

    void run(String query, Path temporary, Path objects, Set<RecordTable> tables, TimeRange range)
            throws Failure, IOException {
        try (var database = AuditDatabase.open(temporary, objects, tables, range)) {
            database.query(query, rows -> {
                try {
                    if (!format.write(rows, surroundings.out())) {
                        surroundings.tell("there are more than " + RowFormat.TABLE_ROWS
                                + " rows; --format csv or json writes all of them");
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            surroundings.out().flush();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
