package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.Privilege.Kind;
import dev.daypass.deployer.postgres.PostgresPrivilegesCatalog.DefaultPrivilege;
import dev.daypass.deployer.postgres.PostgresPrivilegesCatalog.Owning;
import dev.daypass.deployer.postgres.PostgresPrivilegesCatalog.Server;
import dev.daypass.deployer.postgres.PostgresPrivilegesCatalog.UserMapping;
import dev.daypass.deployer.postgres.PostgresPrivilegesObject.Entry;
import dev.daypass.deployer.postgres.PostgresPrivilegesRoles.Membership;
import dev.daypass.deployer.postgres.PostgresPrivilegesRoles.Role;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a session could touch, from the catalogs alone: any login can read them, and nothing is created.
 *
 * <p>{@link PostgresProbe} asks the server the same without looking at a single access list.
 */
final class PostgresPrivileges {
    /** Since this version a membership has options of its own, and a session user's says SET FALSE. */
    private static final int MEMBERSHIPS_HAVE_OPTIONS = 16;

    /** The predefined role that the owner of a database is a member of, in that database (catalog/pg_authid.dat). */
    private static final long PG_DATABASE_OWNER = 6171;

    private PostgresPrivileges() {}

    /** What one grant's sessions could touch once the documents are applied. For many, read the {@link #catalog} once. */
    static EffectivePrivileges read(Connection deployer, DatabaseDocument database, GrantDocument grant)
            throws SQLException {
        return catalog(deployer).afterApply(database, grant);
    }

    /**
     * The catalogs as they are now: a fixed number of queries, however many grants are then worked out from them. In a
     * transaction of its own that sees one moment; in the caller's, if one is open, with the caller's own changes.
     */
    static PostgresPrivilegesCatalog catalog(Connection deployer) throws SQLException {
        return PostgresPrivilegesSnapshot.in(deployer, PostgresPrivileges::read);
    }

    private static PostgresPrivilegesCatalog read(Connection connection) throws SQLException {
        var server = rows(
                        connection,
                        PostgresPrivilegesSql.SERVER,
                        row -> new Server(
                                row.getInt(1), row.getLong(2), row.getString(3), row.getLong(4), row.getBoolean(5)))
                .getFirst();
        int major = server.major();
        var roles = rows(connection, PostgresPrivilegesSql.ROLES, PostgresPrivileges::role);
        var memberships = new ArrayList<>(rows(
                connection,
                PostgresPrivilegesSql.memberships(major),
                row -> new Membership(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getBoolean(4),
                        row.getBoolean(5),
                        row.getBoolean(6))));
        boolean ownerInherits = major >= MEMBERSHIPS_HAVE_OPTIONS
                || roles.stream().anyMatch(role -> role.oid() == server.owner() && role.inherits());
        memberships.add(new Membership(PG_DATABASE_OWNER, server.owner(), 0, false, ownerInherits, true));
        var defaults = new EnumMap<Kind, Set<String>>(Kind.class);
        rows(
                        connection,
                        PostgresPrivilegesSql.defaults(major),
                        row -> Map.entry(Kind.valueOf(row.getString(1)), strings(row.getArray(2))))
                .forEach(entry -> defaults.put(entry.getKey(), new TreeSet<>(entry.getValue())));
        var objects = rows(connection, PostgresPrivilegesSql.objects(major), PostgresPrivileges::object);
        var carriers = new HashMap<Long, Set<Long>>();
        rows(connection, PostgresPrivilegesSql.carried(major), row -> Map.entry(row.getLong(2), row.getLong(1)))
                .forEach(entry -> carriers.computeIfAbsent(entry.getKey(), carried -> new HashSet<>())
                        .add(entry.getValue()));
        return new PostgresPrivilegesCatalog(
                server,
                new PostgresPrivilegesRoles(roles, memberships, major < MEMBERSHIPS_HAVE_OPTIONS),
                new PostgresPrivilegesObjects(defaults, objects),
                carriers,
                rows(
                        connection,
                        PostgresPrivilegesSql.DEFAULT_PRIVILEGES,
                        row -> new DefaultPrivilege(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getLong(5),
                                row.getString(6))),
                rows(
                        connection,
                        PostgresPrivilegesSql.USER_MAPPINGS,
                        row -> new UserMapping(row.getString(1), row.getLong(2))),
                rows(
                        connection,
                        PostgresPrivilegesSql.ELSEWHERE,
                        row -> new Owning(
                                row.getLong(1), row.getString(2).equals("o"), row.getBoolean(3), row.getString(4))));
    }

    private static Role role(ResultSet row) throws SQLException {
        var attributes = new HashSet<String>();
        var names = List.of(Role.SUPERUSER, "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS");
        for (int i = 0; i < names.size(); i++) {
            if (row.getBoolean(4 + i)) {
                attributes.add(names.get(i));
            }
        }
        return new Role(row.getLong(1), row.getString(2), row.getBoolean(3), attributes);
    }

    private static PostgresPrivilegesObject object(ResultSet row) throws SQLException {
        var access = Optional.ofNullable(row.getArray("access"));
        var initial = Optional.ofNullable(row.getArray("everybody"));
        return new PostgresPrivilegesObject(
                Kind.valueOf(row.getString("kind")),
                row.getLong("oid"),
                row.getLong("schema"),
                row.getString("schema_name"),
                row.getString("name"),
                row.getString("detail"),
                row.getLong("owner"),
                access.isPresent() ? Optional.of(entries(strings(access.get()))) : Optional.empty(),
                initial.isPresent() ? Optional.of(Set.copyOf(strings(initial.get()))) : Optional.empty(),
                row.getString("extension"),
                row.getBoolean("special"));
    }

    private static List<Entry> entries(List<String> texts) {
        return texts.stream()
                .map(text -> text.split(":", 3))
                .map(parts -> new Entry(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]))
                .toList();
    }

    private static List<String> strings(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    @FunctionalInterface
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static <T> List<T> rows(Connection connection, String sql, RowReader<T> reader) throws SQLException {
        var read = new ArrayList<T>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                read.add(reader.read(rows));
            }
        }
        return read;
    }
}
