package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.Privilege.Kind;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.GrantDocument.Verb;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The rights that a grant's documents give its group: on the database, on the grant's own schema and views, and on the
 * functions and sequences that are listed.
 */
final class PostgresPrivilegesDocument {
    /** One right of the group. */
    record Right(Kind kind, String object, String right) {}

    private PostgresPrivilegesDocument() {}

    static Set<Right> rights(DatabaseDocument database, GrantDocument grant) {
        var rights = new LinkedHashSet<Right>();
        String schema = grant.name().groupRole();
        rights.add(new Right(
                Kind.DATABASE, PostgresPrivilegesNames.plain(database.database().database()), "connect"));
        rights.add(new Right(Kind.SCHEMA, PostgresPrivilegesNames.plain(schema), "usage"));
        grant.tables()
                .values()
                .forEach(table -> table.columns().forEach((verb, columns) -> {
                    String right = verb.name().toLowerCase(Locale.ROOT);
                    if (verb == Verb.DELETE) {
                        // There is no DELETE on a column.
                        rights.add(new Right(Kind.TABLE, PostgresPrivilegesNames.plain(schema, table.view()), right));
                    } else {
                        columns.forEach(column -> rights.add(new Right(
                                Kind.COLUMN, PostgresPrivilegesNames.plain(schema, table.view(), column), right)));
                    }
                }));
        grant.functions().forEach(function -> {
            rights.add(new Right(Kind.SCHEMA, PostgresPrivilegesNames.plain(function.schema()), "usage"));
            rights.add(new Right(
                    Kind.FUNCTION,
                    PostgresPrivilegesNames.plain(function.schema(), function.name()) + "("
                            + String.join(", ", function.arguments()) + ")",
                    "execute"));
        });
        grant.sequences()
                .forEach(sequence -> rights.add(new Right(
                        Kind.SEQUENCE, PostgresPrivilegesNames.plain(sequence.schema(), sequence.table()), "usage")));
        return rights;
    }
}
