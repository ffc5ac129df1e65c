package dev.daypass.vaultpolicies;

import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import dev.daypass.grants.VaultDatabase;
import dev.daypass.grants.VaultGrant;
import dev.daypass.grants.VaultIssuer;
import dev.daypass.grants.VaultWrite;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that Vault is told, in an order in which each write finds what it refers to: the files, issuers, databases
 * (whose witness roles need their connections), then grants (whose JWT roles come last: with them a grant can be used).
 */
final class Plan {
    private Plan() {}

    /** A write, and to whom it belongs. */
    record Owned(VaultOwner owner, VaultWrite write) {}

    static List<VaultWrite> of(Documents documents, List<Cidr> broker) {
        return writes(owned(documents, broker));
    }

    /** The part that follows from the documents. */
    static List<VaultWrite> generated(Documents documents, List<Cidr> broker) {
        return writes(ownedGenerated(documents, broker));
    }

    static List<Owned> owned(Documents documents, List<Cidr> broker) {
        var writes = new ArrayList<Owned>();
        StaticFiles.read(broker).forEach(write -> writes.add(new Owned(new VaultOwner.Installation(), write)));
        writes.addAll(ownedGenerated(documents, broker));
        return writes;
    }

    private static List<Owned> ownedGenerated(Documents documents, List<Cidr> broker) {
        var writes = new ArrayList<Owned>();
        documents
                .issuers()
                .forEach((name, issuer) -> VaultIssuer.writes(issuer)
                        .forEach(write -> writes.add(new Owned(new VaultOwner.OfIssuer(name), write))));
        documents.databases().forEach((name, document) -> {
            var owner = new VaultOwner.OfDatabase(name);
            var database = new VaultDatabase(document, documents.grants().values());
            database.connections().forEach(write -> writes.add(new Owned(owner, write)));
            writes.add(new Owned(owner, database.witness()));
        });
        documents
                .grants()
                .values()
                .forEach(grant -> new VaultGrant(grant, documents, broker)
                        .writes()
                        .forEach(write -> writes.add(new Owned(new VaultOwner.OfGrant(grant.name()), write))));
        return writes;
    }

    private static List<VaultWrite> writes(List<Owned> owned) {
        return owned.stream().map(Owned::write).toList();
    }
}
