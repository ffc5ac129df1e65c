package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.AppliedGrant;
import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.live.GrantedDatabase;
import dev.daypass.deployer.live.GrantedVault;
import dev.daypass.deployer.live.TargetException;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.Documents;
import dev.daypass.grants.DocumentsRefusedException;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.GrantDocument.WhenNarrowed;
import dev.daypass.session.SessionUser;
import dev.daypass.vaultpolicies.VaultChange;
import dev.daypass.vaultpolicies.VaultChange.Action;
import dev.daypass.vaultpolicies.VaultDifferences;
import dev.daypass.vaultpolicies.VaultOwner;
import dev.daypass.vaultpolicies.VaultRequestException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what is live and works out what has to change, in which order. One reading; belongs to one thread. */
final class Planner {
    private final Documents documents;
    private final Set<GrantName> only;
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<PlannedChange> changes = new ArrayList<>();
    private final Map<GrantName, Ledger> ledgers = new HashMap<>();

    /** Where a grant is applied. */
    private record Ledger(String database, AppliedGrant applied) {}

    Planner(Documents documents, Set<GrantName> only) {
        this.documents = documents;
        this.only = only;
    }

    /** Of which grants the privileges are worked out. */
    enum Privileges {
        OF_ALL,
        OF_CHANGED
    }

