package dev.daypass.configuration;

import dev.daypass.database.Database;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.identity.TrustedIssuer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that the functions are told by documents: issuers, databases and grants, compiled. It is stored in the
 * locked bucket under its own digest before any function reads it, so the text in force is itself evidence.
 */
public record Configuration(
        SortedMap<String, TrustedIssuer> issuers,
        SortedMap<String, Database> databases,
        SortedMap<String, GrantPolicy> grants) {
    /** The first line of the serialised form; a reader refuses any other. */
    public static final String FORMAT = "daypass-configuration/2";

    /**
     * Checks what the documents say of each other.
     *
     * @throws IllegalArgumentException if a grant names an issuer or a database that is not there, or if two issuers claim
     *     the same {@code iss}: which of them a token is judged by must not depend on an order
     */
    public Configuration {
        issuers = new TreeMap<>(issuers);
        databases = new TreeMap<>(databases);
        grants = new TreeMap<>(grants);
        var claimed = new HashSet<String>();
        for (var issuer : issuers.values()) {
            if (!claimed.add(issuer.issuer())) {
                throw new IllegalArgumentException(
                        "issuer " + issuer.name() + " claims an iss that another one has: " + issuer.issuer());
            }
        }
        for (var grant : grants.values()) {
            if (!databases.containsKey(grant.database())) {
                throw new IllegalArgumentException(
                        "grant " + grant.name() + " names the unknown database " + grant.database());
            }
            for (var entitlement : grant.entitlements()) {
                if (!issuers.containsKey(entitlement.issuer())) {
                    throw new IllegalArgumentException(
                            "grant " + grant.name() + " names the unknown issuer " + entitlement.issuer());
                }
            }
        }
    }

    public Optional<GrantPolicy> grant(GrantName name) {
        return Optional.ofNullable(grants.get(name.text()));
    }

    /** The database of a grant of this configuration. */
    public Database databaseOf(GrantPolicy grant) {
        var database = databases.get(grant.database());
        if (database == null) {
            throw new IllegalArgumentException("not a grant of this configuration: " + grant.name());
        }
        return database;
    }

    public List<GrantPolicy> allGrants() {
        return List.copyOf(grants.values());
    }
}
