package dev.daypass.grants;

import dev.daypass.digest.Sha256;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.GrantDocument.Mask;
import dev.daypass.grants.GrantDocument.RoutineName;
import dev.daypass.grants.GrantDocument.TableGrant;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.Verb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one grant is in PostgreSQL: two roles, a schema, a view for each table, and what each of the roles holds. Pure: worked out
 * from documents alone, so that the statements written for reading and the comparison with a live catalog are about the same
 * thing.
 *
 * <p>Sessions are members of the group. The group holds rights on the views and none on a table. The views belong to a role of
 * their own, which holds the rights on the tables that the views need and no other: a view cannot show more than its owner was
 * given, and the owner is nobody's to become.
 */
public final class PostgresObjects {
    /** Where the ledger, the masking key and {@link #CANCEL_OVERLONG} are. */
    public static final String SCHEMA = "daypass";

    /** The table with one row a grant that was applied. */
    public static final String LEDGER = "applied";

    /** The table with one row: the two paddings of the key of {@code hash} masks. */
    public static final String MASKING_KEY = "masking_key";

    /** {@code (user_name text, longest interval) returns integer}: ends what a session user lets run for too long. */
    public static final String CANCEL_OVERLONG = "cancel_overlong";

    /** Owns {@link #CANCEL_OVERLONG}: sees every connection's state, may end connections, cannot log in, has no member. */
    public static final String WATCH_ROLE = "daypass_watch";

    /** A login that only plans may be made a member by the owner: it may read the ledger. */
    public static final String PLAN_ROLE = "daypass_plan";

    /** What the names of all groups, and of their schemas, begin with. */
    public static final String GROUP_PREFIX = "dpg_";

    /** What the names of the roles that own views begin with. */
    public static final String VIEW_OWNER_PREFIX = "dpv_";

    private final DatabaseDocument database;
    private final GrantDocument grant;

    public PostgresObjects(DatabaseDocument database, GrantDocument grant) {
        this.database = database;
        this.grant = grant;
    }

    /** What rights can be held on, with the word that GRANT and REVOKE have for it. */
    public enum Kind {
        DATABASE("DATABASE"),
        SCHEMA("SCHEMA"),
        TABLE("TABLE"),
        SEQUENCE("SEQUENCE"),
        ROUTINE("ROUTINE"),
        TYPE("TYPE"),
        LANGUAGE("LANGUAGE"),
        FOREIGN_DATA_WRAPPER("FOREIGN DATA WRAPPER"),
        FOREIGN_SERVER("FOREIGN SERVER"),
        TABLESPACE("TABLESPACE"),
        LARGE_OBJECT("LARGE OBJECT"),
        PARAMETER("PARAMETER");

        private final String keyword;

        Kind(String keyword) {
            this.keyword = keyword;
        }

        public String keyword() {
            return keyword;
        }
    }

    /**
     * An object and a role that holds something on it.
     *
     * @param object as GRANT names it: {@code "public"."orders"}, {@code "public"."total"(integer)}
     */
    public record Holding(Kind kind, String object, String role) implements Comparable<Holding> {
        /** Stands for everybody: no role can be called so (CREATE ROLE). */
        public static final String EVERYBODY = "public";

        @Override
        public int compareTo(Holding other) {
            int byKind = kind.compareTo(other.kind);
            int byObject = byKind != 0 ? byKind : object.compareTo(other.object);
            return byObject != 0 ? byObject : role.compareTo(other.role);
        }

        /** For people. */
        @Override
        public String toString() {
            return role + " on " + kind.keyword().toLowerCase(Locale.ROOT) + " " + object;
        }
    }

    /**
     * The rights of a holding: for each privilege, such as {@code SELECT}, its columns; none means the whole object.
     */
    public static final class Rights {
        private final SortedMap<String, SortedSet<String>> columns = new TreeMap<>();
        private final SortedSet<String> whole = new TreeSet<>();

        /** Adds a privilege on the whole object. */
        public Rights add(String privilege) {
            whole.add(privilege);
            return this;
        }

        /** Adds a privilege on columns. */
        public Rights add(String privilege, Collection<String> some) {
            if (!some.isEmpty()) {
                columns.computeIfAbsent(privilege, p -> new TreeSet<>()).addAll(some);
            }
            return this;
        }

