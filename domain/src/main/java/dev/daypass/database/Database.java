package dev.daypass.database;

import dev.daypass.grant.GrantName;

/**
 * A database that grants point at, as an agent reaches it and as Vault knows it.
 *
 * @param name its name in grants
 * @param engine what kind of server it is
 * @param host as agents reach it
 * @param port TCP port
 * @param database the database (catalog) within the server
 * @param tls what the agent's client must insist on
 * @param vaultConnection the connection in Vault's database engine that makes session users ({@code dp_…})
 * @param witnessRole the role in Vault's database engine whose login reads the catalog ({@code dpw_…})
 */
public record Database(
        String name,
        Engine engine,
        String host,
        int port,
        String database,
        Tls tls,
        String vaultConnection,
        String witnessRole) {
    public Database {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("database " + name + ": not a TCP port: " + port);
        }
    }

    /**
     * The database that a session of a grant connects to. In PostgreSQL a grant's views are a schema of this database; in
     * MariaDB, where a schema is a database, they are one of their own.
     */
    public String sessionDatabase(GrantName grant) {
        return switch (engine) {
            case POSTGRESQL -> database;
            case MARIADB -> grant.groupRole();
        };
    }

    /** libpq's {@code sslmode}, as far as Daypass hands it out: verified, or openly without. */
    public enum Tls {
        /** The server's certificate and its host name are checked. */
        VERIFY_FULL("verify-full"),
        /** No TLS. Only a document that says {@code allowPlaintext} compiles to it. */
        DISABLE("disable");

        private final String sslmode;

        Tls(String sslmode) {
            this.sslmode = sslmode;
        }

        public String sslmode() {
            return sslmode;
        }
    }
}