    /** @param unreadable what could not be opened, a line each */
    RolloutPlan plan(
            SortedMap<String, GrantedDatabase> databases,
            Optional<GrantedVault> vault,
            List<String> unreadable,
            Privileges which) {
        problems.addAll(unreadable);
        var readable = new TreeMap<String, GrantedDatabase>();
        databases.forEach((name, database) -> {
            try {
                database(name, database);
                readable.put(name, database);
            } catch (TargetException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        });
        vault.ifPresent(server -> {
            try {
                vault(server.differences(), readable);
            } catch (VaultRequestException e) {
                problems.add("Vault: " + e.getMessage());
            }
        });
        var made = changes.stream()
                .filter(this::isAsked)
                .sorted(Comparator.comparingInt(this::turn))
                .toList();
        return new RolloutPlan(made, privileges(readable, made, which), problems, notes);
    }

    private void database(String name, GrantedDatabase database) {
        var applied = new HashMap<GrantName, AppliedGrant>();
        for (var line : database.applied()) {
            applied.put(line.grant(), line);
            ledgers.put(line.grant(), new Ledger(name, line));
        }
        for (var change : database.changes(documents.grantsOf(database.document()))) {
            changes.add(
                    change.grant().isEmpty()
                            ? change(new VaultOwner.OfDatabase(name), Optional.of(name), Effect.SETS_UP)
                                    .in(change)
                            : grant(
                                    name,
                                    database,
                                    change,
                                    Optional.ofNullable(
                                            applied.get(change.grant().get()))));
        }
    }

    private PlannedChange grant(
            String name, GrantedDatabase database, GrantChange change, Optional<AppliedGrant> applied) {
        var grant = change.grant().orElseThrow();
        var before = applied.flatMap(Planner::reread);
        var document = Optional.ofNullable(documents.grants().get(grant.text()))
                .filter(wanted -> wanted.database().equals(name));
        var effect = change.effect();
        var narrowing = new ArrayList<String>();
        if (document.isPresent() && (effect == Effect.WIDENS || effect == Effect.NARROWS)) {
            if (before.isPresent()) {
                narrowing.addAll(document.get().narrowedFrom(before.get()));
            } else {
                narrowing.add("nobody can say: the applied text is none that this version reads");
            }
            effect = narrowing.isEmpty() ? effect : Effect.NARROWS;
        }
        boolean waits = effect == Effect.NARROWS || effect == Effect.REMOVES;
        return new PlannedChange(
                new VaultOwner.OfGrant(grant),
                Optional.of(name),
                effect,
                narrowing,
                // A text that cannot be read says nothing about its sessions: the safe end is an end.
                before.map(GrantDocument::whenNarrowed).orElse(WhenNarrowed.END),
                before.map(text -> text.life().window()).orElse(GrantDocument.LONGEST_WINDOW),
                Optional.of(change),
                List.of(),
                waits ? database.sessions(grant) : List.of(),
                applied);
    }

    private static Optional<GrantDocument> reread(AppliedGrant applied) {
        try {
            return Optional.of(Documents.readGrant(applied.grant(), applied.text()));
        } catch (DocumentsRefusedException e) {
            return Optional.empty();
        }
    }

    private void vault(VaultDifferences differences, SortedMap<String, GrantedDatabase> databases) {
        notes.addAll(differences.notes());
        var byOwner = new LinkedHashMap<VaultOwner, List<VaultChange>>();
        differences
                .changes()
                .forEach(change -> byOwner.computeIfAbsent(change.owner(), owner -> new ArrayList<>())
                        .add(change));
        byOwner.forEach((owner, inVault) -> {
            var place = owner instanceof VaultOwner.OfGrant(GrantName grant) ? place(grant, inVault) : place(owner);
            for (int i = 0; i < changes.size(); i++) {
                var change = changes.get(i);
                if (change.subject().equals(owner) && change.database().equals(place)) {
                    changes.set(i, change.with(inVault));
                    return;
                }
            }
            changes.add(
                    owner instanceof VaultOwner.OfGrant(GrantName grant)
                            ? inVaultAlone(grant, place, inVault, databases)
                            : change(owner, place, Effect.SETS_UP).inVault(inVault));
        });
    }

    private Optional<String> place(VaultOwner owner) {
        return owner instanceof VaultOwner.OfDatabase(String name) ? Optional.of(name) : Optional.empty();
    }

    /** The database of a grant: its document's, else the one that it was applied to, else the one that its users are made in. */
    private Optional<String> place(GrantName grant, List<VaultChange> inVault) {
        return Optional.ofNullable(documents.grants().get(grant.text()))
                .map(GrantDocument::database)
                .or(() -> Optional.ofNullable(ledgers.get(grant)).map(Ledger::database))
                .or(() -> connection(inVault)
                        .flatMap(connection -> documents.databases().values().stream()
                                .filter(document -> document.hasConnection(connection))
                                .map(DatabaseDocument::name)
                                .findFirst()));
    }

    private static Optional<String> connection(List<VaultChange> inVault) {
        return inVault.stream()
                .flatMap(change -> change.members().stream())
                .filter(member -> member.name().equals("db_name"))
                .flatMap(member -> member.live().stream())
                .findFirst();
    }

    /** A grant that the database holds as its document says, or not at all. */
    private PlannedChange inVaultAlone(
            GrantName grant,
            Optional<String> place,
            List<VaultChange> inVault,
            SortedMap<String, GrantedDatabase> databases) {
        boolean wanted = documents.grants().containsKey(grant.text());
        var live = new ArrayList<SessionUser>();
        if (!wanted) {
            var connection = connection(inVault);
            if (connection.isPresent() && place.isEmpty()) {
                problems.add("grant " + grant + " is in Vault on the connection " + connection.get()
                        + ", which no document describes: whether its sessions are gone cannot be seen. Put the document of"
                        + " that database back, apply, and take it away afterwards");
            }
            place.flatMap(name -> Optional.ofNullable(databases.get(name)))
                    .ifPresent(database -> live.addAll(database.sessions(grant)));
        }
        boolean isNew = inVault.stream().allMatch(change -> change.action() == Action.ADD);
        var applied = Optional.ofNullable(ledgers.get(grant)).map(Ledger::applied);
        return new PlannedChange(
                new VaultOwner.OfGrant(grant),
                place,
                !wanted ? Effect.REMOVES : isNew && applied.isEmpty() ? Effect.ADDS : Effect.REPAIRS,
                List.of(),
                WhenNarrowed.END,
                GrantDocument.LONGEST_WINDOW,
                Optional.empty(),
                inVault,
                live,
                applied);
    }

    private boolean isAsked(PlannedChange change) {
        if (only.isEmpty()) {
            return true;
        }
        return switch (change.subject()) {
            case VaultOwner.OfGrant(GrantName grant) -> only.contains(grant);
            case VaultOwner.OfDatabase(String name) ->
                documents.grants().values().stream()
                        .anyMatch(grant -> grant.database().equals(name) && only.contains(grant.name()));
            case VaultOwner.OfIssuer(String name) ->
                documents.grants().values().stream()
                        .filter(grant -> only.contains(grant.name()))
                        .anyMatch(grant -> grant.entitled().stream()
                                .anyMatch(way -> way.issuer().equals(name)));
            case VaultOwner.Installation() -> true;
        };
    }

    /** Each finds what it refers to; what waits for sessions comes late, so that nothing else waits with it. */
    private int turn(PlannedChange change) {
        return switch (change.subject()) {
            case VaultOwner.Installation() -> 0;
            case VaultOwner.OfIssuer(var _) -> 1;
            case VaultOwner.OfDatabase(String name) -> documents.databases().containsKey(name) ? 2 : 7;
            case VaultOwner.OfGrant(GrantName grant) ->
                switch (change.effect()) {
                    case SETS_UP, ADDS, WIDENS, REPAIRS -> isMoved(grant) ? 6 : 3;
                    case NARROWS -> 4;
                    case REMOVES -> 5;
                };
        };
    }

    /** Whether the grant is to be taken out of another database than its document's. */
    private boolean isMoved(GrantName grant) {
        return changes.stream()
                .anyMatch(change ->
                        change.subject().equals(new VaultOwner.OfGrant(grant)) && change.effect() == Effect.REMOVES);
    }

    private List<EffectivePrivileges> privileges(
            SortedMap<String, GrantedDatabase> databases, List<PlannedChange> made, Privileges which) {
        var privileges = new ArrayList<EffectivePrivileges>();
        for (var grant : documents.grants().values()) {
            var database = databases.get(grant.database());
            boolean asked = only.isEmpty() || only.contains(grant.name());
            boolean changed =
                    made.stream().anyMatch(change -> change.subject().equals(new VaultOwner.OfGrant(grant.name())));
            if (database != null && asked && (changed || which == Privileges.OF_ALL)) {
                try {
                    privileges.add(database.effective(grant));
                } catch (TargetException e) {
                    problems.add(String.valueOf(e.getMessage()));
                }
            }
        }
        return privileges;
    }

    private static Draft change(VaultOwner subject, Optional<String> database, Effect effect) {
        return new Draft(subject, database, effect);
    }

    /** A change that concerns no session. */
    private record Draft(VaultOwner subject, Optional<String> database, Effect effect) {
        PlannedChange in(GrantChange change) {
            return made(Optional.of(change), List.of());
        }

        PlannedChange inVault(List<VaultChange> changes) {
            return made(Optional.empty(), changes);
        }

        private PlannedChange made(Optional<GrantChange> inDatabase, List<VaultChange> inVault) {
            return new PlannedChange(
                    subject,
                    database,
                    effect,
                    List.of(),
                    WhenNarrowed.END,
                    Duration.ZERO,
                    inDatabase,
                    inVault,
                    List.of(),
                    Optional.empty());
        }
    }
}
