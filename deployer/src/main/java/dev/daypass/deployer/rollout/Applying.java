package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.live.GrantedDatabase;
import dev.daypass.deployer.live.GrantedVault;
import dev.daypass.deployer.live.TargetException;
import dev.daypass.deployer.rollout.ApplyOutcome.Applied;
import dev.daypass.deployer.rollout.ApplyOutcome.Stopped;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.Documents;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.GrantDocument.WhenNarrowed;
import dev.daypass.session.SessionUser;
import dev.daypass.vaultpolicies.VaultChange;
import dev.daypass.vaultpolicies.VaultOwner;
import dev.daypass.vaultpolicies.VaultRequestException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * One apply, from a plan that was made under the locks. A widening reaches the database first, then Vault, so that a session
 * that can begin finds what it needs. A narrowing closes the grant in Vault first, waits until the catalog shows no session,
 * then changes the database, then opens the grant. Belongs to one thread.
 */
final class Applying {
    /** How often the catalog is asked whether sessions are gone. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** How often a person is told that sessions are still waited for. */
    private static final Duration TELL = Duration.ofSeconds(30);

    private final Documents documents;
    private final SortedMap<String, GrantedDatabase> databases;
    private final Optional<GrantedVault> vault;
    private final RolloutOptions options;
    private final Clock clock;
    private final Pause pause;
    private final RolloutListener listener;

    private final List<PlannedChange> notMade = new ArrayList<>();
    private final Map<PlannedChange, State> states = new HashMap<>();
    /** Whom the last look at the catalog showed. */
    private final Map<PlannedChange, List<SessionUser>> seen = new HashMap<>();

    private int step;
    private int steps;
    private String last = "";

    /** What is in force for a grant while it is changed. */
    private enum State {
        UNTOUCHED,
        /** No session can begin; the database is as it was. */
        CLOSED,
        /** The database is as the document says; Vault is not yet. */
        IN_DATABASE,
        /** As before, and no session can begin, since the server does not say what the catalogs were read to say. */
        UNCONFIRMED
    }

    Applying(
            Documents documents,
            SortedMap<String, GrantedDatabase> databases,
            Optional<GrantedVault> vault,
            RolloutOptions options,
            Clock clock,
            Pause pause,
            RolloutListener listener) {
        this.documents = documents;
        this.databases = databases;
        this.vault = vault;
        this.options = options;
        this.clock = clock;
        this.pause = pause;
        this.listener = listener;
    }

    ApplyOutcome apply(RolloutPlan plan) throws InterruptedException {
        notMade.addAll(plan.changes());
        steps = plan.changes().stream().mapToInt(this::steps).sum();
        for (var change : plan.changes()) {
            if (!change.waitsForSessions()) {
                var stopped = isMoved(change, plan) ? Optional.<Stopped>empty() : making(change, () -> make(change));
                if (stopped.isPresent()) {
                    return stopped.get();
                }
            }
        }
        var stopped = narrow(
                plan.changes().stream().filter(PlannedChange::waitsForSessions).toList());
        if (stopped.isPresent()) {
            return stopped.get();
        }
        for (var change : List.copyOf(notMade)) {
            stopped = making(change, () -> {
                make(change);
                // Leaving the other database closed it, and what of Vault was the same before is in no change.
                wanted(change)
                        .ifPresent(document -> vault.ifPresent(server -> {
                            step("vault", "open " + document.name());
                            server.open(document);
                        }));
            });
            if (stopped.isPresent()) {
                return stopped.get();
            }
        }
        return new Applied(plan, plan.changes().size());
    }

    /** Whether it has to wait until the same grant is out of another database, or a connection until its grants are gone. */
    private boolean isMoved(PlannedChange change, RolloutPlan plan) {
        return plan.changes().stream()
                        .anyMatch(other -> other.effect() == Effect.REMOVES
                                && other.subject().equals(change.subject())
                                && !other.database().equals(change.database()))
                || change.subject() instanceof VaultOwner.OfDatabase(String name)
                        && !documents.databases().containsKey(name);
    }

    /** Closes them all, then changes each as soon as its sessions are gone: one that drains holds up no other. */
    private Optional<Stopped> narrow(List<PlannedChange> changes) throws InterruptedException {
        var waiting = new ArrayList<>(changes);
        for (var change : changes) {
            var stopped = making(change, () -> closeAndEnd(change));
            if (stopped.isPresent()) {
                return stopped;
            }
        }
        Instant begun = clock.instant();
        Instant told = Instant.MIN;
        while (!waiting.isEmpty()) {
            for (var change : List.copyOf(waiting)) {
                var gone = new boolean[1];
                var stopped = making(change, () -> {
                    seen.put(change, sessions(change));
                    gone[0] = users(change).isEmpty();
                    if (gone[0]) {
                        afterSessions(change);
                    }
                });
                if (stopped.isPresent()) {
                    return stopped;
                }
                if (gone[0]) {
                    waiting.remove(change);
                }
            }
            if (waiting.isEmpty()) {
                break;
            }
            Instant now = clock.instant();
            if (!now.isBefore(begun.plus(options.drain()))) {
                return Optional.of(stillThere(waiting));
            }
            if (Duration.between(told, now).compareTo(TELL) >= 0) {
                told = now;
                waiting.forEach(change -> listener.say(waitingFor(change, users(change))));
            }
            pause.pause(LOOK);
        }
        return Optional.empty();
    }

