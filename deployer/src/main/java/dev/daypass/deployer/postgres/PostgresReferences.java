package dev.daypass.deployer.postgres;

import dev.daypass.deployer.postgres.PostgresLive.Column;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.GrantDocument.Mask;
import dev.daypass.grants.GrantDocument.RoutineName;
import dev.daypass.grants.GrantDocument.TableGrant;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.Verb;
import dev.daypass.grants.Nearest;
import dev.daypass.grants.PostgresObjects;
import dev.daypass.grants.PostgresObjects.Holding;
import dev.daypass.grants.PostgresObjects.Rights;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What documents refer to, as the catalogs know it: what is not there, and what cannot be done with what is there. */
final class PostgresReferences {
    /** {@code pg_relation_is_updatable}: one bit a kind of statement (nodes.h, CmdType). */
    private static final Map<Verb, Integer> CAN = Map.of(Verb.UPDATE, 1 << 2, Verb.INSERT, 1 << 3, Verb.DELETE, 1 << 4);

    /** Types whose text is the same whatever a session has set. A date's is not, nor a float's or a bytea's. */
    private static final Set<String> PLAIN_TEXT = Set.of(
            "pg_catalog.bool",
            "pg_catalog.int2",
            "pg_catalog.int4",
            "pg_catalog.int8",
            "pg_catalog.numeric",
            "pg_catalog.uuid",
            "pg_catalog.inet",
            "pg_catalog.cidr",
            "pg_catalog.macaddr",
            "pg_catalog.json",
            "pg_catalog.jsonb");

    private static final Set<String> DIGITS = Set.of("pg_catalog.int8", "pg_catalog.numeric");

    private static final Set<String> DATES =
            Set.of("pg_catalog.date", "pg_catalog.timestamp", "pg_catalog.timestamptz");

    private static final String TABLES = """
            SELECT n.nspname, c.relname, c.relkind,
              CASE WHEN c.relkind IN ('r', 'p') THEN 28 ELSE pg_relation_is_updatable(c.oid, false) END,
              a.attname, format_type(a.atttypid, a.atttypmod), coalesce(l.collname, ''), a.atttypid,
              a.attgenerated <> '' OR a.attidentity = 'a'
            FROM unnest(?::text[], ?::text[]) AS w (s, t) JOIN pg_namespace AS n ON n.nspname = w.s
              JOIN pg_class AS c ON c.relname = w.t AND c.relnamespace = n.oid AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
              LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
            ORDER BY 1, 2, a.attnum""";

    private static final String TYPES = """
            WITH RECURSIVE used AS (SELECT DISTINCT unnest(?::bigint[])::oid AS oid), chain AS (
              SELECT u.oid AS used, t.oid, t.typname, t.typnamespace, t.typtype, t.typcategory, t.typbasetype, t.typelem, 1 AS depth
              FROM used AS u JOIN pg_type AS t ON t.oid = u.oid
              UNION ALL
              SELECT c.used, t.oid, t.typname, t.typnamespace, t.typtype, t.typcategory, t.typbasetype, t.typelem, c.depth + 1
              FROM chain AS c JOIN pg_type AS t
                ON t.oid = CASE WHEN c.typtype = 'd' THEN c.typbasetype WHEN c.typcategory = 'A' THEN c.typelem ELSE 0 END
            )
            SELECT c.used::bigint, n.nspname || '.' || c.typname, c.typtype, c.typcategory
            FROM chain AS c JOIN pg_namespace AS n ON n.oid = c.typnamespace ORDER BY c.used, c.depth""";

    private static final String DEFAULTS = """
            SELECT n.nspname, c.relname, a.attname, sn.nspname, s.relname
            FROM unnest(?::text[], ?::text[]) AS w (s, t) JOIN pg_namespace AS n ON n.nspname = w.s
              JOIN pg_class AS c ON c.relname = w.t AND c.relnamespace = n.oid
              JOIN pg_attrdef AS d ON d.adrelid = c.oid
              JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.adnum
              JOIN pg_depend AS p ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid AND p.refclassid = 'pg_class'::regclass
              JOIN pg_class AS s ON s.oid = p.refobjid AND s.relkind = 'S' JOIN pg_namespace AS sn ON sn.oid = s.relnamespace""";

