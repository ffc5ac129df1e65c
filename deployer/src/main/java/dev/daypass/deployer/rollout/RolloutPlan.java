package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.Privilege;
import dev.daypass.vaultpolicies.VaultOwner;
import java.util.List;

/**
 * What would change, and what an agent could do then.
 *
 * @param changes in the order in which they are made
 * @param privileges of each grant, once the changes are made
 * @param problems what could not be read, or stands in the way; each is an error
 * @param notes what a reader should know; none is an error
 */
public record RolloutPlan(
        List<PlannedChange> changes, List<EffectivePrivileges> privileges, List<String> problems, List<String> notes) {
    public RolloutPlan {
        changes = List.copyOf(changes);
        privileges = List.copyOf(privileges);
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /** Whether a session could do anything that neither a document, nor a pristine server, nor an acceptance says. */
    public boolean isBeyond() {
        return privileges.stream().anyMatch(each -> !each.beyond().isEmpty());
    }

    /** How many privileges of that kind there are. */
    public long beyond() {
        return privileges.stream().mapToLong(each -> each.beyond().size()).sum();
    }

    /**
     * How many there are of grants that are not narrowed. A narrowing is the remedy and must not wait for others: what is beyond
     * was open to its sessions before as well.
     */
    long beyondOfMore() {
        return privileges.stream()
                .filter(each -> changes.stream()
                        .noneMatch(change -> change.effect() == GrantChange.Effect.NARROWS
                                && change.subject().equals(new VaultOwner.OfGrant(each.grant()))))
                .mapToLong(each -> each.beyond().size())
                .sum();
    }

    /** Whether it can be counted on: everything was read, and nothing is beyond. */
    public boolean isSound() {
        return problems.isEmpty() && !isBeyond();
    }

    /** Whether a privilege is more than every pristine server gives. */
    static boolean isOfInterest(Privilege privilege) {
        return privilege.standing() != Privilege.Standing.BASELINE;
    }
}
