package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.live.GrantedDatabase;
import dev.daypass.deployer.live.TargetException;
import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionUser;
import dev.daypass.vaultpolicies.VaultOwner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What somebody changed by hand: what differs although the documents are those that were applied.
 *
 * @param byHand what applying would put right
 * @param touched the grants whose sessions this concerns
 * @param privileges of every grant; beyond what they should be, they are drift as well
 * @param problems what could not be read; each is an error
 * @param notes documents that are not applied yet, and the like
 */
public record Drift(
        List<PlannedChange> byHand,
        List<Touched> touched,
        List<EffectivePrivileges> privileges,
        List<String> problems,
        List<String> notes) {
    public Drift {
        byHand = List.copyOf(byHand);
        touched = List.copyOf(touched);
        privileges = List.copyOf(privileges);
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /**
     * A grant that is not as it was applied.
     *
     * @param since when it was applied: nobody knows when it was changed afterwards; empty where the ledger says nothing
     * @param live its session users in the catalog now
     */
    public record Touched(GrantName grant, Optional<Instant> since, List<SessionUser> live) {
        public Touched {
            live = List.copyOf(live);
        }
    }

    /** Whether anything is not as it was applied. */
    public boolean isThere() {
        return !byHand.isEmpty()
                || privileges.stream().anyMatch(each -> !each.beyond().isEmpty());
    }

    static Drift of(RolloutPlan plan, SortedMap<String, GrantedDatabase> databases) {
        var byHand = new ArrayList<PlannedChange>();
        var notes = new ArrayList<>(plan.notes());
        var problems = new ArrayList<>(plan.problems());
        for (var change : plan.changes()) {
            if (isByHand(change)) {
                byHand.add(change);
            } else {
                notes.add(change.subject()
                        + " is not applied yet as its document says, or is to be removed; plan shows it");
            }
        }
        var touched = new TreeMap<String, Touched>();
        byHand.forEach(change -> {
            if (change.subject() instanceof VaultOwner.OfGrant(GrantName grant)) {
                touched.put(grant.text(), touched(grant, change.database(), databases, problems));
            }
        });
        plan.privileges().stream()
                .filter(each -> !each.beyond().isEmpty())
                .forEach(each -> touched.putIfAbsent(
                        each.grant().text(), touched(each.grant(), Optional.of(each.database()), databases, problems)));
        return new Drift(byHand, List.copyOf(touched.values()), plan.privileges(), problems, notes);
    }

    private static boolean isByHand(PlannedChange change) {
        return switch (change.subject()) {
            case VaultOwner.OfGrant(var _) ->
                change.effect() == Effect.REPAIRS
                        // In no ledger, of no document, and nevertheless there.
                        || change.effect() == Effect.REMOVES && change.applied().isEmpty()
                        // Of a document, there, and its line taken out of the ledger.
                        || change.effect() == Effect.NARROWS && change.applied().isEmpty();
            default -> !change.inVault().isEmpty();
        };
    }

    private static Touched touched(
            GrantName grant, Optional<String> place, Map<String, GrantedDatabase> databases, List<String> problems) {
        var database = place.flatMap(name -> Optional.ofNullable(databases.get(name)));
        if (database.isEmpty()) {
            return new Touched(grant, Optional.empty(), List.of());
        }
        try {
            var since = database.get().applied().stream()
                    .filter(line -> line.grant().equals(grant))
                    .map(line -> line.appliedAt())
                    .findFirst();
            return new Touched(grant, since, database.get().sessions(grant));
        } catch (TargetException e) {
            problems.add(String.valueOf(e.getMessage()));
            return new Touched(grant, Optional.empty(), List.of());
        }
    }
}
