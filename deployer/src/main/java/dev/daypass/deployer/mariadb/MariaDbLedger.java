package dev.daypass.deployer.mariadb;

import dev.daypass.deployer.live.AppliedGrant;
import dev.daypass.digest.Sha256;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.MariaDbGrant;
import dev.daypass.grants.MariaDbText;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The ledger: a row a grant in {@code daypass.applied}. DDL cannot be undone here, so a row is begun before anything is made
 * (without a digest) and finished as the last statement: a grant that is there in part is always in the ledger.
 */
final class MariaDbLedger {
    static final String TABLE = "applied";

    /** Of {@code information_schema.VIEWS}: all that makes a view what it is. */
    static final String VIEW_DIGEST =
            "SHA2(CONCAT_WS('|', ALGORITHM, CHECK_OPTION, DEFINER, SECURITY_TYPE, VIEW_DEFINITION), 256)";

    private static final String NAME = MariaDbText.qualified(MariaDbGrant.SCHEMA, TABLE);

    /**
     * One row.
     *
     * @param digest empty while the first apply is under way
     * @param statements by view, the SHA-256 of the statement that made it
     * @param live by view, the digest of what the server kept of it
     */
    record Entry(
            GrantName grant,
            String digest,
            AppliedGrant applied,
            Map<String, String> statements,
            Map<String, String> live) {
        boolean isFinished() {
            return !digest.isEmpty();
        }
    }

    private MariaDbLedger() {}

    static String create() {
        return "CREATE TABLE IF NOT EXISTS " + NAME + " (`name` VARCHAR(64) NOT NULL PRIMARY KEY, `database_name`"
                + " VARCHAR(64) NOT NULL, `digest` VARCHAR(64) NOT NULL, `document` MEDIUMTEXT NOT NULL, `statements`"
                + " MEDIUMTEXT NOT NULL, `live` MEDIUMTEXT NOT NULL, `applied_at` DATETIME(6) NOT NULL, `applied_by`"
                + " VARCHAR(400) NOT NULL) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    }

    /** The first statement of a grant's first apply. */
    static String begin(GrantDocument grant) {
        return "INSERT IGNORE INTO " + NAME + " (`name`, `database_name`, `digest`, `document`, `statements`, `live`,"
                + " `applied_at`, `applied_by`) VALUES ("
                + MariaDbText.name(grant.name().text()) + ", "
                + MariaDbText.name(grant.database()) + ", '', '', '', '', UTC_TIMESTAMP(6), CURRENT_USER())";
    }

    /** The last statement of an apply: reads what the server made of the views. */
    static String finish(GrantDocument grant, List<MariaDbGrant.View> views) {
        String statements = views.stream()
                .map(view -> view.name() + " " + digest(view.statement()))
                .sorted()
                .collect(Collectors.joining(","));
        return "REPLACE INTO " + NAME + " (`name`, `database_name`, `digest`, `document`, `statements`, `live`,"
                + " `applied_at`, `applied_by`) SELECT "
                + MariaDbText.name(grant.name().text()) + ", "
                + MariaDbText.name(grant.database()) + ", "
                + MariaDbText.name(grant.digest().hex()) + ", "
                + MariaDbText.literal(grant.text()) + ", " + MariaDbText.literal(statements)
                + ", COALESCE(GROUP_CONCAT(CONCAT(TABLE_NAME, ' ', " + VIEW_DIGEST
                + ") ORDER BY TABLE_NAME SEPARATOR ','), ''), UTC_TIMESTAMP(6), CURRENT_USER() FROM"
                + " information_schema.VIEWS WHERE TABLE_SCHEMA = "
                + MariaDbText.name(MariaDbGrant.schema(grant.name()));
    }

    static String forget(GrantName grant) {
        return "DELETE FROM " + NAME + " WHERE `name` = " + MariaDbText.name(grant.text());
    }

    static String digest(String statement) {
        return Sha256.of(statement.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** What is in it for this database document; nothing if there is no ledger. */
    static Map<GrantName, Entry> read(Connection connection, String database) throws SQLException {
        Map<GrantName, Entry> entries = new LinkedHashMap<>();
        if (!exists(connection, TABLE)) {
            return entries;
        }
        try (var query = connection.prepareStatement("SELECT `name`, `digest`, `document`, `statements`, `live`,"
                + " `applied_at`, `applied_by` FROM " + NAME + " WHERE `database_name` = ? ORDER BY `name`")) {
            query.setString(1, database);
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    var grant = new GrantName(row.getString(1));
                    String text = row.getString(3);
                    entries.put(
                            grant,
                            new Entry(
                                    grant,
                                    row.getString(2),
                                    new AppliedGrant(
                                            grant,
                                            Sha256.of(text.getBytes(StandardCharsets.UTF_8)),
                                            text,
                                            row.getObject(6, LocalDateTime.class)
                                                    .toInstant(ZoneOffset.UTC),
                                            row.getString(7)),
                                    lines(row.getString(4)),
                                    lines(row.getString(5))));
                }
            }
        }
        return entries;
    }

    /** Whether a table or view of Daypass's own database is there. */
    static boolean exists(Connection connection, String name) throws SQLException {
        try (var query = connection.prepareStatement(
                "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?")) {
            query.setString(1, MariaDbGrant.SCHEMA);
            query.setString(2, name);
            try (var row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    private static Map<String, String> lines(String text) {
        var lines = new TreeMap<String, String>();
        for (var line : text.split(",", -1)) {
            int space = line.indexOf(' ');
            if (space > 0) {
                lines.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        return lines;
    }

    static Optional<AppliedGrant> applied(Entry entry) {
        return entry.isFinished() ? Optional.of(entry.applied()) : Optional.empty();
    }
}
