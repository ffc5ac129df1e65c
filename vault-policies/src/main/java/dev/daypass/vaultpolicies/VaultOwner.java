package dev.daypass.vaultpolicies;

import dev.daypass.grant.GrantName;

/** To whom something in Vault belongs, so that changes can be read and made a grant at a time. */
public sealed interface VaultOwner {
    /** The files under {@code api/}: the same in every installation. */
    record Installation() implements VaultOwner {
        @Override
        public String toString() {
            return "installation";
        }
    }

    /** An issuer's mount and whom it trusts. */
    record OfIssuer(String name) implements VaultOwner {
        @Override
        public String toString() {
            return "issuer " + name;
        }
    }

    /** A database's connections and its witness. */
    record OfDatabase(String name) implements VaultOwner {
        @Override
        public String toString() {
            return "database " + name;
        }
    }

    /** A grant's policies and roles. */
    record OfGrant(GrantName name) implements VaultOwner {
        @Override
        public String toString() {
            return "grant " + name;
        }
    }
}
