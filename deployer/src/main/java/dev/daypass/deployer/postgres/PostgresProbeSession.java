package dev.daypass.deployer.postgres;

import static dev.daypass.deployer.postgres.PostgresPrivilegesNames.plain;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.Privilege.Kind;
import dev.daypass.deployer.live.Privilege.Reason;
import dev.daypass.deployer.postgres.PostgresPrivilegesCatalog.DefaultPrivilege;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Asks the server what the session of this connection can touch. For one use. */
final class PostgresProbeSession {
    private static final int INV_WRITE = 0x20000;
    private static final int INV_READ = 0x40000;
    private static final String NOT_ALLOWED = "42501";

    private final Connection session;
    private final String group;
    private final PostgresPrivilegesListing listing;
    private final Set<Long> actors = new HashSet<>();
    private final Set<Long> others = new HashSet<>();
    private Set<Long> usable = Set.of();
    private Set<Long> carried = Set.of();

    PostgresProbeSession(Connection session, DatabaseDocument database, GrantDocument grant) {
        this.session = session;
        group = grant.name().groupRole();
        listing = new PostgresPrivilegesListing(database, grant);
    }

    EffectivePrivileges effective() throws SQLException {
        execute("SET search_path = pg_catalog");
        // The grant's own may be too short for this; a session may change it, which the sweep knows.
        execute("SET statement_timeout = 0");
        int major = (int) number("SELECT current_setting('server_version_num')::int / 10000");
        actors(major);
        if (roles(major)) {
            documented();
            return listing.listed();
        }
        usable = oids(PostgresProbeSql.USABLE_SCHEMAS, actors);
        carried = oids(PostgresProbeSql.carried(major), usable);
        for (var question : questions(major)) {
            objects(question);
        }
        if (major < 18) {
            largeObjects();
        }
        server();
        defaultPrivileges();
        mappings();
        elsewhere();
        return listing.listed();
    }

    private static List<String> questions(int major) {
        var questions = new ArrayList<>(List.of(
                PostgresProbeSql.tables(major),
                PostgresProbeSql.COLUMNS,
                PostgresProbeSql.SEQUENCES,
                PostgresProbeSql.FUNCTIONS,
                PostgresProbeSql.SCHEMAS,
                PostgresProbeSql.DATABASES,
                PostgresProbeSql.LANGUAGES,
                PostgresProbeSql.TYPES,
                PostgresProbeSql.TABLESPACES,
                PostgresProbeSql.FOREIGN_DATA_WRAPPERS,
                PostgresProbeSql.FOREIGN_SERVERS));
        if (major >= 15) {
            questions.add(PostgresProbeSql.PARAMETERS);
        }
        if (major >= 18) {
            questions.add(PostgresProbeSql.LARGE_OBJECTS);
        }
        return questions;
    }

    private void actors(int major) throws SQLException {
        actors.add(number("SELECT oid FROM pg_roles WHERE rolname = session_user"));
        while (actors.addAll(oids(PostgresProbeSql.acting(major), actors))) {
            // Until nobody new can be become.
        }
    }

    /** @return whether the session is as good as a superuser: then no list of objects says more */
    private boolean roles(int major) throws SQLException {
        boolean everything = false;
        try (var question = prepared(PostgresProbeSql.roles(major), actors);
                var row = question.executeQuery()) {
            while (row.next()) {
                String name = row.getString("rolname");
                boolean isGroup = name.equals(group);
                var rights = new ArrayList<String>();
                for (var right : List.of("inherit", "set", "admin")) {
                    if (row.getBoolean("may_" + right)) {
                        rights.add(right);
                    }
                }
                if (rights.isEmpty()) {
                    rights.add("member");
                }
                if (!isGroup) {
                    rights.forEach(right -> found(Kind.ROLE, plain(name), right, Reason.INHERITED_ROLE, name));
                    if (row.getBoolean("may_inherit")) {
                        others.add(row.getLong("oid"));
                    }
                }
                for (var attribute : List.of("super", "createrole", "createdb", "replication", "bypassrls")) {
                    if (row.getBoolean("rol" + attribute)) {
                        found(
                                Kind.ROLE,
                                plain(name),
                                attribute.equals("super") ? "superuser" : attribute,
                                Reason.ATTRIBUTE,
                                name);
                    }
                }
                if (row.getBoolean("rolsuper") && row.getBoolean("may_inherit")) {
                    everything = true;
                    found(Kind.SERVER, "everything", "superuser", Reason.ATTRIBUTE, name);
                }
            }
        }
        return everything;
    }