    private void closeAndEnd(PlannedChange change) {
        var grant = grant(change);
        vault.ifPresent(server -> {
            step("vault", "close " + grant + ": no session can begin");
            server.close(grant);
            states.put(change, State.CLOSED);
            if (change.whenNarrowed() == WhenNarrowed.END) {
                step("vault", "end the sessions of " + grant);
                if (!server.endSessions(grant)) {
                    listener.say(
                            "vault could not end every session of " + grant + " at once and tries again by itself");
                }
            } else {
                step("vault", "let the sessions of " + grant + " go on until they are over");
            }
        });
    }

    private void afterSessions(PlannedChange change) {
        var grant = grant(change);
        inDatabase(change);
        var document = wanted(change);
        if (document.isPresent()) {
            inVault(change);
            vault.ifPresent(server -> {
                step("vault", "open " + grant);
                server.open(document.get());
            });
        } else {
            vault.filter(server -> !documents.grants().containsKey(grant.text()))
                    .ifPresent(server -> {
                        step("vault", "forget " + grant);
                        server.forget(grant);
                    });
            inVault(change);
        }
        notMade.remove(change);
    }

    private void make(PlannedChange change) {
        inDatabase(change);
        inVault(change);
        notMade.remove(change);
    }

    private void inDatabase(PlannedChange change) {
        change.inDatabase().ifPresent(inDatabase -> {
            String name = change.database().orElseThrow();
            database(change).orElseThrow().carryOut(inDatabase, (number, of, statement) -> step(name, statement));
            states.put(change, State.IN_DATABASE);
        });
        wanted(change).ifPresent(document -> confirm(change, document));
    }

    /** Before a session can begin: what the server itself says has to be what the catalogs were read to say. */
    private void confirm(PlannedChange change, GrantDocument document) {
        database(change).ifPresent(database -> {
            step(document.database(), "ask the server what a session of " + document.name() + " can do");
            var unconfirmed = database.unconfirmed(database.effective(document), database.probe(document));
            if (!unconfirmed.isEmpty()) {
                throw new UnconfirmedException(unconfirmed);
            }
        });
    }

    private void inVault(PlannedChange change) {
        // What takes away comes first; JWT roles last, since with them a session can begin.
        var ordered = new ArrayList<>(change.inVault().stream()
                .filter(each -> each.action() == VaultChange.Action.REMOVE)
                .toList());
        change.inVault().stream()
                .filter(each -> each.action() != VaultChange.Action.REMOVE && !each.isJwtRole())
                .forEach(ordered::add);
        change.inVault().stream()
                .filter(each -> each.action() != VaultChange.Action.REMOVE && each.isJwtRole())
                .forEach(ordered::add);
        vault.ifPresent(server -> ordered.forEach(each -> {
            step("vault", each.action().name().toLowerCase(Locale.ROOT) + " " + each.path());
            server.make(each);
        }));
    }

    private int steps(PlannedChange change) {
        int steps = change.inVault().size()
                + change.inDatabase()
                        .map(GrantChange::statements)
                        .map(List::size)
                        .orElse(0);
        if (wanted(change).isPresent() && database(change).isPresent()) {
            steps++; // the probe
        }
        return change.waitsForSessions() ? steps + 3 : steps;
    }

    private void step(String where, String what) {
        step++;
        last = where + ": " + what;
        // An engine that needs a statement more than it announced does not make a step 18 of 17.
        steps = Math.max(steps, step);
        listener.step(step, steps, where, what);
    }

    private List<SessionUser> sessions(PlannedChange change) {
        return database(change)
                .map(database -> database.sessions(grant(change)))
                .orElseGet(List::of);
    }

    private List<SessionUser> users(PlannedChange change) {
        return seen.getOrDefault(change, List.of());
    }

    private Optional<GrantedDatabase> database(PlannedChange change) {
        return change.database().flatMap(name -> Optional.ofNullable(databases.get(name)));
    }

