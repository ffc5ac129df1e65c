package dev.daypass.deployer.mariadb;

import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.MariaDbColumns;
import dev.daypass.grants.MariaDbRight;
import dev.daypass.grants.MariaDbRight.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A server's accounts, rights, views and columns at one moment: a fixed number of queries, however many grants are then worked
 * out from them. Immutable in use.
 */
final class MariaDbCatalog implements MariaDbColumns {
    static final String GRANT_OPTION = "GRANT OPTION";
    private static final String SHOW_CREATE_ROUTINE = "SHOW CREATE ROUTINE";

    /** TABLE_ACLS and PROC_ACLS (MariaDB, sql/privilege.h). */
    private static final List<String> ON_TABLES = List.of(
            "SELECT",
            "INSERT",
            "UPDATE",
            "DELETE",
            "CREATE",
            "DROP",
            "REFERENCES",
            "INDEX",
            "ALTER",
            "CREATE VIEW",
            "SHOW VIEW",
            "TRIGGER",
            "DELETE HISTORY");

    private static final List<String> ON_ROUTINES = List.of("EXECUTE", "ALTER ROUTINE", SHOW_CREATE_ROUTINE);

    /** The bits of "access" in mysql.global_priv, from the lowest (MariaDB, sql/privilege.h). */
    private static final List<String> GLOBAL = List.of(
            "SELECT",
            "INSERT",
            "UPDATE",
            "DELETE",
            "CREATE",
            "DROP",
            "RELOAD",
            "SHUTDOWN",
            "PROCESS",
            "FILE",
            GRANT_OPTION,
            "REFERENCES",
            "INDEX",
            "ALTER",
            "SHOW DATABASES",
            "SUPER",
            "CREATE TEMPORARY TABLES",
            "LOCK TABLES",
            "EXECUTE",
            "REPLICATION SLAVE",
            "BINLOG MONITOR",
            "CREATE VIEW",
            "SHOW VIEW",
            "CREATE ROUTINE",
            "ALTER ROUTINE",
            "CREATE USER",
            "EVENT",
            "TRIGGER",
            "CREATE TABLESPACE",
            "DELETE HISTORY",
            "SET USER",
            "FEDERATED ADMIN",
            "CONNECTION ADMIN",
            "READ_ONLY ADMIN",
            "REPLICATION SLAVE ADMIN",
            "REPLICATION MASTER ADMIN",
            "BINLOG ADMIN",
            "BINLOG REPLAY",
            "SLAVE MONITOR",
            SHOW_CREATE_ROUTINE);

    /** The columns of mysql.db whose names are not those of their rights. */
    private static final Map<String, String> DATABASE_RIGHTS = Map.of(
            "Grant_priv", GRANT_OPTION,
            "Create_tmp_table_priv", "CREATE TEMPORARY TABLES",
            "Delete_history_priv", "DELETE HISTORY");

    /** The words in the sets of the other tables that are not their rights' names. */
    private static final Map<String, String> TABLE_RIGHTS =
            Map.of("GRANT", GRANT_OPTION, "DELETE VERSIONING ROWS", "DELETE HISTORY");

    /** Somebody with rights. A role has an empty host. */
    record Account(String name, String host) implements Comparable<Account> {
        static final Account PUBLIC = new Account("PUBLIC", "");

        boolean isRole() {
            return host.isEmpty() && !name.isEmpty();
        }

        @Override
        public int compareTo(Account other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return isRole() ? name : name + "@" + host;
        }
    }

    /** @param access global rights */
    record Facts(Set<String> access, boolean locked) {}

    /** A view as the server keeps it; {@code digest} of all that makes it what it is. */
    record LiveView(String schema, String name, String digest) {}

    /** A stored routine. */
    record Routine(String schema, String name, boolean function, boolean definerRights, String definer) {}

    final Map<Account, Facts> accounts = new TreeMap<>();
    final Map<Account, Set<MariaDbRight>> rights = new TreeMap<>();

