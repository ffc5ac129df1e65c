package dev.daypass.deployer.mariadb;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.Privilege;
import dev.daypass.deployer.live.Privilege.Reason;
import dev.daypass.deployer.live.Privilege.Standing;
import dev.daypass.deployer.live.ProbeUser;
import dev.daypass.deployer.mariadb.MariaDbGrantedDatabase.Connector;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.LoginStatements;
import dev.daypass.grants.MariaDbGrant;
import dev.daypass.grants.MariaDbRight;
import dev.daypass.grants.MariaDbText;
import dev.daypass.vaultpolicies.Secret;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A login as Vault would make it, which tries: each column of each table that the deployer knows of, for reading, inserting and
 * updating, each table for deleting, without touching a row; and says what the server tells it of its own rights (SHOW GRANTS).
 * What answers and is in no document is beyond it, whatever the catalogs said. The login is removed again.
 */
final class MariaDbProbe {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A server may ask for a capital, a small letter, a digit and something else (simple_password_check). */
    private static final String EVERY_KIND = "Dp0-";

    /** A line of SHOW GRANTS that gives rights: {@code GRANT SELECT (`a`), EXECUTE ON `s`.`t` TO …}. */
    private static final Pattern GRANTED = Pattern.compile(
            "GRANT (.+?) ON (FUNCTION |PROCEDURE |)(\\*|`((?:[^`]|``)+)`)\\.(\\*|`((?:[^`]|``)+)`) TO .*?( WITH GRANT OPTION.*)?");

    /** One right in it, with its columns. */
    private static final Pattern RIGHT = Pattern.compile("([A-Z][A-Z_ ]*[A-Z])(?: \\(([^)]*)\\))?");

    private final DatabaseDocument database;
    private final Connection deployer;
    private final Connector connector;
    private final MariaDbCatalog catalog;

    MariaDbProbe(DatabaseDocument database, Connection deployer, Connector connector, MariaDbCatalog catalog) {
        this.database = database;
        this.deployer = deployer;
        this.connector = connector;
        this.catalog = catalog;
    }

    EffectivePrivileges run(GrantDocument grant) throws SQLException {
        var user = ProbeUser.create(Instant.now(), RANDOM);
        var bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        var password = new Secret(EVERY_KIND + HexFormat.of().formatHex(bytes));
        var statements = LoginStatements.of(database);
        try {
            for (var sql : statements.session(grant)) {
                execute(sql.replace("{{name}}", user.name()).replace("{{password}}", password.reveal()));
            }
            try (var session = connector.connect(MariaDbGrant.schema(grant.name()), user.name(), password)) {
                return asked(session, grant);
            }
        } finally {
            execute("DROP USER IF EXISTS " + MariaDbGrantedDatabase.account(user.name(), database));
        }
    }

    private EffectivePrivileges asked(Connection session, GrantDocument grant) throws SQLException {
        var expected = new TreeMap<String, Privilege>();
        for (var privilege : MariaDbPrivileges.of(database, catalog, grant).privileges()) {
            expected.put(privilege.text(), privilege);
        }
        var found = new TreeMap<String, Privilege>();
        session.setAutoCommit(false);
        for (var schema : List.of(database.database().database(), MariaDbGrant.schema(grant.name()))) {
            tables(session, schema, found, expected);
        }
        for (var schema : schemasOf(grant)) {
            tables(session, schema, found, expected);
        }
        tables(session, MariaDbGrant.SCHEMA, found, expected);
        for (var table : MariaDbPrivileges.WORLD_READABLE) {
            if (answers(session, "SELECT 1 FROM " + MariaDbText.qualified("performance_schema", table) + " LIMIT 0")) {
                add(found, expected, Privilege.Kind.TABLE, "performance_schema." + table, "select");
            }
        }
        if (answers(session, "SELECT 1 FROM `information_schema`.`SCHEMATA` LIMIT 0")) {
            add(found, expected, Privilege.Kind.DATABASE, "information_schema", "select");
        }
        session.rollback();
        routines(session, found, expected);
        told(session, found, expected);
        // SHOW GRANTS is silent about accounts without a name: what they give is taken over from the catalog.
        expected.values().stream()
                .filter(privilege -> privilege.via().startsWith(MariaDbPrivileges.NOBODY))
                .forEach(privilege -> found.put(privilege.text(), privilege));
        return new EffectivePrivileges(grant.name(), database.name(), List.copyOf(found.values()));
    }

    private static Collection<String> schemasOf(GrantDocument grant) {
        var schemas = new TreeSet<String>();
        grant.tables().keySet().forEach(table -> schemas.add(table.schema()));
        return schemas;
    }