    /** The document that the grant is to have in this database. */
    private Optional<GrantDocument> wanted(PlannedChange change) {
        return change.subject() instanceof VaultOwner.OfGrant(GrantName grant)
                ? Optional.ofNullable(documents.grants().get(grant.text()))
                        .filter(document -> Optional.of(document.database()).equals(change.database()))
                : Optional.empty();
    }

    private static GrantName grant(PlannedChange change) {
        if (change.subject() instanceof VaultOwner.OfGrant(GrantName grant)) {
            return grant;
        }
        throw new IllegalArgumentException("only a grant has sessions: " + change.subject());
    }

    private Optional<Stopped> making(PlannedChange change, Runnable work) {
        try {
            work.run();
            return Optional.empty();
        } catch (TargetException e) {
            return Optional.of(stopped(change, e.statement().orElse(last), String.valueOf(e.getMessage())));
        } catch (UnconfirmedException e) {
            return Optional.of(unconfirmed(change, e));
        } catch (VaultRequestException | IllegalArgumentException e) {
            return Optional.of(stopped(change, last, String.valueOf(e.getMessage())));
        }
    }

    /** Closes the grant: the next plan finds it closed, and the next apply asks the server again before it opens. */
    private Stopped unconfirmed(PlannedChange change, UnconfirmedException e) {
        String at = last;
        String cause = String.valueOf(e.getMessage());
        try {
            vault.ifPresent(server -> {
                server.close(grant(change));
                states.put(change, State.UNCONFIRMED);
            });
        } catch (VaultRequestException failed) {
            cause += " The grant could not be closed either: " + failed.getMessage();
        }
        return stopped(change, at, cause);
    }

    private Stopped stopped(PlannedChange change, String at, String cause) {
        return new Stopped(
                change.subject() + ", step " + step + " of " + steps + ": " + at,
                cause,
                state(change),
                names(),
                "put right what it says, then apply again: it goes on from here");
    }

    private Stopped stillThere(List<PlannedChange> waiting) {
        var lines = new ArrayList<String>();
        Optional<Instant> latest = Optional.empty();
        boolean drains = false;
        for (var change : waiting) {
            var users = users(change);
            lines.add(waitingFor(change, users));
            drains |= change.whenNarrowed() == WhenNarrowed.DRAIN;
            var end = change.latestEnd(users);
            latest = latest.isEmpty() || end.isPresent() && end.get().isAfter(latest.get()) ? end : latest;
        }
        var change = waiting.getFirst();
        return new Stopped(
                change.subject() + ", step " + step + " of " + steps + ": waiting for sessions to be over",
                "after " + options.drain() + " there were still sessions: " + String.join("; ", lines),
                state(change),
                names(),
                drains
                        ? "apply again, with a longer wait or once they are over"
                                + latest.map(end -> ", at " + end + " at the latest")
                                        .orElse("")
                        : "see that Vault can end them (its irrevocable leases say why it cannot), or end them in the database"
                                + " by hand, then apply again");
    }

    private List<String> names() {
        return notMade.stream().map(change -> change.subject().toString()).toList();
    }

    private String state(PlannedChange change) {
        String before = change.applied()
                .map(line -> "the text applied at " + line.appliedAt() + " (" + line.digest() + ")")
                .orElse("what was there before");
        return switch (states.getOrDefault(change, State.UNTOUCHED)) {
            case UNTOUCHED -> before + " is in force, as before";
            case CLOSED ->
                "no session can begin; for those that run " + before + " is in force, and nothing of the new text is";
            case UNCONFIRMED ->
                "the new text is in force in the database, and no session can begin until the server confirms it";
            case IN_DATABASE ->
                switch (change.effect()) {
                    case SETS_UP -> "the database is set up; Vault is not told yet";
                    case ADDS -> "the new text is in force in the database; no session can begin yet";
                    case NARROWS -> "the new text is in force in the database; no session can begin yet";
                    case REMOVES -> "nothing of the grant is left in the database, and no session can begin";
                    case WIDENS, REPAIRS ->
                        "the new text is in force in the database; in Vault not all of it is, so that a session may be"
                                + " refused that the new text allows";
                };
        };
    }

    private static String waitingFor(PlannedChange change, List<SessionUser> users) {
        return change.subject() + " (" + change.whenNarrowed().word() + "): "
                + (users.isEmpty()
                        ? "nobody any more"
                        : users.stream()
                                .map(user -> user + " until "
                                        + user.session().createdAt().plus(change.window()) + " at the latest")
                                .collect(Collectors.joining(", ")));
    }

    /** The server says something else than its catalogs were read to say. */
    private static final class UnconfirmedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnconfirmedException(List<String> sentences) {
            super("the server does not confirm what a session can do: "
                    + sentences.stream().limit(5).collect(Collectors.joining("; "))
                    + (sentences.size() > 5 ? "; and " + (sentences.size() - 5) + " more" : ""));
        }
    }
}