        /** Adds all that another has. */
        public Rights addAll(Rights other) {
            whole.addAll(other.whole);
            other.columns.forEach(this::add);
            return this;
        }

        public boolean isEmpty() {
            return columns.isEmpty() && whole.isEmpty();
        }

        /** Whether everything that {@code other} has is here. */
        public boolean covers(Rights other) {
            return whole.containsAll(other.whole)
                    && other.columns.entrySet().stream()
                            .allMatch(entry -> columns.getOrDefault(entry.getKey(), new TreeSet<>())
                                    .containsAll(entry.getValue()));
        }

        /** The members of a GRANT or REVOKE: {@code SELECT ("a", "b"), DELETE}. */
        public String sql() {
            var parts = new ArrayList<String>();
            columns.forEach((privilege, names) -> parts.add(
                    privilege + " (" + names.stream().map(Names::quoted).collect(Collectors.joining(", ")) + ")"));
            parts.addAll(whole);
            return String.join(", ", parts);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Rights rights && rights.columns.equals(columns) && rights.whole.equals(whole);
        }

        @Override
        public int hashCode() {
            return columns.hashCode() * 31 + whole.hashCode();
        }

        /** For people: {@code select (a, b), delete}. */
        @Override
        public String toString() {
            return sql().replace("\"", "").toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One table's view.
     *
     * @param name within the grant's schema
     * @param table what it shows
     * @param columns its columns' names, in order
     * @param query what it selects
     * @param options {@code pg_class.reloptions}, in the order in which they are written
     */
    public record View(String name, TableName table, List<String> columns, String query, List<String> options) {
        public View {
            columns = List.copyOf(columns);
            options = List.copyOf(options);
        }

        /** Changes whenever the text from which the view is made does. */
        public Sha256 source() {
            return Sha256.of((options + "\n" + columns + "\n" + query).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The role that sessions are members of. */
    public String group() {
        return grant.name().groupRole();
    }

    /** The role that owns the views. */
    public String viewOwner() {
        return viewOwner(grant.name());
    }

    public static String viewOwner(GrantName grant) {
        return VIEW_OWNER_PREFIX + grant.groupRole().substring(GROUP_PREFIX.length());
    }

    /** The schema that holds the views, called like the group. */
    public String schema() {
        return grant.name().groupRole();
    }

    /** A view of this grant, as SQL names it. */
    public String name(String view) {
        return quoted(schema()) + "." + quoted(view);
    }

    /** A view for each table, by its name. */
    public SortedMap<String, View> views() {
        var views = new TreeMap<String, View>();
        grant.tables().forEach((table, rights) -> views.put(rights.view(), PostgresViews.view(table, rights)));
        return views;
    }

    /** What the group and the owner of the views hold, and all that they hold. */
    public SortedMap<Holding, Rights> rights() {
        var rights = new TreeMap<Holding, Rights>();
        add(rights, new Holding(Kind.DATABASE, quoted(database.database().database()), group()), "CONNECT");
        add(rights, new Holding(Kind.SCHEMA, quoted(schema()), group()), "USAGE");
        grant.tables().forEach((table, given) -> {
            var view = new Holding(Kind.TABLE, name(given.view()), group());
            var base = new Holding(Kind.TABLE, quoted(table), viewOwner());
            for (var verb : Verb.values()) {
                if (given.allows(verb) && verb != Verb.SELECT) {
                    add(rights, base, verb.name(), given.columns(verb));
                }
                if (given.allows(verb)) {
                    add(rights, view, verb.name(), given.columns(verb));
                }
            }
            var read = new TreeSet<>(given.viewColumns());
            given.rows().forEach(rule -> read.add(rule.column()));
            if (!read.isEmpty()) {
                add(rights, base, "SELECT", read);
            }
        });
        if (needsKey()) {
            add(rights, new Holding(Kind.TABLE, quoted(SCHEMA) + "." + quoted(MASKING_KEY), viewOwner()), "SELECT");
        }
        for (var function : grant.functions()) {
            add(rights, new Holding(Kind.SCHEMA, quoted(function.schema()), group()), "USAGE");
            add(rights, new Holding(Kind.ROUTINE, routine(function), group()), "EXECUTE");
        }
        for (var sequence : grant.sequences()) {
            add(rights, new Holding(Kind.SEQUENCE, quoted(sequence), group()), "USAGE");
        }
        return rights;
    }

    /** Whether a view of this grant reads the masking key. */
    public boolean needsKey() {
        return grant.tables().values().stream()
                .map(TableGrant::masks)
                .anyMatch(masks -> masks.containsValue(new Mask.Hash()));
    }

    /** Gives a holding its rights. */
    public static String give(Holding holding, Rights rights) {
        return "GRANT " + rights.sql() + " ON " + holding.kind().keyword() + " " + holding.object() + " TO "
                + quoted(holding.role());
    }

    /** Takes everything away, from columns too (REVOKE, "Description"). */
    public static String takeAll(Holding holding) {
        return "REVOKE ALL ON " + holding.kind().keyword() + " " + holding.object() + " FROM "
                + (holding.role().equals(Holding.EVERYBODY) ? "PUBLIC" : quoted(holding.role()));
    }

    /** The settings of the transaction in which a grant's statements run: names and operators are the server's own. */
    public static List<String> preamble() {
        return PostgresOwner.PREAMBLE;
    }

    /** Makes the two roles where they are not there. */
    public List<String> roles() {
        return List.of(
                PostgresOwner.createRole(group(), "NOLOGIN"),
                PostgresOwner.createRole(viewOwner(), "NOLOGIN NOINHERIT"));
    }

    /** The deployer replaces views that belong to their owner, so it acts for it. */
    public String deployerActsAsViewOwner() {
        return "GRANT " + quoted(viewOwner()) + " TO " + quoted(database.deployer())
                + (database.serverVersion() >= 16 ? " WITH INHERIT TRUE, SET TRUE" : "");
    }

    /**
     * What lets Vault's administrator hand the group out, and no more: it neither has the group's rights nor can become the group.
     * Before PostgreSQL 16 whoever has CREATEROLE may do so anyway (CREATE ROLE, "Notes"), and a membership would only add rights.
     */
    public List<String> administratorHandsOut() {
        return PostgresOwner.handsOut(group(), database);
    }

    /** Makes the schema where it is not there, as the deployer's. */
    public String createSchema() {
        return "CREATE SCHEMA IF NOT EXISTS " + quoted(schema());
    }

    /** Makes a view, or gives one with the same columns another text, and hands it to its owner. */
    public List<String> createView(View view) {
        String name = name(view.name());
        return List.of(
                "CREATE OR REPLACE VIEW " + name + " (" + quoted(view.columns()) + ")" + " WITH ("
                        + String.join(", ", view.options()) + ") AS " + view.query(),
                "ALTER VIEW " + name + " OWNER TO " + quoted(viewOwner()));
    }

    /** Whoever is to own a view must be allowed to make it (ALTER VIEW, "Notes"): only while views are made. */
    public String allowViews() {
        return "GRANT CREATE ON SCHEMA " + quoted(schema()) + " TO " + quoted(viewOwner());
    }

    /** Undoes {@link #allowViews}. */
    public String disallowViews() {
        return "REVOKE CREATE ON SCHEMA " + quoted(schema()) + " FROM " + quoted(viewOwner());
    }

    /** Removes a view, and temporary ones that a session may have put on top of it. */
    public static String dropView(GrantName grant, String view) {
        return "DROP VIEW IF EXISTS " + quoted(grant.groupRole()) + "." + quoted(view) + " CASCADE";
    }

    /**
     * The grant's row in the ledger: its text, and what was made of it, so that a later look can tell the text's change from a
     * change by hand. To be run in the transaction that makes the views.
     */
    public String record() {
        var views = views();
        String sources = views.values().stream()
                .map(view -> "(" + literal(view.name()) + ", "
                        + literal(view.source().hex()) + ")")
                .collect(Collectors.joining(", "));
        return """
                INSERT INTO "daypass"."applied" AS a (grant_name, digest, document, applied_at, applied_by, views)
                SELECT %s, %s, %s, statement_timestamp(), session_user, %s
                ON CONFLICT (grant_name) DO UPDATE SET digest = excluded.digest, document = excluded.document,
                  applied_at = excluded.applied_at, applied_by = excluded.applied_by, views = excluded.views""".formatted(
                        literal(grant.name().text()),
                        literal(grant.digest().hex()),
                        literal(grant.text()),
                        views.isEmpty() ? "'{}'::jsonb" : fingerprints(sources));
    }

    // The rule's stored tree is cheap to compare; the definition tells whether a tree that differs, after an upgrade or
    // a restored dump, still says the same.
    private String fingerprints(String sources) {
        return """
                (SELECT jsonb_object_agg(s.view, jsonb_build_object('source', s.source,
                  'rule', encode(sha256(convert_to(r.ev_action::text, 'UTF8')), 'hex'),
                  'definition', encode(sha256(convert_to(pg_get_viewdef(c.oid), 'UTF8')), 'hex')))
                  FROM (VALUES %s) AS s (view, source)
                  JOIN pg_class AS c ON c.relname = s.view AND c.relnamespace = %s::regnamespace
                  JOIN pg_rewrite AS r ON r.ev_class = c.oid AND r.rulename = '_RETURN')""".formatted(sources, literal(quoted(schema())));
    }

    /** Removes everything of a grant: views, schema, both roles and the ledger's row. Harmless if it is gone already. */
    public static List<String> remove(GrantName grant, Collection<String> views, DatabaseDocument database) {
        var statements = new ArrayList<String>();
        views.forEach(view -> statements.add(dropView(grant, view)));
        // Not CASCADE: what Daypass did not make is not its to remove.
        statements.add("DROP SCHEMA IF EXISTS " + quoted(grant.groupRole()));
        for (var role : List.of(viewOwner(grant), grant.groupRole())) {
            statements.add(dropRole(role, database));
        }
        statements.add("DELETE FROM " + quoted(SCHEMA) + "." + quoted(LEDGER) + " WHERE grant_name = "
                + literal(grant.text()));
        return statements;
    }

    // REASSIGN first: DROP OWNED would drop a table that somebody gave to the role by mistake. CONNECT by itself: DROP
    // OWNED acts as the database's owner where the deployer is a member of it, and leaves what the deployer gave
    // itself.
    private static String dropRole(String role, DatabaseDocument database) {
        String deployer = quoted(database.deployer());
        return PostgresOwner.block("""
                BEGIN
                  IF EXISTS (SELECT FROM pg_roles WHERE rolname = %1$s) THEN
                    GRANT %2$s TO %3$s%4$s;
                    REVOKE CONNECT ON DATABASE %5$s FROM %2$s;
                    REASSIGN OWNED BY %2$s TO %3$s;
                    DROP OWNED BY %2$s;
                    DROP ROLE %2$s;
                  END IF;
                END""".formatted(
                        literal(role),
                        quoted(role),
                        deployer,
                        database.serverVersion() >= 16 ? " WITH INHERIT TRUE, SET TRUE" : "",
                        quoted(database.database().database())));
    }

    /** An identifier for SQL. */
    public static String quoted(String identifier) {
        return Names.quoted(identifier);
    }

    /** A table's qualified name for SQL. */
    public static String quoted(TableName table) {
        return quoted(table.schema()) + "." + quoted(table.table());
    }

    /** A function with its types for SQL; documents take no type's name that would need quotes. */
    public static String routine(RoutineName function) {
        return quoted(function.schema()) + "." + quoted(function.name()) + "(" + String.join(", ", function.arguments())
                + ")";
    }

    private static String quoted(List<String> identifiers) {
        return identifiers.stream().map(Names::quoted).collect(Collectors.joining(", "));
    }

    /**
     * A text for SQL. With a backslash it is an escape string, which means the same whatever {@code standard_conforming_strings}
     * is ("SQL Syntax", 4.1.2.2).
     */
    public static String literal(String text) {
        String quoted = Names.literal(text);
        return text.contains("\\") ? " E" + quoted.replace("\\", "\\\\") : quoted;
    }

    private static void add(SortedMap<Holding, Rights> rights, Holding holding, String privilege) {
        rights.computeIfAbsent(holding, h -> new Rights()).add(privilege);
    }

    // Only DELETE is without columns.
    private static void add(
            SortedMap<Holding, Rights> rights, Holding holding, String privilege, Collection<String> columns) {
        var held = rights.computeIfAbsent(holding, h -> new Rights());
        if (columns.isEmpty()) {
            held.add(privilege);
        } else {
            held.add(privilege, columns);
        }
    }
}