    private void tables(
            Connection session, String schema, Map<String, Privilege> found, Map<String, Privilege> expected)
            throws SQLException {
        var columns = new TreeMap<String, List<String>>();
        try (var query = deployer.prepareStatement(
                "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?")) {
            query.setString(1, schema);
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    columns.computeIfAbsent(MariaDbCatalog.text(row, 1), key -> new ArrayList<>())
                            .add(MariaDbCatalog.text(row, 2));
                }
            }
        }
        for (var table : columns.entrySet()) {
            String name = MariaDbText.qualified(schema, table.getKey());
            String object = schema + "." + table.getKey();
            boolean deletes = answers(session, "DELETE FROM " + name + " WHERE FALSE");
            if (deletes) {
                add(found, expected, Privilege.Kind.TABLE, object, "delete");
            }
            if (!deletes
                    && !isShown(session, schema, table.getKey())
                    && !answers(session, "SELECT 1 FROM " + name + " LIMIT 0")) {
                continue;
            }
            for (var column : table.getValue()) {
                String quoted = MariaDbText.quoted(column);
                if (answers(session, "SELECT " + quoted + " FROM " + name + " LIMIT 0")) {
                    add(found, expected, Privilege.Kind.COLUMN, object + "." + column, "select");
                }
                if (answers(session, "INSERT INTO " + name + " (" + quoted + ") SELECT NULL FROM DUAL WHERE FALSE")) {
                    add(found, expected, Privilege.Kind.COLUMN, object + "." + column, "insert");
                }
                if (answers(session, "UPDATE " + name + " SET " + quoted + " = NULL WHERE FALSE")) {
                    add(found, expected, Privilege.Kind.COLUMN, object + "." + column, "update");
                }
            }
        }
    }

    /** Whoever has any right on a table, or on a column of it, finds it there. */
    private static boolean isShown(Connection session, String schema, String table) throws SQLException {
        try (var query = session.prepareStatement(
                "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?")) {
            query.setString(1, schema);
            query.setString(2, table);
            try (var row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /** information_schema.ROUTINES shows a session those that it may execute or change. */
    private static void routines(Connection session, Map<String, Privilege> found, Map<String, Privilege> expected)
            throws SQLException {
        MariaDbCatalog.each(
                session,
                "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES",
                row -> add(
                        found,
                        expected,
                        Privilege.Kind.FUNCTION,
                        (MariaDbCatalog.text(row, 3).equals("FUNCTION") ? "" : "procedure ")
                                + MariaDbCatalog.text(row, 1) + "." + MariaDbCatalog.text(row, 2) + "()",
                        "execute"));
    }

    private void told(Connection session, Map<String, Privilege> found, Map<String, Privilege> expected)
            throws SQLException {
        MariaDbCatalog.each(session, "SHOW GRANTS", row -> {
            var line = GRANTED.matcher(MariaDbCatalog.text(row, 1));
            if (line.matches()) {
                String schema = plain(line.group(4));
                String name = plain(line.group(6));
                var kind = kind(line.group(2), schema, name);
                if (line.group(7) != null) {
                    tell(new MariaDbRight(MariaDbCatalog.GRANT_OPTION, List.of(), kind, schema, name), found, expected);
                }
                var rights = RIGHT.matcher(line.group(1));
                while (rights.find()) {
                    var columns = Optional.ofNullable(rights.group(2)).stream()
                            .flatMap(list -> Arrays.stream(list.split(", ", -1)))
                            .map(MariaDbProbe::plain)
                            .toList();
                    for (var verb : meant(rights.group(1), kind)) {
                        new MariaDbRight(verb, columns, kind, schema, name)
                                .each()
                                .forEach(right -> tell(right, found, expected));
                    }
                }
            }
        });
    }

    private Collection<String> meant(String word, MariaDbRight.Kind kind) {
        if (word.equals("ALL PRIVILEGES")) {
            return catalog.all(kind);
        }
        // On anything but the server it stands where there is GRANT OPTION only.
        return word.equals("USAGE") && kind != MariaDbRight.Kind.GLOBAL ? List.of() : List.of(word);
    }

    private static void tell(MariaDbRight right, Map<String, Privilege> found, Map<String, Privilege> expected) {
        add(
                found,
                expected,
                MariaDbPrivileges.kind(right),
                MariaDbPrivileges.object(right),
                right.verb().toLowerCase(Locale.ROOT));
    }

    private static MariaDbRight.Kind kind(String routine, String schema, String name) {
        return switch (routine) {
            case "FUNCTION " -> MariaDbRight.Kind.FUNCTION;
            case "PROCEDURE " -> MariaDbRight.Kind.PROCEDURE;
            default ->
                schema.isEmpty()
                        ? MariaDbRight.Kind.GLOBAL
                        : name.isEmpty() ? MariaDbRight.Kind.DATABASE : MariaDbRight.Kind.TABLE;
        };
    }

    /** Without backticks; empty for {@code *}. */
    private static String plain(@Nullable String quoted) {
        return quoted == null ? "" : quoted.replaceAll("^`|`$", "").replace("``", "`");
    }

    /** What answers by a right that was expected is that one: on the column, or on its table, its database, or the server. */
    private static void add(
            Map<String, Privilege> found,
            Map<String, Privilege> expected,
            Privilege.Kind kind,
            String object,
            String right) {
        var answered = new Privilege(
                kind, object, right, Reason.ATTRIBUTE, "the probe's login", Standing.BEYOND, Optional.empty());
        var parts = object.replaceFirst("^procedure ", "").split("\\.", 3);
        var wider = new ArrayList<>(List.of(answered.text()));
        if (parts.length == 3) {
            wider.add(right + " on table " + parts[0] + "." + parts[1]);
        }
        if (parts.length > 1) {
            wider.add(right + " on database " + parts[0]);
            expected.values().stream()
                    .filter(each -> each.kind() == Privilege.Kind.DATABASE
                            && each.right().equals(right)
                            && isLike(parts[0], each.object()))
                    .forEach(each -> wider.add(each.text()));
        }
        wider.add(right + " on server *.*");
        var known = wider.stream()
                .flatMap(text -> Optional.ofNullable(expected.get(text)).stream())
                .findFirst()
                .orElse(answered);
        found.put(known.text(), known);
    }

    /** A right on a database is on all whose names are LIKE it. */
    private static boolean isLike(String schema, String pattern) {
        var expression = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                i++;
                expression.append(Pattern.quote(pattern.substring(i, i + 1)));
            } else {
                expression.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return schema.matches(expression.toString());
    }

    private static boolean answers(Connection session, String sql) {
        try (var statement = session.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            // Denied, or impossible for this view: either way the session cannot do it.
            return false;
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = deployer.createStatement()) {
            statement.execute(sql);
        }
    }
}
