package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.DatabaseOpener;
import dev.daypass.deployer.live.GrantedDatabase;
import dev.daypass.deployer.mariadb.MariaDbGrantedDatabase;
import dev.daypass.deployer.postgres.PostgresGrantedDatabase;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.vaultpolicies.Secret;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Opens each database with a login of its own. */
public final class DatabaseLogins implements DatabaseOpener {
    private final Optional<Path> rootCertificates;
    private final Map<String, Login> logins = new HashMap<>();

    private record Login(String user, Secret password) {}

    /** @param rootCertificates PEM of the authorities behind the databases' certificates; without it the engine's own place */
    public DatabaseLogins(Optional<Path> rootCertificates) {
        this.rootCertificates = rootCertificates;
    }

    /** @param database its name in the documents */
    public void add(String database, String user, Secret password) {
        logins.put(database, new Login(user, password));
    }

    @Override
    public GrantedDatabase open(DatabaseDocument document) {
        var login = Optional.ofNullable(logins.get(document.name()))
                .orElseThrow(() -> new IllegalArgumentException("no login for the database " + document.name()));
        return switch (document.engine()) {
            case POSTGRESQL -> PostgresGrantedDatabase.open(document, login.user(), login::password, rootCertificates);
            case MARIADB -> MariaDbGrantedDatabase.open(document, login.user(), login.password());
        };
    }
}
