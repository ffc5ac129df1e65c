package dev.daypass.grants;

import java.util.List;

/**
 * What a database's owner runs, written out for reading ({@code --out}) and for a first set-up by hand. Running it again
 * changes nothing. {@code daypass grants apply} does the same from the live catalog, a difference at a time.
 */
public interface OwnerStatements {
    /** Once, before Vault is connected: the administrator's login, the deployer's, the witness's group. No password. */
    List<String> database();

    /**
     * One grant: its group, its views, its rights. For MariaDB to be read only: its views are made by the types of columns, which
     * only the live catalog knows.
     */
    List<String> grant(GrantDocument grant);

    static OwnerStatements of(DatabaseDocument database) {
        return switch (database.engine()) {
            case POSTGRESQL -> new PostgresOwner(database);
            case MARIADB -> new MariaDbOwner(database);
        };
    }
}