    /** Roles by who has them; the value says whether it may be handed on. */
    final Map<Account, Map<String, Boolean>> roles = new TreeMap<>();

    /** Who may act as whom. */
    final Map<Account, Set<String>> proxies = new TreeMap<>();

    /** What one can have on a whole database of this server, but for GRANT OPTION. */
    private final Set<String> onDatabases = new TreeSet<>();

    final Set<String> schemas = new TreeSet<>();
    final Map<String, Map<String, LiveView>> views = new TreeMap<>();

    /** What is in a database and is no view. */
    final Map<String, Set<String>> baseTables = new TreeMap<>();

    final List<Routine> routines = new ArrayList<>();
    private final Map<String, String> types = new HashMap<>();

    private MariaDbCatalog() {}

    static MariaDbCatalog read(Connection connection) throws SQLException {
        var catalog = new MariaDbCatalog();
        catalog.readAccounts(connection);
        catalog.readDatabaseRights(connection);
        catalog.readTableRights(connection);
        catalog.readRoutineRights(connection);
        catalog.readRoles(connection);
        catalog.readObjects(connection);
        return catalog;
    }

    Set<MariaDbRight> rightsOf(Account account) {
        return rights.getOrDefault(account, Set.of());
    }

    Map<String, Boolean> rolesOf(Account account) {
        return roles.getOrDefault(account, Map.of());
    }

    /** Every account of this name that is no role. */
    List<Account> logins(String name) {
        return accounts.keySet().stream()
                .filter(account -> account.name().equals(name) && !account.isRole())
                .toList();
    }

    Map<String, LiveView> viewsOf(String schema) {
        return views.getOrDefault(schema, Map.of());
    }

    @Override
    public Optional<String> type(TableName table, String column) {
        return Optional.ofNullable(types.get(table + "." + column));
    }

    private void readAccounts(Connection connection) throws SQLException {
        each(connection, "SELECT name, host, access, locked FROM daypass.accounts", row -> {
            var account = new Account(text(row, 1), text(row, 2));
            var access = new TreeSet<String>();
            long bits = row.getLong(3);
            for (int i = 0; i < GLOBAL.size(); i++) {
                if ((bits & 1L << i) != 0) {
                    access.add(GLOBAL.get(i));
                    give(account, new MariaDbRight(GLOBAL.get(i), List.of(), Kind.GLOBAL, "*", ""));
                }
            }
            accounts.put(account, new Facts(access, row.getBoolean(4)));
        });
    }

