package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.AppliedGrant;
import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Action;
import dev.daypass.deployer.live.GrantChange.Difference;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.live.GrantedDatabase;
import dev.daypass.deployer.live.Privilege;
import dev.daypass.deployer.live.StepListener;
import dev.daypass.deployer.live.TargetException;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import dev.daypass.session.SessionUser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A database that is a ledger and nothing else: a grant is in it as its text, or changed by hand, or not at all. */
final class FakeDatabase implements GrantedDatabase {
    final Map<GrantName, AppliedGrant> ledger = new TreeMap<>((a, b) -> a.text().compareTo(b.text()));
    final Map<GrantName, List<SessionUser>> sessions = new HashMap<>();
    final Set<GrantName> changedByHand = new HashSet<>();
    final List<Privilege> alsoAllowed = new ArrayList<>();
    final List<Privilege> unconfirmed = new ArrayList<>();

    /** The grant at whose change the connection breaks, before anything is committed. */
    Optional<GrantName> breaksAt = Optional.empty();

    boolean isLocked;
    int closed;

    private final DatabaseDocument document;
    private final List<String> log;

    FakeDatabase(DatabaseDocument document, List<String> log) {
        this.document = document;
        this.log = log;
    }

    void apply(GrantDocument grant) {
        ledger.put(
                grant.name(),
                new AppliedGrant(
                        grant.name(), grant.digest(), grant.text(), Instant.parse("2026-05-01T00:00:00Z"), "deployer"));
    }

    @Override
    public DatabaseDocument document() {
        return document;
    }

    @Override
    public String server() {
        return "Fake 1";
    }

    @Override
    public boolean lock(Duration patience) {
        log.add("lock " + document.name());
        return !isLocked;
    }

    @Override
    public List<AppliedGrant> applied() {
        return List.copyOf(ledger.values());
    }

    @Override
    public List<GrantChange> changes(Collection<GrantDocument> wanted) {
        var changes = new ArrayList<GrantChange>();
        var names = new HashSet<GrantName>();
        for (var grant : wanted) {
            names.add(grant.name());
            var applied = ledger.get(grant.name());
            if (applied == null) {
                changes.add(change(grant.name(), Effect.ADDS, "GRANT"));
            } else if (!applied.digest().equals(grant.digest())) {
                changes.add(change(grant.name(), Effect.WIDENS, "REVOKE", "GRANT"));
            } else if (changedByHand.contains(grant.name())) {
                changes.add(change(grant.name(), Effect.REPAIRS, "REVOKE"));
            }
            texts.put(grant.name(), grant);
        }
        ledger.keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> changes.add(change(name, Effect.REMOVES, "DROP")));
        return changes;
    }

    private final Map<GrantName, GrantDocument> texts = new HashMap<>();

    private static GrantChange change(GrantName grant, Effect effect, String... statements) {
        return new GrantChange(
                Optional.of(grant),
                effect,
                List.of(new Difference(Action.CHANGE, "group of " + grant, Optional.empty(), Optional.empty())),
                List.of(statements));
    }

    @Override
    public void carryOut(GrantChange change, StepListener told) {
        var grant = change.grant().orElseThrow();
        int number = 0;
        for (var statement : change.statements()) {
            told.step(++number, change.statements().size(), statement);
            if (breaksAt.equals(Optional.of(grant))) {
                throw new TargetException(
                        document.name() + ": the connection broke",
                        Optional.of(statement),
                        new IllegalStateException());
            }
        }
        log.add(change.effect() + " " + grant);
        changedByHand.remove(grant);
        var text = texts.get(grant);
        if (change.effect() == Effect.REMOVES || text == null) {
            ledger.remove(grant);
        } else {
            apply(text);
        }
    }

    @Override
    public List<SessionUser> sessions(GrantName grant) {
        return sessions.getOrDefault(grant, List.of());
    }

    @Override
    public EffectivePrivileges effective(GrantDocument grant) {
        return new EffectivePrivileges(grant.name(), document.name(), alsoAllowed);
    }

    @Override
    public EffectivePrivileges probe(GrantDocument grant) {
        log.add("probe " + grant.name());
        var all = new ArrayList<>(alsoAllowed);
        all.addAll(unconfirmed);
        return new EffectivePrivileges(grant.name(), document.name(), all);
    }

    @Override
    public void close() {
        closed++;
    }
}
