package dev.daypass.deployer.mariadb;

import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Action;
import dev.daypass.deployer.live.GrantChange.Difference;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.mariadb.MariaDbCatalog.Account;
import dev.daypass.deployer.mariadb.MariaDbLedger.Entry;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.Documents;
import dev.daypass.grants.DocumentsRefusedException;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.MariaDbGrant;
import dev.daypass.grants.MariaDbRight;
import dev.daypass.grants.MariaDbText;
import dev.daypass.session.SessionUser;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What has to be done for one grant, from one reading of the catalog. In this order every beginning of the statements leaves a
 * session with no more than the old or the new text allows:
 *
 * <ol>
 *   <li>take from the role what the new text does not give, and everything on views that change: until the last view has its new
 *       text, a session has neither the old nor the new one of any of them;
 *   <li>remove views that the new text does not have;
 *   <li>give the views' account what it lacks, replace the views, take from the account what it no longer needs;
 *   <li>give the role what it lacks, then let the administrator hand it out;
 *   <li>write the ledger.
 * </ol>
 */
final class MariaDbChanges {
    private final DatabaseDocument database;
    private final MariaDbCatalog catalog;
    private final List<Difference> differences = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();

    private MariaDbChanges(DatabaseDocument database, MariaDbCatalog catalog) {
        this.database = database;
        this.catalog = catalog;
    }

    /** Empty if the grant is there as its document says. */
    static Optional<GrantChange> of(
            DatabaseDocument database, MariaDbCatalog catalog, Optional<Entry> entry, GrantDocument grant) {
        return new MariaDbChanges(database, catalog).grant(entry, grant);
    }

    /** A grant that has no document any more. */
    static GrantChange removal(DatabaseDocument database, MariaDbCatalog catalog, GrantName grant) {
        return new MariaDbChanges(database, catalog).removal(grant);
    }

    private Optional<GrantChange> grant(Optional<Entry> entry, GrantDocument grant) {
        var wanted = new MariaDbGrant(grant, catalog);
        String schema = MariaDbGrant.schema(grant.name());
        String roleName = MariaDbGrant.role(grant.name());
        String definerName = MariaDbGrant.definer(grant.name());
        var role = new Account(grant.name().groupRole(), "");
        var definer = new Account(MariaDbGrant.definerUser(grant.name()), MariaDbGrant.DEFINER_HOST);
        var views = wanted.views();

        var changing = changing(entry, schema, views);
        var superfluous = new TreeSet<>(catalog.viewsOf(schema).keySet());
        views.forEach(view -> superfluous.remove(view.name()));

        var roleWanted = each(wanted.roleRights());
        var roleHas = each(catalog.rightsOf(role));
        // On a view that changes everything is taken away and given again.
        var withdrawn = new TreeSet<MariaDbRight>();
        for (var right : roleHas) {
            if (!roleWanted.contains(right)) {
                differ(Action.REMOVE, "right of " + role + ": " + right);
                withdrawn.add(right);
            } else if (isOn(right, schema, changing)) {
                withdrawn.add(right);
            }
        }
        boolean clearsRole =
                !catalog.rolesOf(role).isEmpty() || withdrawn.stream().anyMatch(this::isForeign);
        if (clearsRole) {
            withdrawn.addAll(roleHas);
        }
        takeAway(role, roleName, withdrawn, clearsRole);
        strangers(role, roleName);
        for (var view : superfluous) {
            differ(Action.REMOVE, "view " + schema + "." + view);
            statements.add("DROP VIEW IF EXISTS " + MariaDbText.qualified(schema, view));
        }
        if (!catalog.schemas.contains(schema)) {
            differ(Action.ADD, "database " + schema);
            statements.add("CREATE DATABASE IF NOT EXISTS " + MariaDbText.quoted(schema) + " CHARACTER SET utf8mb4");
        }
        if (!catalog.accounts.containsKey(role)) {
            differ(Action.ADD, "role " + role);
            statements.add("CREATE ROLE IF NOT EXISTS " + roleName);
        }
        account(definer, definerName);

        var definerWanted = each(wanted.definerRights());
        var definerHas = each(catalog.rightsOf(definer));
        var unneeded = new TreeSet<>(definerHas);
        unneeded.removeAll(definerWanted);
        unneeded.forEach(right -> differ(Action.REMOVE, "right of " + definer + ": " + right));
        boolean clearsDefiner =
                !catalog.rolesOf(definer).isEmpty() || unneeded.stream().anyMatch(this::isForeign);
        if (clearsDefiner) {
            takeAway(definer, definerName, definerHas, true);
            give(definer.toString(), definerName, definerWanted, Set.of(), definerHas);
        } else {
            give(definer.toString(), definerName, definerWanted, definerHas, definerHas);
        }
        for (var view : views) {
            if (changing.contains(view.name())) {
                differ(
                        catalog.viewsOf(schema).containsKey(view.name()) ? Action.CHANGE : Action.ADD,
                        "view " + schema + "." + view.name());
                statements.add(view.statement());
            }
        }
        if (!clearsDefiner) {
            takeAway(definer, definerName, unneeded, false);
        }

        var kept = new TreeSet<>(roleHas);
        kept.removeAll(withdrawn);
        give(role.toString(), roleName, roleWanted, kept, roleHas);
        administrators(role, roleName);

        boolean sameText =
                entry.map(line -> line.digest().equals(grant.digest().hex())).orElse(false);
        if (differences.isEmpty() && sameText) {
            return Optional.empty();
        }
        if (!sameText) {
            differences.addFirst(new Difference(
                    entry.filter(Entry::isFinished).isPresent() ? Action.CHANGE : Action.ADD,
                    "document " + grant.name(),
                    entry.filter(Entry::isFinished).map(Entry::digest),
                    Optional.of(grant.digest().hex())));
        }
        if (entry.isEmpty()) {
            statements.addFirst(MariaDbLedger.begin(grant));
        }
        statements.add(MariaDbLedger.finish(grant, views));
        return Optional.of(new GrantChange(Optional.of(grant.name()), effect(entry, grant), differences, statements));
    }

