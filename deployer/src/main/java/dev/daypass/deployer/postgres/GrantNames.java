package dev.daypass.deployer.postgres;

import dev.daypass.grant.GrantName;
import dev.daypass.grants.PostgresObjects;
import java.util.Optional;

/** The grants that names of roles and schemas speak of. A grant's name has no underscore, so each name speaks of one. */
final class GrantNames {
    private GrantNames() {}

    /** Of a group, or of the schema that is called like it. */
    static Optional<GrantName> ofGroup(String name) {
        return after(PostgresObjects.GROUP_PREFIX, name);
    }

    static Optional<GrantName> ofViewOwner(String name) {
        return after(PostgresObjects.VIEW_OWNER_PREFIX, name);
    }

    /** Of either. */
    static Optional<GrantName> ofRole(String name) {
        return ofGroup(name).or(() -> ofViewOwner(name));
    }

    private static Optional<GrantName> after(String prefix, String name) {
        return name.startsWith(prefix)
                ? GrantName.parse(name.substring(prefix.length()).replace('_', '-'))
                : Optional.empty();
    }
}
