package dev.daypass.grants;

import java.util.ArrayList;
import java.util.List;

/**
 * What the owner of a database runs once before Vault is connected to it (PostgreSQL 16 or newer): the administrator's
 * login and the witness's group. The password is set apart from this, with SCRAM, by whoever keeps it. Running it again
 * changes nothing.
 */
public final class PostgresDatabase {
    private PostgresDatabase() {}

    public static List<String> statements(DatabaseDocument document) {
        String administrator = Names.quoted(document.administrator());
        var statements = new ArrayList<String>();
        statements.add(createRole(document.administrator(), "LOGIN CREATEROLE"));
        statements.add(
                "ALTER ROLE " + administrator + " LOGIN CREATEROLE NOSUPERUSER NOCREATEDB NOREPLICATION NOBYPASSRLS");
        // Without it the administrator may create a user and then neither end its connections nor drop it: every
        // revocation fails, and the credential lives on.
        statements.add("ALTER ROLE " + administrator + " SET createrole_self_grant = 'set,inherit'");
        statements.add(createRole(DatabaseDocument.WITNESS_GROUP, "NOLOGIN"));
        statements.add("GRANT pg_signal_backend TO " + Names.quoted(DatabaseDocument.WITNESS_GROUP));
        statements.add(mayHandOut(DatabaseDocument.WITNESS_GROUP, document));
        if (document.logStatements()) {
            statements.add("GRANT SET ON PARAMETER log_statement TO " + administrator);
        }
        return statements;
    }

    /** CREATE ROLE has no IF NOT EXISTS. */
    static String createRole(String role, String attributes) {
        return "DO $daypass$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = " + Names.literal(role)
                + ") THEN CREATE ROLE " + Names.quoted(role) + " " + attributes + "; END IF; END $daypass$";
    }

    /** The administrator may make others members; it neither has the group's rights nor can become the group. */
    static String mayHandOut(String group, DatabaseDocument document) {
        return "GRANT " + Names.quoted(group) + " TO " + Names.quoted(document.administrator())
                + " WITH ADMIN TRUE, INHERIT FALSE, SET FALSE";
    }
}
