package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.DatabaseOpener;
import dev.daypass.deployer.live.GrantedDatabase;
import dev.daypass.deployer.live.GrantedVault;
import dev.daypass.deployer.live.TargetException;
import dev.daypass.deployer.rollout.ApplyOutcome.Refused;
import dev.daypass.grants.Documents;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Documents against everything live: what differs, what an agent could do, and making it so. Each operation connects, and
 * closes its connections before it returns. Not thread-safe; several at once, in several processes, wait for each other where
 * they have to.
 */
public final class Rollout {
    private final Documents documents;
    private final Optional<DatabaseOpener> databases;
    private final Optional<GrantedVault> vault;
    private final RolloutOptions options;
    private final Clock clock;
    private final Pause pause;

    /**
     * @param databases empty to leave the databases alone
     * @param vault empty to leave Vault alone
     */
    public Rollout(
            Documents documents,
            Optional<DatabaseOpener> databases,
            Optional<GrantedVault> vault,
            RolloutOptions options,
            Clock clock) {
        this(documents, databases, vault, options, clock, Thread::sleep);
    }

    Rollout(
            Documents documents,
            Optional<DatabaseOpener> databases,
            Optional<GrantedVault> vault,
            RolloutOptions options,
            Clock clock,
            Pause pause) {
        this.documents = documents;
        this.databases = databases;
        this.vault = vault;
        this.options = options;
        this.clock = clock;
        this.pause = pause;
    }

    /** Reads everything and changes nothing. What could not be read is in the plan's problems. */
    public RolloutPlan plan() {
        try (var open = new Open(documents, databases, options)) {
            return new Planner(documents, options.only())
                    .plan(open.databases, vault, open.problems, Planner.Privileges.OF_ALL);
        }
    }

    /** Reads everything, and says what somebody changed by hand. */
    public Drift drift() {
        try (var open = new Open(documents, databases, options)) {
            var plan = new Planner(documents, options.only())
                    .plan(open.databases, vault, open.problems, Planner.Privileges.OF_ALL);
            return Drift.of(plan, open.databases);
        }
    }

    /**
     * Makes everything as the documents say. Never leaves more than the applied or the new text allows.
     *
     * @param listener told before each step
     * @throws InterruptedException while it waits for sessions; what was closed stays closed
     */
    public ApplyOutcome apply(RolloutListener listener) throws InterruptedException {
        try (var open = new Open(documents, databases, options)) {
            if (open.problems.isEmpty()) {
                open.lock(options, listener);
            }
            var plan = new Planner(documents, options.only())
                    .plan(open.databases, vault, open.problems, Planner.Privileges.OF_CHANGED);
            var reasons = refusals(plan, open.databases.keySet());
            if (!reasons.isEmpty()) {
                return new Refused(plan, reasons);
            }
            return new Applying(documents, open.databases, vault, options, clock, pause, listener).apply(plan);
        }
    }

    private List<String> refusals(RolloutPlan plan, Set<String> reached) {
        var reasons = new ArrayList<>(plan.problems());
        long beyond = plan.beyondOfMore();
        if (beyond > 0 && !options.allowBeyond()) {
            reasons.add("a session could do " + beyond
                    + " things that neither its document nor a pristine server gives; take them away, accept them in the"
                    + " database's document, or say --allow-beyond");
        }
        if (vault.isEmpty()) {
            plan.changes().stream()
                    .filter(PlannedChange::waitsForSessions)
                    .forEach(
                            change -> reasons.add(
                                    change.subject()
                                            + " is narrowed or removed: without Vault nobody can keep sessions from beginning meanwhile"));
        }
        plan.changes().stream()
                .filter(PlannedChange::waitsForSessions)
                .filter(change -> change.database()
                        .map(name -> !reached.contains(name))
                        // What is left in Vault of a grant without a database role can mint nobody.
                        .orElseGet(() -> change.inVault().stream()
                                .anyMatch(each -> each.path().startsWith("database/roles/"))))
                .forEach(
                        change -> reasons.add(
                                change.subject()
                                        + " is narrowed or removed: without its database nobody can see whether its sessions are gone"));
        return reasons;
    }

    /** The databases of one operation. */
    private static final class Open implements AutoCloseable {
        final SortedMap<String, GrantedDatabase> databases = new TreeMap<>();
        final List<String> problems = new ArrayList<>();

        Open(Documents documents, Optional<DatabaseOpener> opener, RolloutOptions options) {
            opener.ifPresent(open -> documents.databases().forEach((name, document) -> {
                boolean asked = options.only().isEmpty()
                        || documents.grantsOf(document).stream()
                                .anyMatch(grant -> options.only().contains(grant.name()));
                if (!asked) {
                    return;
                }
                try {
                    databases.put(name, open.open(document));
                } catch (TargetException e) {
                    problems.add(String.valueOf(e.getMessage()));
                }
            }));
        }

        /** In the order of their names, so that two applies cannot wait for each other. */
        void lock(RolloutOptions options, RolloutListener listener) {
            databases.forEach((name, database) -> {
                listener.say(name + ": waiting for the lock of applies, for " + options.patience() + " at most");
                try {
                    if (!database.lock(options.patience())) {
                        problems.add(name + ": another apply has held the lock for " + options.patience()
                                + "; nothing was begun. Apply again when it is through");
                    }
                } catch (TargetException e) {
                    problems.add(String.valueOf(e.getMessage()));
                }
            });
        }

        @Override
        public void close() {
            databases.values().forEach(GrantedDatabase::close);
        }
    }
}
