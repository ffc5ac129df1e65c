package dev.daypass.grants;

import java.util.List;

/**
 * The statements with which Vault makes, renews and removes the logins of one database, as templates of its database
 * engine: {@code {{name}}}, {@code {{password}}}, {@code {{expiration}}}. One statement a member.
 */
public interface LoginStatements {
    /** Makes a session user, and makes it a member of the grant's group. */
    List<String> session(GrantDocument grant);

    /** Makes a witness, which may read catalogs, end connections and cancel statements that run too long. */
    List<String> witness();

    /** Moves the login's own end, where the server knows one. */
    List<String> renewal();

    /** Locks the login, ends its connections and removes it. */
    List<String> revocation();

    static LoginStatements of(DatabaseDocument database) {
        return switch (database.engine()) {
            case POSTGRESQL -> new PostgresLogin(database);
            case MARIADB -> new MariaDbLogin(database);
        };
    }
}
