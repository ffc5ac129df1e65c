package dev.daypass.grants;

import dev.daypass.database.Database;
import java.util.List;

/**
 * {@link LoginStatements} for MariaDB. An account has no end of its own there: only Vault, the sweep and the witness see to
 * that. Every session user and witness is {@code name@clientHost}.
 */
final class MariaDbLogin implements LoginStatements {
    private static final int WITNESS_CONNECTIONS = 5;
    private static final double WITNESS_SECONDS = 10;

    private final DatabaseDocument database;

    MariaDbLogin(DatabaseDocument database) {
        this.database = database;
    }

    @Override
    public List<String> session(GrantDocument grant) {
        // MAX_STATEMENT_TIME is where a session begins; it may lift it, and the sweep looks after that.
        return login(
                grant.name().groupRole(),
                grant.connections(),
                grant.statementTimeout().toMillis() / 1000.0);
    }

    @Override
    public List<String> witness() {
        return login(DatabaseDocument.WITNESS_GROUP, WITNESS_CONNECTIONS, WITNESS_SECONDS);
    }

    /** None: an account that the lease outlives does not exist, and one that outlives its lease is found by the sweep. */
    @Override
    public List<String> renewal() {
        return List.of();
    }

    /**
     * Each statement commits by itself, so the lock stands even if a later one fails. KILL looks once at the connections
     * that are there; a client whose password was just accepted is in the list a moment later, hence the second look.
     */
    @Override
    public List<String> revocation() {
        return List.of(
                "ALTER USER IF EXISTS " + account() + " ACCOUNT LOCK",
                "KILL USER '{{name}}'",
                "DO SLEEP(0.02)",
                "KILL USER '{{name}}'",
                "DROP USER IF EXISTS " + account());
    }

    private List<String> login(String role, int connections, double seconds) {
        boolean tls = database.database().tls() == Database.Tls.VERIFY_FULL;
        return List.of(
                "CREATE USER " + account() + " IDENTIFIED BY '{{password}}'" + (tls ? " REQUIRE SSL" : "")
                        + " WITH MAX_USER_CONNECTIONS " + connections + " MAX_STATEMENT_TIME " + seconds,
                "GRANT " + MariaDbText.quoted(role) + " TO " + account(),
                // SET DEFAULT ROLE FOR somebody else needs UPDATE on mysql.*: the administrator calls this instead.
                "CALL " + MariaDbOwner.procedure(MariaDbOwner.DEFAULT_ROLE) + "('{{name}}', "
                        + MariaDbText.name(database.clientHost()) + ", " + MariaDbText.name(role) + ")");
    }

    private String account() {
        return MariaDbText.account("{{name}}", database.clientHost());
    }
}