    /**
     * What the deployer may not have itself, it cannot take away one by one; with CREATE USER it may take away all at once, which
     * also takes the roles.
     */
    private void takeAway(Account from, String name, Set<MariaDbRight> rights, boolean all) {
        catalog.rolesOf(from).keySet().forEach(given -> differ(Action.REMOVE, "role " + given + " given to " + from));
        if (all) {
            statements.add("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + name);
        } else {
            MariaDbRight.together(rights).forEach(right -> statements.add(right.revokeFrom(name)));
        }
    }

    /** Whether the deployer may not hold it by its own set-up, which is for the document's database and Daypass's own. */
    private boolean isForeign(MariaDbRight right) {
        return right.kind() != MariaDbRight.Kind.TABLE && right.kind() != MariaDbRight.Kind.FUNCTION
                || !List.of("SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE").contains(right.verb())
                || !isOurs(right.schema());
    }

    private boolean isOurs(String schema) {
        return schema.equals(database.database().database())
                || schema.equals(MariaDbGrant.SCHEMA)
                || schema.startsWith("dpg_");
    }

    /** The views that are not there, or not as the last apply left them, or whose text is another now. */
    private Set<String> changing(Optional<Entry> entry, String schema, List<MariaDbGrant.View> views) {
        var changing = new TreeSet<String>();
        for (var view : views) {
            var live = Optional.ofNullable(catalog.viewsOf(schema).get(view.name()));
            boolean asLeft = live.isPresent()
                    && entry.map(line -> live.get().digest().equals(line.live().get(view.name()))
                                    && MariaDbLedger.digest(view.statement())
                                            .equals(line.statements().get(view.name())))
                            .orElse(false);
            if (!asLeft) {
                changing.add(view.name());
            }
        }
        return changing;
    }

    private void account(Account definer, String definerName) {
        var facts = Optional.ofNullable(catalog.accounts.get(definer));
        if (facts.isEmpty()) {
            differ(Action.ADD, "account " + definer);
            statements.add("CREATE USER IF NOT EXISTS " + definerName + " ACCOUNT LOCK");
        } else if (!facts.get().locked()) {
            differences.add(new Difference(
                    Action.CHANGE, "account " + definer, Optional.of("may log in"), Optional.of("locked")));
            statements.add("ALTER USER " + definerName + " ACCOUNT LOCK");
        }
    }

    private void give(
            String whom, String name, Set<MariaDbRight> wanted, Set<MariaDbRight> has, Set<MariaDbRight> had) {
        var lacking = new TreeSet<>(wanted);
        lacking.removeAll(has);
        lacking.stream()
                .filter(right -> !had.contains(right))
                .forEach(right -> differ(Action.ADD, "right of " + whom + ": " + right));
        MariaDbRight.together(lacking).forEach(right -> statements.add(right.grantTo(name)));
    }

    /** Whoever has the role and is neither a session, nor hands it out, nor made it (its maker gets it from the server). */
    private void strangers(Account role, String roleName) {
        var known = new LinkedHashSet<>(catalog.logins(database.administrator()));
        known.addAll(catalog.logins(database.deployer()));
        catalog.roles.forEach((holder, given) -> {
            if (given.containsKey(role.name())
                    && !known.contains(holder)
                    && SessionUser.parse(holder.name()).isEmpty()) {
                differ(Action.REMOVE, "role " + role + " given to " + holder);
                statements.add("REVOKE " + roleName + " FROM " + named(holder));
            }
        });
    }

    private static String named(Account account) {
        if (account.equals(Account.PUBLIC)) {
            return "PUBLIC";
        }
        if (account.isRole()) {
            return MariaDbText.quoted(account.name());
        }
        // There is no empty identifier, but there is an empty name.
        return (account.name().isEmpty() ? "''" : MariaDbText.quoted(account.name())) + "@"
                + MariaDbText.quoted(account.host());
    }

    private void administrators(Account role, String roleName) {
        for (var administrator : catalog.logins(database.administrator())) {
            if (!Boolean.TRUE.equals(catalog.rolesOf(administrator).get(role.name()))) {
                differ(Action.ADD, "role " + role + " for " + administrator + " to hand out");
                statements.add("GRANT " + roleName + " TO "
                        + MariaDbText.account(administrator.name(), administrator.host()) + " WITH ADMIN OPTION");
            }
        }
    }

    private Effect effect(Optional<Entry> entry, GrantDocument grant) {
        var before = entry.filter(Entry::isFinished);
        if (before.isEmpty()) {
            return Effect.ADDS;
        }
        if (before.get().digest().equals(grant.digest().hex())) {
            return Effect.REPAIRS;
        }
        try {
            var old = Documents.readGrant(grant.name(), before.get().applied().text());
            return grant.narrowedFrom(old).isEmpty() ? Effect.WIDENS : Effect.NARROWS;
        } catch (DocumentsRefusedException e) {
            // An older version wrote what this one does not read: nobody can say that nothing is taken away.
            return Effect.NARROWS;
        }
    }

    private GrantChange removal(GrantName grant) {
        String schema = MariaDbGrant.schema(grant);
        var role = new Account(grant.groupRole(), "");
        var definer = new Account(MariaDbGrant.definerUser(grant), MariaDbGrant.DEFINER_HOST);
        if (catalog.accounts.containsKey(role)) {
            differ(Action.REMOVE, "role " + role);
        }
        // First the role: with it every session loses everything, and no session can get it.
        statements.add("DROP ROLE IF EXISTS " + MariaDbGrant.role(grant));
        var views = new LinkedHashSet<>(catalog.viewsOf(schema).keySet());
        for (var view : views) {
            differ(Action.REMOVE, "view " + schema + "." + view);
            statements.add("DROP VIEW IF EXISTS " + MariaDbText.qualified(schema, view));
        }
        if (catalog.schemas.contains(schema)) {
            differ(Action.REMOVE, "database " + schema);
            statements.add("DROP DATABASE IF EXISTS " + MariaDbText.quoted(schema));
        }
        if (catalog.accounts.containsKey(definer)) {
            differ(Action.REMOVE, "account " + definer);
        }
        statements.add("DROP USER IF EXISTS " + MariaDbGrant.definer(grant));
        statements.add(MariaDbLedger.forget(grant));
        differ(Action.REMOVE, "document " + grant);
        return new GrantChange(Optional.of(grant), Effect.REMOVES, differences, statements);
    }

    private void differ(Action action, String object) {
        differences.add(new Difference(
                action,
                object,
                action == Action.ADD ? Optional.empty() : Optional.of("there"),
                action == Action.REMOVE ? Optional.empty() : Optional.of("as the document says")));
    }

    private static boolean isOn(MariaDbRight right, String schema, Set<String> views) {
        return right.kind() == MariaDbRight.Kind.TABLE && right.schema().equals(schema) && views.contains(right.name());
    }

    private static Set<MariaDbRight> each(Set<MariaDbRight> rights) {
        return rights.stream().flatMap(MariaDbRight::each).collect(Collectors.toCollection(TreeSet::new));
    }
}
