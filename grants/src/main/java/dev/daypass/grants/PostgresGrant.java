package dev.daypass.grants;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What the owner of a database runs for one grant: the NOLOGIN group role that holds its privileges. To be run in one
 * transaction: what the group had is taken away first and given anew, so that a right that left the document leaves the
 * database too, and no session sees the gap. Running it again changes nothing.
 */
public final class PostgresGrant {
    private PostgresGrant() {}

    /**
     * The statements, in order.
     *
     * @throws IllegalArgumentException if the grant is not for this database
     */
    public static List<String> statements(GrantDocument grant, DatabaseDocument database) {
        if (!grant.database().equals(database.name())) {
            throw new IllegalArgumentException("grant " + grant.name() + " is not for database " + database.name());
        }
        String group = grant.name().groupRole();
        String quoted = Names.quoted(group);
        var statements = new ArrayList<String>();
        statements.add(PostgresDatabase.createRole(group, "NOLOGIN"));
        statements.add(withdrawn(group));
        statements.add(
                "GRANT CONNECT ON DATABASE " + Names.quoted(database.database().database()) + " TO " + quoted);
        var schemas = new TreeSet<String>();
        grant.tables().keySet().forEach(table -> schemas.add(table.schema()));
        schemas.forEach(schema -> statements.add("GRANT USAGE ON SCHEMA " + Names.quoted(schema) + " TO " + quoted));
        grant.tables()
                .forEach((table, verbs) -> verbs.forEach((verb, columns) -> {
                    var names = columns.names().stream().map(Names::quoted).toList();
                    statements.add(
                            "GRANT " + verb.name() + (columns.isAll() ? "" : " (" + String.join(", ", names) + ")")
                                    + " ON TABLE " + table.sql() + " TO " + quoted);
                }));
        statements.add(PostgresDatabase.mayHandOut(group, database));
        return statements;
    }

    // REVOKE on a table also takes its columns' privileges (REVOKE, "Description"). DROP OWNED would be shorter, and
    // would drop a table that somebody gave to the group by mistake.
    private static String withdrawn(String group) {
        return """
                DO $daypass$
                DECLARE held text;
                BEGIN
                  FOR held IN
                    SELECT c.oid::regclass::text FROM pg_class c
                    WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p')
                      AND (EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee = %1$s::regrole)
                        OR EXISTS (SELECT FROM pg_attribute t, aclexplode(t.attacl) a
                                   WHERE t.attrelid = c.oid AND a.grantee = %1$s::regrole))
                  LOOP
                    EXECUTE format('REVOKE ALL ON TABLE %%s FROM %%I', held, %1$s);
                  END LOOP;
                  FOR held IN
                    SELECT n.nspname FROM pg_namespace n
                    WHERE EXISTS (SELECT FROM aclexplode(n.nspacl) a WHERE a.grantee = %1$s::regrole)
                  LOOP
                    EXECUTE format('REVOKE ALL ON SCHEMA %%I FROM %%I', held, %1$s);
                  END LOOP;
                END
                $daypass$""".formatted(Names.literal(group));
    }
}