    /** Where the session can do everything, it can do what the document says. */
    private void documented() {
        listing.documented().forEach(right -> found(right.kind(), right.object(), right.right(), Reason.GROUP, group));
    }

    private void objects(String question) throws SQLException {
        try (var prepared = prepared(question, actors, others, usable, carried);
                var row = prepared.executeQuery()) {
            while (row.next()) {
                object(row);
            }
        }
    }

    private void object(ResultSet row) throws SQLException {
        var kind = Kind.valueOf(row.getString("kind"));
        String schema = row.getString("schema");
        boolean ofSystem = row.getLong("oid") < PostgresPrivilegesObject.FIRST_OF_USERS;
        String object = text(kind, schema, row.getString("name"), row.getString("detail"));
        String right = row.getString("privilege");
        String owner = row.getString("owner");
        boolean special = row.getBoolean("special");
        boolean owned = row.getBoolean("owned");
        if (owned && kind != Kind.COLUMN) {
            listing.found(kind, schema, ofSystem, object, "own", Reason.OWNER, owner, Optional.empty());
        }
        if (!row.getBoolean("reachable") || kind == Kind.LANGUAGE && !special) {
            return;
        }
        boolean everybody = row.getBoolean("everybody");
        if (everybody
                && row.getBoolean("pristine")
                && isOfPristineServer(kind, row.getString("name"), right, ofSystem, special)) {
            listing.baseline(kind, schema, object, right);
            return;
        }
        if (owned && !everybody || !everybody && !row.getBoolean("session")) {
            return;
        }
        var other = Optional.ofNullable(row.getString("other"));
        boolean definer = kind == Kind.FUNCTION && special;
        var reason = everybody ? Reason.PUBLIC : other.isPresent() ? Reason.INHERITED_ROLE : Reason.GROUP;
        listing.found(
                kind,
                schema,
                ofSystem,
                object,
                right,
                definer ? Reason.DEFINER_FUNCTION : reason,
                definer ? owner : other.orElse(""),
                Optional.empty());
    }

    /** The same three exceptions as in {@link PostgresPrivilegesSession}. */
    private static boolean isOfPristineServer(Kind kind, String name, String right, boolean ofSystem, boolean special) {
        return switch (kind) {
            case DATABASE -> special || !right.equals("connect");
            case FUNCTION -> ofSystem && !special;
            case SCHEMA -> ofSystem && !right.equals("create");
            case LANGUAGE -> ofSystem && !name.equals("c") && !name.equals("internal");
            default -> ofSystem;
        };
    }

    private static String text(Kind kind, String schema, String name, String detail) {
        return switch (kind) {
            case TABLE, SEQUENCE, TYPE -> plain(schema, name);
            case COLUMN -> plain(schema, name, detail);
            case FUNCTION -> plain(schema, name) + "(" + detail + ")";
            case LARGE_OBJECT, PARAMETER -> name;
            default -> plain(name);
        };
    }

    /** By opening each: the server looks at the rights then (be-fsstubs.c, be_lo_open). */
    private void largeObjects() throws SQLException {
        if (isOn("lo_compat_privileges")) {
            return;
        }
        record Candidate(long oid, String owner, boolean owned, boolean mayUpdate) {}
        var candidates = new ArrayList<Candidate>();
        try (var question = prepared(PostgresProbeSql.LARGE_OBJECTS_TO_TRY, actors);
                var row = question.executeQuery()) {
            while (row.next()) {
                candidates.add(new Candidate(row.getLong(1), row.getString(2), row.getBoolean(3), row.getBoolean(4)));
            }
        }
        for (var candidate : candidates) {
            String object = Long.toString(candidate.oid());
            if (candidate.owned()) {
                found(Kind.LARGE_OBJECT, object, "own", Reason.OWNER, candidate.owner());
                continue;
            }
            boolean readable = opens(candidate.oid(), INV_READ);
            if (readable) {
                found(Kind.LARGE_OBJECT, object, "select", Reason.PUBLIC, "");
            }
            // Opening for writing asks for both (inv_api.c, inv_open).
            if (readable ? opens(candidate.oid(), INV_WRITE) : candidate.mayUpdate()) {
                found(Kind.LARGE_OBJECT, object, "update", Reason.PUBLIC, "");
            }
        }
    }