    private void readDatabaseRights(Connection connection) throws SQLException {
        each(connection, "SELECT * FROM mysql.db", row -> {
            var account = new Account(text(row, "User"), text(row, "Host"));
            var columns = row.getMetaData();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                String column = columns.getColumnName(i);
                if (column.endsWith("_priv")) {
                    String right = DATABASE_RIGHTS.getOrDefault(
                            column,
                            column.substring(0, column.length() - 5)
                                    .replace('_', ' ')
                                    .toUpperCase(Locale.ROOT));
                    onDatabases.add(right);
                    if ("Y".equals(row.getString(i))) {
                        give(account, new MariaDbRight(right, List.of(), Kind.DATABASE, text(row, "Db"), ""));
                    }
                }
            }
        });
        onDatabases.remove(GRANT_OPTION);
    }

    /** What this server's SHOW GRANTS means by ALL PRIVILEGES. */
    Set<String> all(Kind kind) {
        var all = new TreeSet<>(
                switch (kind) {
                    case GLOBAL -> GLOBAL;
                    case DATABASE -> onDatabases;
                    case TABLE -> ON_TABLES;
                    case FUNCTION, PROCEDURE -> ON_ROUTINES;
                });
        all.remove(GRANT_OPTION);
        // New in 11.3.
        if (!onDatabases.contains(SHOW_CREATE_ROUTINE)) {
            all.remove(SHOW_CREATE_ROUTINE);
        }
        return all;
    }

    private void readTableRights(Connection connection) throws SQLException {
        each(connection, "SELECT User, Host, Db, Table_name, Table_priv FROM mysql.tables_priv", row -> {
            for (var right : words(text(row, 5))) {
                give(
                        new Account(text(row, 1), text(row, 2)),
                        new MariaDbRight(right, List.of(), Kind.TABLE, text(row, 3), text(row, 4)));
            }
        });
        each(connection, "SELECT User, Host, Db, Table_name, Column_name, Column_priv FROM mysql.columns_priv", row -> {
            for (var right : words(text(row, 6))) {
                give(
                        new Account(text(row, 1), text(row, 2)),
                        new MariaDbRight(right, List.of(text(row, 5)), Kind.TABLE, text(row, 3), text(row, 4)));
            }
        });
    }

    private void readRoutineRights(Connection connection) throws SQLException {
        each(connection, "SELECT User, Host, Db, Routine_name, Routine_type, Proc_priv FROM mysql.procs_priv", row -> {
            var kind = text(row, 5).equals("FUNCTION") ? Kind.FUNCTION : Kind.PROCEDURE;
            for (var right : words(text(row, 6))) {
                give(
                        new Account(text(row, 1), text(row, 2)),
                        new MariaDbRight(right, List.of(), kind, text(row, 3), text(row, 4)));
            }
        });
    }

    private void readRoles(Connection connection) throws SQLException {
        each(
                connection,
                "SELECT User, Host, Role, Admin_option FROM mysql.roles_mapping",
                row -> roles.computeIfAbsent(new Account(text(row, 1), text(row, 2)), key -> new TreeMap<>())
                        .put(text(row, 3), "Y".equals(row.getString(4))));
        each(
                connection,
                "SELECT User, Host, Proxied_user, Proxied_host FROM mysql.proxies_priv",
                row -> proxies.computeIfAbsent(new Account(text(row, 1), text(row, 2)), key -> new TreeSet<>())
                        .add(text(row, 3) + "@" + text(row, 4)));
    }

    private void readObjects(Connection connection) throws SQLException {
        each(connection, "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA", row -> schemas.add(text(row, 1)));
        each(
                connection,
                "SELECT TABLE_SCHEMA, TABLE_NAME, " + MariaDbLedger.VIEW_DIGEST + " FROM information_schema.VIEWS WHERE"
                        + " TABLE_SCHEMA LIKE 'dpg\\_%'",
                row -> views.computeIfAbsent(text(row, 1), key -> new TreeMap<>())
                        .put(text(row, 2), new LiveView(text(row, 1), text(row, 2), text(row, 3))));
        each(
                connection,
                "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE NOT LIKE '%VIEW' AND"
                        + " TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')",
                row -> baseTables
                        .computeIfAbsent(text(row, 1), key -> new TreeSet<>())
                        .add(text(row, 2)));
        each(
                connection,
                "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, LOWER(DATA_TYPE) FROM information_schema.COLUMNS WHERE"
                        + " TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')",
                row -> types.put(text(row, 1) + "." + text(row, 2) + "." + text(row, 3), text(row, 4)));
        each(
                connection,
                "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE = 'FUNCTION', SECURITY_TYPE = 'DEFINER', DEFINER FROM"
                        + " information_schema.ROUTINES",
                row -> routines.add(
                        new Routine(text(row, 1), text(row, 2), row.getBoolean(3), row.getBoolean(4), text(row, 5))));
    }

    private void give(Account account, MariaDbRight right) {
        rights.computeIfAbsent(account, key -> new TreeSet<>()).add(right);
    }

    /** A SET of words, such as {@code Select,Show view}. */
    private static List<String> words(String set) {
        var words = new ArrayList<String>();
        for (var word : set.split(",", -1)) {
            if (!word.isBlank()) {
                String right = word.strip().toUpperCase(Locale.ROOT);
                words.add(TABLE_RIGHTS.getOrDefault(right, right));
            }
        }
        return words;
    }

    /** Reads one row. */
    @FunctionalInterface
    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    static void each(Connection connection, String sql, RowReader reader) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    static String text(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).orElse("");
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).orElse("");
    }
}
