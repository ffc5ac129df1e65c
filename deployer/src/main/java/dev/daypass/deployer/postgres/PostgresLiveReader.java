package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.AppliedGrant;
import dev.daypass.deployer.postgres.PostgresLive.Column;
import dev.daypass.deployer.postgres.PostgresLive.Fingerprint;
import dev.daypass.deployer.postgres.PostgresLive.Future;
import dev.daypass.deployer.postgres.PostgresLive.Membership;
import dev.daypass.deployer.postgres.PostgresLive.Owned;
import dev.daypass.deployer.postgres.PostgresLive.Recorded;
import dev.daypass.deployer.postgres.PostgresLive.Relation;
import dev.daypass.deployer.postgres.PostgresLive.Role;
import dev.daypass.digest.Sha256;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.PostgresObjects.Holding;
import dev.daypass.grants.PostgresObjects.Kind;
import dev.daypass.grants.PostgresObjects.Rights;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.postgresql.util.PSQLException;

/** Reads {@link PostgresLive}, in a number of queries that does not depend on how many grants there are. */
final class PostgresLiveReader {
    /** PostgreSQL, "Error Codes". */
    private static final String UNDEFINED_TABLE = "42P01";

    /** Not allowed, no such table, no such column, no such schema. */
    private static final Set<String> SAID_ELSEWHERE = Set.of("42501", UNDEFINED_TABLE, "42703", "3F000");

    private final Connection connection;

    PostgresLiveReader(Connection connection) {
        this.connection = connection;
    }

    PostgresLive read(DatabaseDocument document) throws SQLException {
        int major = rows(PostgresLiveSql.SERVER, row -> row.getInt(1)).getFirst();
        var missing = rows(
                PostgresLiveSql.SETUP,
                row -> row.getString(1),
                document.administrator(),
                document.administrator(),
                document.deployer(),
                document.deployer());
        var roles = new HashMap<String, Role>();
        rows(
                        PostgresLiveSql.ROLES,
                        row -> new Role(
                                row.getString(1), row.getBoolean(2), row.getBoolean(3), Set.copyOf(strings(row, 4))))
                .forEach(role -> roles.put(role.name(), role));
        var memberships = rows(
                PostgresLiveSql.memberships(major),
                row -> new Membership(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getBoolean(5),
                        row.getBoolean(6)));
        var schemas = new HashMap<String, String>();
        rows(PostgresLiveSql.SCHEMAS, row -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(schema -> schemas.put(schema.getKey(), schema.getValue()));
        var rights = new TreeMap<Holding, Rights>();
        read(PostgresLiveSql.rights(major), row -> {
            var holding = new Holding(Kind.valueOf(row.getString(1)), row.getString(2), row.getString(3));
            var held = rights.computeIfAbsent(holding, h -> new Rights());
            var columns = strings(row, 5);
            if (columns.isEmpty()) {
                held.add(row.getString(4));
            } else {
                held.add(row.getString(4), columns);
            }
        });
        return new PostgresLive(
                major,
                missing,
                roles,
                memberships,
                schemas,
                rows(PostgresLiveSql.RELATIONS, PostgresLiveReader::relation),
                rights,
                owned(),
                rows(
                        PostgresLiveSql.FUTURE,
                        row -> new Future(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5))),
                new HashSet<>(rows(PostgresLiveSql.HOLDERS, row -> row.getString(1))),
                missing.contains("the table daypass.applied") ? Map.of() : applied());
    }

    private List<Owned> owned() throws SQLException {
        var owned = new ArrayList<Owned>();
        read(PostgresLiveSql.OWNED, row -> {
            String role = row.getString(1);
            String type = row.getString(2);
            boolean ownView = type.equals("view") && row.getString(4) != null && isViewOwnerOf(role, row.getString(4));
            if (!ownView) {
                owned.add(new Owned(role, type, row.getString(3)));
            }
        });
        return owned;
    }

    private static boolean isViewOwnerOf(String role, String schema) {
        return GrantNames.ofViewOwner(role).equals(GrantNames.ofGroup(schema))
                && GrantNames.ofGroup(schema).isPresent();
    }

    /** The ledger's rows; none where there is no ledger. */
    List<AppliedGrant> ledger() throws SQLException {
        try {
            return rows(PostgresLiveSql.LEDGER, PostgresLiveReader::line);
        } catch (SQLException e) {
            if (UNDEFINED_TABLE.equals(e.getSQLState())) {
                return List.of();
            }
            throw e;
        }
    }

    private Map<GrantName, Recorded> applied() throws SQLException {
        var views = new HashMap<String, Map<String, Fingerprint>>();
        read(
                PostgresLiveSql.FINGERPRINTS,
                row -> views.computeIfAbsent(row.getString(1), name -> new HashMap<>())
                        .put(row.getString(2), new Fingerprint(row.getString(3), row.getString(4), row.getString(5))));
        var applied = new HashMap<GrantName, Recorded>();
        for (var line : rows(PostgresLiveSql.LEDGER, PostgresLiveReader::line)) {
            applied.put(
                    line.grant(),
                    new Recorded(line, views.getOrDefault(line.grant().text(), Map.of())));
        }
        return applied;
    }

    private static AppliedGrant line(ResultSet row) throws SQLException {
        return new AppliedGrant(
                new GrantName(row.getString(1)),
                new Sha256(row.getString(2)),
                row.getString(3),
                row.getObject(4, OffsetDateTime.class).toInstant(),
                row.getString(5));
    }

    private static Relation relation(ResultSet row) throws SQLException {
        var names = strings(row, 6);
        var types = strings(row, 7);
        var collations = strings(row, 8);
        var columns = new ArrayList<Column>();
        for (int i = 0; i < names.size(); i++) {
            columns.add(new Column(names.get(i), types.get(i), collations.get(i)));
        }
        return new Relation(
                new TableName(row.getString(1), row.getString(2)),
                row.getString(3).charAt(0),
                row.getString(4),
                strings(row, 5),
                columns,
                row.getString(9),
                row.getInt(10));
    }

    /** What a query is asked for. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** What is done with a row. */
    @FunctionalInterface
    interface RowTaker {
        void take(ResultSet row) throws SQLException;
    }

    void read(String sql, RowTaker taker, Object... parameters) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    taker.take(rows);
                }
            }
        }
    }

    <T> List<T> rows(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
        var read = new ArrayList<T>();
        read(sql, row -> read.add(reader.read(row)), parameters);
        return read;
    }

    /**
     * What the server says against a query, without running it: the error's own words, which name columns and types. Empty if it
     * takes it, if it cannot be asked with this login, or if what is missing is said elsewhere.
     */
    Optional<String> parse(String query) throws SQLException {
        var before = connection.setSavepoint();
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("PREPARE daypass_check AS " + query);
            statement.execute("DEALLOCATE daypass_check");
            return Optional.empty();
        } catch (PSQLException e) {
            connection.rollback(before);
            return SAID_ELSEWHERE.contains(e.getSQLState()) ? Optional.empty() : Optional.of(PostgresFailures.said(e));
        } finally {
            connection.releaseSavepoint(before);
        }
    }

    /** A parameter of type text[]. */
    Array texts(List<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    /** A parameter of type bigint[]. */
    Array numbers(List<Long> numbers) throws SQLException {
        return connection.createArrayOf("bigint", numbers.toArray());
    }

    static List<String> strings(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getArray(column))
                .map(array -> {
                    try {
                        return List.of((String[]) array.getArray());
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .orElse(List.of());
    }
}
