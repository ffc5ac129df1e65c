package dev.daypass.vaultpolicies;

import java.util.List;

/**
 * What differs between the documents and a live server.
 *
 * @param changes in the order in which they have to be made, removals last
 * @param notes what was not compared, or is there and has to be taken away by hand; a line each
 */
public record VaultDifferences(List<VaultChange> changes, List<String> notes) {
    public VaultDifferences {
        changes = List.copyOf(changes);
        notes = List.copyOf(notes);
    }
}
