package dev.daypass.grants;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One right on one object, as MariaDB's GRANT has it.
 *
 * @param verb such as {@code SELECT}, {@code EXECUTE}
 * @param columns sorted; empty for a right on the whole object
 * @param name of a table, view or function; empty for a right on the whole database {@code schema}
 */
public record MariaDbRight(String verb, List<String> columns, Kind kind, String schema, String name)
        implements Comparable<MariaDbRight> {
    private static final Comparator<MariaDbRight> ORDER = Comparator.comparing(MariaDbRight::kind)
            .thenComparing(MariaDbRight::schema)
            .thenComparing(MariaDbRight::name)
            .thenComparing(MariaDbRight::verb)
            .thenComparing(right -> String.join(",", right.columns()));

    /** What a right can be on. */
    public enum Kind {
        GLOBAL,
        DATABASE,
        TABLE,
        FUNCTION,
        PROCEDURE
    }

    public MariaDbRight {
        columns = columns.stream().sorted().toList();
    }

    static MariaDbRight onTable(String verb, Collection<String> columns, String schema, String name) {
        return new MariaDbRight(verb, List.copyOf(columns), Kind.TABLE, schema, name);
    }

    /** The same for each column by itself, as the server keeps it. */
    public Stream<MariaDbRight> each() {
        return columns.isEmpty()
                ? Stream.of(this)
                : columns.stream().map(column -> new MariaDbRight(verb, List.of(column), kind, schema, name));
    }

    /** The reverse of {@link #each}: one right an object and verb, for statements. */
    public static Set<MariaDbRight> together(Collection<MariaDbRight> rights) {
        var columns = new TreeMap<MariaDbRight, Set<String>>();
        var whole = new TreeSet<MariaDbRight>();
        for (var right : rights) {
            if (right.columns.isEmpty()) {
                whole.add(right);
            } else {
                columns.computeIfAbsent(
                                new MariaDbRight(right.verb, List.of(), right.kind, right.schema, right.name),
                                key -> new TreeSet<>())
                        .addAll(right.columns);
            }
        }
        columns.forEach((key, names) ->
                whole.add(new MariaDbRight(key.verb, List.copyOf(names), key.kind, key.schema, key.name)));
        return whole;
    }

    /** @param account quoted, or a role in backticks */
    public String grantTo(String account) {
        return "GRANT " + what() + " TO " + account;
    }

    /** @param account quoted, or a role in backticks */
    public String revokeFrom(String account) {
        return "REVOKE " + what() + " FROM " + account;
    }

    private String what() {
        return verb + (columns.isEmpty() ? "" : " (" + MariaDbText.columns(columns) + ")") + " ON "
                + switch (kind) {
                    case GLOBAL -> "*.*";
                    case DATABASE -> MariaDbText.quoted(schema) + ".*";
                    case TABLE -> MariaDbText.qualified(schema, name);
                    case FUNCTION -> "FUNCTION " + MariaDbText.qualified(schema, name);
                    case PROCEDURE -> "PROCEDURE " + MariaDbText.qualified(schema, name);
                };
    }

    @Override
    public int compareTo(MariaDbRight other) {
        return ORDER.compare(this, other);
    }

    /** {@code select (id, item) on table shop.orders}. */
    @Override
    public String toString() {
        return verb.toLowerCase(Locale.ROOT)
                + (columns.isEmpty() ? "" : " (" + String.join(", ", columns) + ")") + " on "
                + switch (kind) {
                    case GLOBAL -> "the server";
                    case DATABASE -> "database " + schema;
                    case TABLE -> "table " + schema + "." + name;
                    case FUNCTION -> "function " + schema + "." + name;
                    case PROCEDURE -> "procedure " + schema + "." + name;
                };
    }
}
