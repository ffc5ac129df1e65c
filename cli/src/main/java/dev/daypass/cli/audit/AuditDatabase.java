package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.duckdb.DuckDBDriver;

/**
 * DuckDB over the objects of a folder. They are loaded into a database in the temporary folder, which is then opened again for reading
 * alone, with no way to files or to the network: a query reads the views, and nothing else of this machine.
 */
final class AuditDatabase implements AutoCloseable {
    /** Beyond it DuckDB works in the temporary folder. */
    private static final String MEMORY = "1GB";

    private static final DateTimeFormatter LITERAL =
            DateTimeFormatter.ofPattern("'TIMESTAMP '''uuuu-MM-dd HH:mm:ss.SSS''", Locale.ROOT);

    private final Connection connection;

    private AuditDatabase(Connection connection) {
        this.connection = connection;
    }

    /** What is done with the rows of a query. */
    interface Rows {
        void read(ResultSet rows) throws SQLException;
    }

    /**
     * Loads the tables and opens them.
     *
     * @param temporary where the database goes
     * @param objects a folder with the record's layout
     */
    static AuditDatabase open(Path temporary, Path objects, Set<RecordTable> tables, TimeRange range) throws Failure {
        Path file = temporary.resolve("record.duckdb");
        try (var loading = connect(file, temporary, false)) {
            run(loading, filled("tables.sql", objects, range));
            for (var table : tables) {
                run(loading, filled(table.script(), objects, range));
            }
        } catch (SQLException e) {
            throw failure("the record's objects cannot be loaded", e);
        }
        try {
            return new AuditDatabase(connect(file, temporary, true));
        } catch (SQLException e) {
            throw failure("the loaded objects cannot be read", e);
        }
    }

    /** Runs a query. */
    void query(String sql, Rows rows) throws Failure {
        try (var statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (var result = Objects.requireNonNull(statement.getResultSet())) {
                    rows.read(result);
                }
            }
        } catch (SQLException e) {
            throw failure("the query failed", e);
        }
    }

    private static Connection connect(Path file, Path temporary, boolean closed) throws SQLException {
        var settings = new Properties();
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("allow_community_extensions", "false");
        settings.setProperty("allow_persistent_secrets", "false");
        settings.setProperty("memory_limit", MEMORY);
        settings.setProperty("temp_directory", temporary.resolve("spill").toString());
        settings.setProperty(
                "extension_directory", temporary.resolve("extensions").toString());
        settings.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
        if (closed) {
            settings.setProperty("access_mode", "READ_ONLY");
            settings.setProperty("enable_external_access", "false");
            settings.setProperty("lock_configuration", "true");
        }
        var connection = new DuckDBDriver().connect("jdbc:duckdb:" + file, settings);
        return Objects.requireNonNull(connection, "DuckDB takes its own addresses");
    }

    private static void run(Connection connection, String script) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(script);
        }
    }

    private static String filled(String resource, Path objects, TimeRange range) {
        try (var in = Objects.requireNonNull(AuditDatabase.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${folder}", objects.toString().replace("'", "''"))
                    // SQL counts characters from 1, and a slash stands between.
                    .replace("${prefix}", Integer.toString(objects.toString().length() + 2))
                    .replace("${from}", literal(range.from()))
                    .replace("${to}", literal(range.to()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String literal(Instant instant) {
        return LITERAL.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
    }

    /** The driver puts a general sentence before DuckDB's own. */
    private static Failure failure(String what, SQLException e) {
        String said = Optional.ofNullable(e.getMessage()).orElse("no reason");
        int own = said.indexOf("\nError: ");
        String reason = own < 0 ? said : said.substring(own + "\nError: ".length());
        return Failure.couldNot(what + ": " + Printable.line(reason.strip(), 600));
    }

    /** A timestamp as the record writes instants. */
    static String instant(Timestamp timestamp) {
        return timestamp.toLocalDateTime().toInstant(ZoneOffset.UTC).toString();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // the folder goes with all that is in it
        }
    }
}
