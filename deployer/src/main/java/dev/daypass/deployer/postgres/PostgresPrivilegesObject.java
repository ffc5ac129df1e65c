package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.Privilege.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something in a catalog that rights can be given on.
 *
 * @param schema 0 where the kind has none
 * @param schemaName empty where the kind has none
 * @param detail a column's name, a function's argument types, a relation's kind
 * @param access what was given; empty where nothing was ever given or taken, and the kind's default holds
 * @param initial what PUBLIC got when the database was made, where that differs from the kind's default; in lower case
 * @param extension the extension that made it; empty if none
 * @param special a function runs as its owner; a language may be used by everybody; a database is this one
 */
record PostgresPrivilegesObject(
        Kind kind,
        long oid,
        long schema,
        String schemaName,
        String name,
        String detail,
        long owner,
        Optional<List<Entry>> access,
        Optional<Set<String>> initial,
        String extension,
        boolean special) {
    /** What initdb makes has a lower number, what users make a higher one (access/transam.h, FirstNormalObjectId). */
    static final long FIRST_OF_USERS = 16_384;

    /** Catalogs proper have lower numbers (access/transam.h, FirstUnpinnedObjectId). */
    private static final long FIRST_UNPINNED = 12_000;

    private static final Set<String> CHANGES = Set.of("insert", "update", "delete", "truncate");
    private static final String VIEW = "v";
    private static final String TOAST = "t";

    /** @param grantee 0 for PUBLIC */
    record Entry(long grantee, long grantor, String right) {
        static final long PUBLIC = 0;
    }

    boolean isOfSystem() {
        return oid < FIRST_OF_USERS;
    }

    /**
     * Whether the server denies this to everybody but superusers, whatever was given: changes to catalogs (aclchk.c,
     * pg_class_aclmask). That is so for the table, and not for its columns.
     */
    boolean denies(String right) {
        return kind == Kind.TABLE
                && (oid < FIRST_UNPINNED && !detail.equals(VIEW) || detail.equals(TOAST))
                && CHANGES.contains(right);
    }

    /** For people. */
    String text() {
        return switch (kind) {
            case TABLE, SEQUENCE, TYPE -> PostgresPrivilegesNames.plain(schemaName, name);
            case COLUMN -> PostgresPrivilegesNames.plain(schemaName, name, detail);
            case FUNCTION -> PostgresPrivilegesNames.plain(schemaName, name) + "(" + detail + ")";
            case LARGE_OBJECT, PARAMETER -> name;
            default -> PostgresPrivilegesNames.plain(name);
        };
    }

    /** {@code TABLE "public"."orders"}, for GRANT and REVOKE. */
    String designation() {
        return PostgresPrivilegesNames.keyword(kind) + " " + address();
    }

    /** For ALTER … OWNER TO. */
    String ownedDesignation() {
        return PostgresPrivilegesNames.ownedAs(kind) + " " + address();
    }

    private String address() {
        return switch (kind) {
            case TABLE, COLUMN, SEQUENCE, TYPE -> PostgresPrivilegesNames.quoted(schemaName, name);
            // The types are as format_type() wrote them: quoted where they have to be.
            case FUNCTION -> PostgresPrivilegesNames.quoted(schemaName, name) + "(" + detail + ")";
            case LARGE_OBJECT -> name;
            case PARAMETER ->
                String.join(
                        ".",
                        Arrays.stream(name.split("\\.", -1))
                                .map(PostgresPrivilegesNames::quoted)
                                .toList());
            default -> PostgresPrivilegesNames.quoted(name);
        };
    }
}
