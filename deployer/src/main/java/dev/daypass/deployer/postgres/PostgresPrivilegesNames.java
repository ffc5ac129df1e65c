package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.Privilege.Kind;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names for people and names for statements. */
final class PostgresPrivilegesNames {
    private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*");

    private PostgresPrivilegesNames() {}

    /**
     * For people: the name as it is where it is only letters, digits, underscores and dollar signs, otherwise in double
     * quotes, so that no two objects have one text.
     */
    static String plain(String identifier) {
        return NEEDS_NO_QUOTES.matcher(identifier).matches() ? identifier : quoted(identifier);
    }

    /** As {@link #plain(String)}, of a name in a schema, or of a column in a table in a schema. */
    static String plain(String first, String... others) {
        return plain(first) + Stream.of(others).map(other -> "." + plain(other)).collect(Collectors.joining());
    }

    /** For statements: always in double quotes (PostgreSQL, "SQL Syntax", 4.1.1). */
    static String quoted(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    static String quoted(String first, String... others) {
        return quoted(first)
                + Stream.of(others).map(other -> "." + quoted(other)).collect(Collectors.joining());
    }

    /** What GRANT and REVOKE call the kind. */
    static String keyword(Kind kind) {
        return switch (kind) {
            case TABLE, COLUMN -> "TABLE";
            // Functions, procedures and aggregates alike.
            case FUNCTION -> "ROUTINE";
            case SEQUENCE -> "SEQUENCE";
            case SCHEMA -> "SCHEMA";
            case DATABASE -> "DATABASE";
            case LANGUAGE -> "LANGUAGE";
            case TYPE -> "TYPE";
            case LARGE_OBJECT -> "LARGE OBJECT";
            case PARAMETER -> "PARAMETER";
            case TABLESPACE -> "TABLESPACE";
            case FOREIGN_DATA_WRAPPER -> "FOREIGN DATA WRAPPER";
            case FOREIGN_SERVER -> "FOREIGN SERVER";
            case SERVER, ROLE, DEFAULT_PRIVILEGE, OTHER ->
                throw new IllegalArgumentException("has no access list of its own: " + kind);
        };
    }

    /** What ALTER … OWNER TO calls the kind. */
    static String ownedAs(Kind kind) {
        return switch (kind) {
            // ALTER TABLE also takes views, sequences and foreign tables (ALTER TABLE, "name").
            case SEQUENCE -> "TABLE";
            case FOREIGN_SERVER -> "SERVER";
            default -> keyword(kind);
        };
    }
}