    private static final String SEQUENCES = """
            SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind = 'S'""";

    private static final String ROUTINES = """
            SELECT n.nspname, p.proname, oidvectortypes(p.proargtypes),
              EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS x
                      WHERE x.grantee = 0 AND x.privilege_type = 'EXECUTE')
            FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = ANY (?::text[])""";

    private static final String OPEN_SCHEMAS = """
            SELECT n.nspname FROM pg_namespace AS n
            WHERE EXISTS (SELECT FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS x
                          WHERE x.grantee = 0 AND x.privilege_type = 'USAGE')""";

    private static final String SCHEMAS = "SELECT nspname FROM pg_namespace";

    /** For the nearest name: asked for only when something is missing. */
    private static final String ALL_TABLES = """
            SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname !~ '^(pg_|information_schema$|daypass$|dpg_)'""";

    private record BaseColumn(Column column, long type, boolean generated) {}

    private record Table(char kind, int can, Map<String, BaseColumn> columns) {}

    /** A type; the names are its own and, for a domain or an array, of what it is made of; the category is the innermost's. */
    private record Type(List<String> names, boolean array, String category, boolean enumeration) {
        boolean isOf(Set<String> some) {
            return !array && some.contains(names.getLast());
        }

        boolean isText() {
            return !array && (category.equals("S") || enumeration);
        }
    }

    private final Map<TableName, Table> tables = new HashMap<>();
    private final Map<Long, Type> types = new HashMap<>();
    private final Map<TableName, Map<String, TableName>> defaults = new HashMap<>();
    private final Set<TableName> sequences = new HashSet<>();
    private final Map<RoutineName, Boolean> routines = new HashMap<>();
    private final Set<String> openSchemas = new HashSet<>();
    private final Set<String> schemas = new HashSet<>();
    private final Set<String> names = new TreeSet<>();

    private PostgresReferences() {}

    static PostgresReferences read(PostgresLiveReader reader, Collection<GrantDocument> grants) throws SQLException {
        var references = new PostgresReferences();
        var wanted = new TreeSet<TableName>();
        var routineSchemas = new TreeSet<String>();
        boolean sequences = false;
        for (var grant : grants) {
            wanted.addAll(grant.tables().keySet());
            grant.functions().forEach(function -> routineSchemas.add(function.schema()));
            sequences |= !grant.sequences().isEmpty();
        }
        references.read(reader, wanted, routineSchemas, sequences);
        return references;
    }

    private void read(
            PostgresLiveReader reader, Set<TableName> wanted, Set<String> routineSchemas, boolean wantsSequences)
            throws SQLException {
        var inSchemas = reader.texts(wanted.stream().map(TableName::schema).toList());
        var called = reader.texts(wanted.stream().map(TableName::table).toList());
        var used = new TreeSet<Long>();
        reader.read(
                TABLES,
                row -> {
                    char kind = row.getString(3).charAt(0);
                    int can = row.getInt(4);
                    var columns = tables.computeIfAbsent(
                                    new TableName(row.getString(1), row.getString(2)),
                                    name -> new Table(kind, can, new LinkedHashMap<>()))
                            .columns();
                    String name = row.getString(5);
                    if (name != null) {
                        columns.put(
                                name,
                                new BaseColumn(
                                        new Column(name, row.getString(6), row.getString(7)),
                                        row.getLong(8),
                                        row.getBoolean(9)));
                        used.add(row.getLong(8));
                    }
                },
                inSchemas,
                called);
        types(reader, used);
        reader.read(
                DEFAULTS,
                row -> defaults.computeIfAbsent(
                                new TableName(row.getString(1), row.getString(2)), name -> new HashMap<>())
                        .put(row.getString(3), new TableName(row.getString(4), row.getString(5))),
                inSchemas,
                called);
        openSchemas.addAll(reader.rows(OPEN_SCHEMAS, row -> row.getString(1)));
        if (wantsSequences) {
            sequences.addAll(reader.rows(SEQUENCES, row -> new TableName(row.getString(1), row.getString(2))));
        }
        if (!routineSchemas.isEmpty()) {
            reader.read(
                    ROUTINES,
                    row -> routines.put(
                            new RoutineName(row.getString(1), row.getString(2), arguments(row.getString(3))),
                            row.getBoolean(4)),
                    reader.texts(List.copyOf(routineSchemas)));
        }
        if (!tables.keySet().containsAll(wanted)) {
            schemas.addAll(reader.rows(SCHEMAS, row -> row.getString(1)));
            names.addAll(reader.rows(ALL_TABLES, row -> row.getString(1) + "." + row.getString(2)));
        }
    }

