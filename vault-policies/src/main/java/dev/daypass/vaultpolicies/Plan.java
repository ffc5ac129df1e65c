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

    static List<VaultWrite> of(Documents documents, List<Cidr> broker) {
        var writes = new ArrayList<VaultWrite>(StaticFiles.read(broker));
        writes.addAll(generated(documents, broker));
        return writes;
    }

    /** The part that follows from the documents. */
    static List<VaultWrite> generated(Documents documents, List<Cidr> broker) {
        var writes = new ArrayList<VaultWrite>();
        documents.issuers().values().forEach(issuer -> writes.addAll(VaultIssuer.writes(issuer)));
        documents.databases().values().forEach(document -> {
            var database = new VaultDatabase(document, documents.grants().values());
            writes.addAll(database.connections());
            writes.add(database.witness());
        });
        documents.grants().values().forEach(grant -> writes.addAll(new VaultGrant(grant, documents, broker).writes()));
        return writes;
    }
}