    private boolean opens(long object, int mode) throws SQLException {
        for (long actor : actors) {
            session.setAutoCommit(false);
            try (var statement = session.createStatement()) {
                statement.execute("SELECT set_config('role', rolname, true) FROM pg_roles WHERE oid = " + actor
                        + " AND rolname <> session_user");
                statement.execute("SELECT lo_open(" + object + ", " + mode + ")");
                return true;
            } catch (SQLException e) {
                if (!NOT_ALLOWED.equals(e.getSQLState())) {
                    throw e;
                }
            } finally {
                session.rollback();
                session.setAutoCommit(true);
            }
        }
        return false;
    }

    private void server() throws SQLException {
        for (var power : List.of(
                List.of("pg_read_server_files", "files", "read"),
                List.of("pg_write_server_files", "files", "write"),
                List.of("pg_execute_server_program", "programs", "execute"))) {
            if (!oids(
                            "SELECT r.oid FROM pg_roles r, unnest(?::oid[]) AS a (oid) WHERE r.rolname = '"
                                    + power.getFirst() + "' AND pg_has_role(a.oid, r.oid, 'USAGE')",
                            actors)
                    .isEmpty()) {
                found(Kind.SERVER, power.get(1), power.get(2), Reason.INHERITED_ROLE, power.getFirst());
            }
        }
        if (isOn("lo_compat_privileges")) {
            found(Kind.SERVER, "all large objects", "read and write", Reason.PUBLIC, "lo_compat_privileges");
        }
    }

    private void defaultPrivileges() throws SQLException {
        listing.baseline(Kind.DEFAULT_PRIVILEGE, "", "routines of anybody", "execute");
        listing.baseline(Kind.DEFAULT_PRIVILEGE, "", "types of anybody", "usage");
        try (var question = prepared(PostgresProbeSql.DEFAULT_PRIVILEGES, actors);
                var row = question.executeQuery()) {
            while (row.next()) {
                if (DefaultPrivilege.isOfSessions(row.getString(1))) {
                    continue;
                }
                String objects = Objects.requireNonNull(Map.of(
                                "r",
                                "tables",
                                "S",
                                "sequences",
                                "f",
                                "routines",
                                "T",
                                "types",
                                "n",
                                "schemas",
                                "L",
                                "large objects")
                        .get(row.getString(3)));
                var schema = Optional.ofNullable(row.getString(2));
                found(
                        Kind.DEFAULT_PRIVILEGE,
                        objects + " of " + plain(row.getString(1))
                                + schema.map(name -> " in schema " + plain(name))
                                        .orElse(""),
                        row.getString(4),
                        Reason.DEFAULT_PRIVILEGE,
                        row.getString(5));
            }
        }
    }

    private void mappings() throws SQLException {
        try (var question = prepared(PostgresProbeSql.USER_MAPPINGS, actors);
                var row = question.executeQuery()) {
            while (row.next()) {
                found(
                        Kind.FOREIGN_SERVER,
                        plain(row.getString(1)),
                        "user mapping",
                        row.getBoolean(3) ? Reason.PUBLIC : Reason.INHERITED_ROLE,
                        row.getBoolean(3) ? "" : row.getString(2));
            }
        }
    }

    private void elsewhere() throws SQLException {
        try (var question = prepared(PostgresProbeSql.ELSEWHERE, actors);
                var row = question.executeQuery()) {
            while (row.next()) {
                boolean owned = row.getBoolean("owned");
                if (row.getBoolean("here")) {
                    found(Kind.OTHER, row.getString("object"), "own", Reason.OWNER, row.getString("role"));
                } else {
                    found(
                            Kind.DATABASE,
                            plain(row.getString("object")),
                            owned ? "own objects" : "have rights",
                            owned ? Reason.OWNER : Reason.INHERITED_ROLE,
                            row.getString("role"));
                }
            }
        }
    }

    private void found(Kind kind, String object, String right, Reason reason, String via) {
        listing.found(kind, "", false, object, right, reason, via, Optional.empty());
    }

    private boolean isOn(String setting) throws SQLException {
        return number("SELECT current_setting('" + setting + "')::boolean::int") == 1;
    }

    private void execute(String sql) throws SQLException {
        try (var statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (var statement = session.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Set<Long> oids(String sql, Set<Long> parameter) throws SQLException {
        var found = new HashSet<Long>();
        try (var question = prepared(sql, parameter);
                var row = question.executeQuery()) {
            while (row.next()) {
                found.add(row.getLong(1));
            }
        }
        return found;
    }

    @SafeVarargs
    private PreparedStatement prepared(String sql, Set<Long>... parameters) throws SQLException {
        var statement = session.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setArray(i + 1, session.createArrayOf("oid", parameters[i].toArray()));
        }
        return statement;
    }
}