    private void types(PostgresLiveReader reader, Set<Long> used) throws SQLException {
        var chains = new LinkedHashMap<Long, List<String[]>>();
        Array parameter = reader.numbers(List.copyOf(used));
        reader.read(
                TYPES,
                row -> chains.computeIfAbsent(row.getLong(1), oid -> new ArrayList<>())
                        .add(new String[] {row.getString(2), row.getString(3), row.getString(4)}),
                parameter);
        chains.forEach((oid, chain) -> types.put(
                oid,
                new Type(
                        chain.stream().map(link -> link[0]).toList(),
                        chain.stream().anyMatch(link -> link[2].equals("A")),
                        chain.getLast()[2],
                        chain.getLast()[1].equals("e"))));
    }

    private static List<String> arguments(String types) {
        return types.isEmpty() ? List.of() : List.of(types.split(", ", -1));
    }

    /** Whether a right need not be given since everybody has it, as the owner decided. */
    boolean everybodyHas(Holding holding, Rights rights, GrantDocument grant) {
        return switch (holding.kind()) {
            case SCHEMA ->
                rights.equals(new Rights().add("USAGE"))
                        && openSchemas.stream()
                                .anyMatch(
                                        schema -> PostgresObjects.quoted(schema).equals(holding.object()));
            case ROUTINE ->
                grant.functions().stream()
                        .anyMatch(function -> Boolean.TRUE.equals(routines.get(function))
                                && PostgresObjects.routine(function).equals(holding.object()));
            default -> false;
        };
    }

    /**
     * The columns that the view of a table will have; empty if that cannot be said beforehand, and for a table that is not there.
     */
    Optional<List<Column>> columns(TableName name, TableGrant grant) {
        var table = tables.get(name);
        if (table == null) {
            return Optional.empty();
        }
        var columns = new ArrayList<Column>();
        for (var column : grant.viewColumns()) {
            var base = table.columns().get(column);
            if (base == null || grant.masks().get(column) instanceof Mask.Null) {
                return Optional.empty();
            }
            columns.add(Optional.ofNullable(grant.masks().get(column))
                    .map(mask -> masked(column, mask))
                    .orElse(base.column()));
        }
        return Optional.of(columns.isEmpty() ? List.of(new Column("row", "boolean", "")) : columns);
    }

    private static Column masked(String column, Mask mask) {
        return switch (mask) {
            case Mask.Pan() -> new Column(column, "text", "C");
            case Mask.DateTruncate(var _) -> new Column(column, "date", "");
            default -> new Column(column, "text", "default");
        };
    }

    /** Why a document cannot be applied to this database, a sentence each. */
    List<String> problems(DatabaseDocument database, GrantDocument grant) {
        var problems = new ArrayList<String>();
        grant.tables().forEach((name, wanted) -> {
            var table = tables.get(name);
            if (isOurs(name.schema())) {
                problems.add("the schema " + name.schema() + " belongs to Daypass or to the server: no grant is on it");
            } else if (table == null) {
                problems.add(missing(name));
            } else {
                table(database, grant, name, wanted, table).forEach(problem -> problems.add(name + ": " + problem));
            }
        });
        for (var function : grant.functions()) {
            if (isOurs(function.schema()) || !routines.containsKey(function)) {
                problems.add("there is no function " + function + instead(function));
            }
        }
        for (var sequence : grant.sequences()) {
            if (isOurs(sequence.schema()) || !sequences.contains(sequence)) {
                problems.add("there is no sequence " + sequence
                        + Nearest.hint(
                                sequence.toString(),
                                sequences.stream().map(TableName::toString).toList()));
            }
        }
        return problems.stream()
                .map(problem -> "grant " + grant.name() + ": " + problem)
                .toList();
    }

