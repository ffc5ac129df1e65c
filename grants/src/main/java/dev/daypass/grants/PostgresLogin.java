package dev.daypass.grants;

import java.util.ArrayList;
import java.util.List;

/**
 * {@link LoginStatements} for PostgreSQL 14 to 18.
 *
 * <p>Before 16 a role that may create roles may neither end the connections of those it created nor drop what they own, unless it
 * is a member of them. So there the administrator becomes a member of each login, and has its rights for as long as that lives.
 */
final class PostgresLogin implements LoginStatements {
    private static final int WITNESS_CONNECTIONS = 5;

    private final DatabaseDocument database;

    PostgresLogin(DatabaseDocument database) {
        this.database = database;
    }

    @Override
    public List<String> session(GrantDocument grant) {
        var statements = new ArrayList<>(create(grant.connections()));
        statements.add(set("statement_timeout", "'" + grant.statementTimeout().toMillis() + "ms'"));
        // Not public: a table's name means the grant's view of it.
        statements.add(set("search_path", Names.quoted(new PostgresObjects(database, grant).schema())));
        // PostgreSQL 14 lets nobody but a superuser set these: PostgresOwner sets them for the whole database there.
        if (database.logStatements() && database.serverVersion() >= 15) {
            statements.add(set("log_statement", "'all'"));
        }
        if (database.logWithPgAudit() && database.serverVersion() >= 15) {
            statements.add(set("pgaudit.log", "'all'"));
        }
        statements.add(join(grant.name().groupRole()));
        return statements;
    }

    @Override
    public List<String> witness() {
        var statements = new ArrayList<>(create(WITNESS_CONNECTIONS));
        statements.add(set("statement_timeout", "'10000ms'"));
        statements.add(join(DatabaseDocument.WITNESS_GROUP));
        return statements;
    }

    @Override
    public List<String> renewal() {
        return List.of("ALTER ROLE \"{{name}}\" VALID UNTIL '{{expiration}}'");
    }

    /**
     * Vault runs these in one transaction. The COMMIT makes the NOLOGIN stand even if a later statement fails, and lets
     * the server refuse clients that reconnect before the second look: without the commit 21 of 25 reconnecting clients
     * survived, with one look 1 of 25, with both 0 of 120.
     */
    @Override
    public List<String> revocation() {
        return List.of(
                "ALTER ROLE \"{{name}}\" NOLOGIN",
                "COMMIT",
                terminate(),
                "SELECT pg_sleep(0.02)",
                terminate(),
                "DROP OWNED BY \"{{name}}\"",
                "DROP ROLE IF EXISTS \"{{name}}\"");
    }

    private List<String> create(int connections) {
        String create =
                "CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' CONNECTION LIMIT "
                        + connections;
        return database.serverVersion() >= 16
                ? List.of(create)
                : List.of(create, "GRANT \"{{name}}\" TO " + Names.quoted(database.administrator()));
    }

    private static String set(String setting, String value) {
        return "ALTER ROLE \"{{name}}\" SET " + setting + " = " + value;
    }

    /**
     * SET FALSE: the login cannot become the group, so nothing is left owned by the group (PostgreSQL 16, GRANT). Before 16 it can,
     * and what it then leaves behind, such as a large object, is found by the next look at the grant's roles.
     */
    private String join(String group) {
        return "GRANT " + Names.quoted(group) + " TO \"{{name}}\""
                + (database.serverVersion() >= 16 ? " WITH INHERIT TRUE, SET FALSE" : "");
    }

    private static String terminate() {
        return "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}'";
    }
}