    /** The functions of that name, or the nearest. */
    private String instead(RoutineName function) {
        var called = routines.keySet().stream()
                .filter(other ->
                        other.schema().equals(function.schema()) && other.name().equals(function.name()))
                .map(RoutineName::toString)
                .sorted()
                .toList();
        return called.isEmpty()
                ? Nearest.hint(
                        function.toString(),
                        routines.keySet().stream().map(RoutineName::toString).toList())
                : "; there is " + String.join(", ", called);
    }

    private static boolean isOurs(String schema) {
        return schema.equals(PostgresObjects.SCHEMA)
                || schema.equals("information_schema")
                || schema.startsWith("pg_")
                || schema.startsWith(PostgresObjects.GROUP_PREFIX);
    }

    private String missing(TableName name) {
        return schemas.contains(name.schema())
                ? "there is no table " + name + Nearest.hint(name.toString(), names)
                : "there is no schema " + name.schema() + " (for " + name + ")" + Nearest.hint(name.schema(), schemas);
    }

    private List<String> table(
            DatabaseDocument database, GrantDocument grant, TableName name, TableGrant wanted, Table table) {
        var problems = new ArrayList<String>();
        var asked = new TreeSet<>(wanted.viewColumns());
        wanted.rows().forEach(rule -> asked.add(rule.column()));
        asked.stream()
                .filter(column -> !table.columns().containsKey(column))
                .forEach(column -> problems.add("there is no column " + column
                        + Nearest.hint(column, table.columns().keySet())));
        CAN.forEach((verb, bit) -> {
            if (wanted.allows(verb) && (table.can() & bit) == 0) {
                problems.add("the server takes no " + verb.word() + " on it");
            }
            wanted.columns(verb).stream()
                    .filter(column -> Optional.ofNullable(table.columns().get(column))
                            .map(BaseColumn::generated)
                            .orElse(false))
                    .forEach(column -> problems.add("the server makes the values of " + column + " itself: it takes no "
                            + verb.word() + " of it"));
        });
        for (var column : wanted.columns(Verb.SELECT)) {
            var base = Optional.ofNullable(table.columns().get(column));
            var mask = Optional.ofNullable(wanted.masks().get(column));
            base.flatMap(found -> Optional.ofNullable(types.get(found.type()))).ifPresent(type -> {
                mask.flatMap(given ->
                                cannotMask(given, type, base.get().column().type()))
                        .ifPresent(reason -> problems.add("the column " + column + " " + reason));
                if (!hides(mask) && grant.unmaskedPan().isEmpty()) {
                    type.names().stream()
                            .filter(database.cards().types()::contains)
                            .forEach(tag -> problems.add("the column " + column + " is of the type " + tag
                                    + ", which is known to carry card numbers: mask it, or say allowUnmaskedPan"));
                }
            });
        }
        problems.addAll(sequences(grant, name, wanted));
        return problems;
    }

    private static boolean hides(Optional<Mask> mask) {
        return mask.isPresent() && !(mask.get() instanceof Mask.DateTruncate);
    }

    private static Optional<String> cannotMask(Mask mask, Type type, String spelled) {
        return switch (mask) {
            case Mask.Pan()
            when !type.isText() && !type.isOf(DIGITS) ->
                Optional.of("is of the type " + spelled + ", in which no card number is: pan does not fit");
            case Mask.Hash()
            when !type.isText() && !type.isOf(PLAIN_TEXT) ->
                Optional.of("is of the type " + spelled
                        + ", whose text depends on what a session sets: hash does not fit;" + " redact or null do");
            case Mask.DateTruncate(var _)
            when !type.isOf(DATES) ->
                Optional.of("is of the type " + spelled + ": date-truncate needs a date or a timestamp");
            default -> Optional.empty();
        };
    }

    /** An insert that leaves a column to its default takes the next value with the session's rights. */
    private List<String> sequences(GrantDocument grant, TableName name, TableGrant wanted) {
        if (!wanted.allows(Verb.INSERT)) {
            return List.of();
        }
        var problems = new ArrayList<String>();
        defaults.getOrDefault(name, Map.of()).forEach((column, sequence) -> {
            if (!wanted.columns(Verb.INSERT).contains(column)
                    && !grant.sequences().contains(sequence)) {
                problems.add("every insert takes " + column + " from the sequence " + sequence + ": add \"sequences: ["
                        + sequence + "]\"");
            }
        });
        return problems;
    }
}
