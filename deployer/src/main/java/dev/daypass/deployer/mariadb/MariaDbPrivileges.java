package dev.daypass.deployer.mariadb;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.Privilege;
import dev.daypass.deployer.live.Privilege.Reason;
import dev.daypass.deployer.live.Privilege.Standing;
import dev.daypass.deployer.mariadb.MariaDbCatalog.Account;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.MariaDbGrant;
import dev.daypass.grants.MariaDbRight;
import dev.daypass.grants.MariaDbText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a session could touch, from the catalogs alone. It has the role's rights, those of roles that the role has, those of PUBLIC
 * (MariaDB 10.11 and later), and what a line of mysql.db with an empty User gives: it is for everybody, which is how the database
 * {@code test} of old installations is open to all. Global rights, rights on tables and roles of an account without a name are
 * for that account only. An apply takes from the role all that its document does not say, so of
 * the role's own rights only the document's are listed.
 */
final class MariaDbPrivileges {
    /** How what an account without a name has for everybody is told. */
    static final String NOBODY = "''@";

    private final DatabaseDocument database;
    private final MariaDbCatalog catalog;
    private final List<Privilege> privileges = new ArrayList<>();

    private MariaDbPrivileges(DatabaseDocument database, MariaDbCatalog catalog) {
        this.database = database;
        this.catalog = catalog;
    }

    static EffectivePrivileges of(DatabaseDocument database, MariaDbCatalog catalog, GrantDocument grant) {
        var reader = new MariaDbPrivileges(database, catalog);
        reader.baseline();
        reader.document(grant);
        reader.everybodys();
        return new EffectivePrivileges(grant.name(), database.name(), reader.privileges);
    }

    /** A pristine server lets everybody read its information_schema, which shows what one has rights on, and these tables. */
    private void baseline() {
        privileges.add(privilege(Privilege.Kind.SERVER, "*.*", "usage", Reason.PUBLIC, "", Standing.BASELINE));
        privileges.add(privilege(
                Privilege.Kind.DATABASE, "information_schema", "select", Reason.PUBLIC, "", Standing.BASELINE));
        for (var table : WORLD_READABLE) {
            privileges.add(privilege(
                    Privilege.Kind.TABLE,
                    "performance_schema." + table,
                    "select",
                    Reason.PUBLIC,
                    "",
                    Standing.BASELINE));
        }
    }

    /** storage/perfschema: pfs_readonly_world_acl. One sees one's own session there, and the server's counters. */
    static final Set<String> WORLD_READABLE =
            Set.of("global_status", "session_account_connect_attrs", "session_status");

    private void document(GrantDocument grant) {
        var wanted = new MariaDbGrant(grant, catalog);
        for (var right : wanted.roleRights()) {
            right.each().forEach(one -> {
                var definer = one.kind() == MariaDbRight.Kind.FUNCTION
                        ? catalog.routines.stream()
                                .filter(routine -> routine.function()
                                        && routine.definerRights()
                                        && routine.schema().equals(one.schema())
                                        && routine.name().equals(one.name()))
                                .findFirst()
                        : Optional.<MariaDbCatalog.Routine>empty();
                privileges.add(privilege(
                        kind(one),
                        object(one),
                        one.verb().toLowerCase(Locale.ROOT),
                        definer.isPresent() ? Reason.DEFINER_FUNCTION : Reason.GROUP,
                        definer.map(MariaDbCatalog.Routine::definer)
                                .orElse(grant.name().groupRole()),
                        Standing.DOCUMENT));
            });
        }
    }

    private void everybodys() {
        for (var account : everybody()) {
            for (var right : catalog.rightsOf(account)) {
                if (account.name().isEmpty() && right.kind() != MariaDbRight.Kind.DATABASE) {
                    continue;
                }
                boolean isPublic = account.equals(Account.PUBLIC);
                privileges.add(judged(
                        kind(right),
                        object(right),
                        right.verb().toLowerCase(Locale.ROOT),
                        account.isRole() && !isPublic ? Reason.INHERITED_ROLE : Reason.PUBLIC,
                        isPublic ? "" : account.isRole() ? account.name() : NOBODY + "'" + account.host() + "'",
                        closing(account, right)));
            }
            for (var proxied : catalog.proxies.getOrDefault(account, Set.of())) {
                privileges.add(judged(
                        Privilege.Kind.ROLE,
                        proxied,
                        "proxy",
                        Reason.PUBLIC,
                        NOBODY + "'" + account.host() + "'",
                        "DELETE FROM `mysql`.`proxies_priv` WHERE `User` = '' ; FLUSH PRIVILEGES"));
            }
        }
    }

    /** PUBLIC, the roles that it has with theirs, and accounts without a name. */
    private List<Account> everybody() {
        var found = new TreeSet<Account>();
        var next = new ArrayDeque<Account>();
        next.add(Account.PUBLIC);
        catalog.rights.keySet().stream()
                .filter(account -> account.name().isEmpty())
                .forEach(next::add);
        catalog.proxies.keySet().stream()
                .filter(account -> account.name().isEmpty())
                .forEach(next::add);
        while (!next.isEmpty()) {
            var account = next.remove();
            if (found.add(account) && !account.name().isEmpty()) {
                catalog.rolesOf(account).keySet().forEach(role -> next.add(new Account(role, "")));
            }
        }
        return List.copyOf(found);
    }

    /** MariaDB has no REVOKE from an account that is not there, so a line of mysql.db for nobody is deleted. */
    private static String closing(Account account, MariaDbRight right) {
        if (account.name().isEmpty()) {
            return "DELETE FROM `mysql`.`db` WHERE `User` = '' AND `Host` = " + MariaDbText.literal(account.host())
                    + " AND `Db` = " + MariaDbText.literal(right.schema()) + "; FLUSH PRIVILEGES";
        }
        return right.revokeFrom(account.equals(Account.PUBLIC) ? "PUBLIC" : MariaDbText.quoted(account.name()));
    }

    private Privilege judged(
            Privilege.Kind kind, String object, String right, Reason reason, String via, String closing) {
        var open = new Privilege(kind, object, right, reason, via, Standing.BEYOND, Optional.of(closing));
        boolean accepted = database.accepts().stream()
                .anyMatch(acceptance -> acceptance.privilege().equals(open.text()));
        return accepted ? new Privilege(kind, object, right, reason, via, Standing.ACCEPTED, Optional.empty()) : open;
    }

    private static Privilege privilege(
            Privilege.Kind kind, String object, String right, Reason reason, String via, Standing standing) {
        return new Privilege(kind, object, right, reason, via, standing, Optional.empty());
    }

    static Privilege.Kind kind(MariaDbRight right) {
        return switch (right.kind()) {
            case GLOBAL -> Privilege.Kind.SERVER;
            case DATABASE -> Privilege.Kind.DATABASE;
            case TABLE -> right.columns().isEmpty() ? Privilege.Kind.TABLE : Privilege.Kind.COLUMN;
            case FUNCTION, PROCEDURE -> Privilege.Kind.FUNCTION;
        };
    }

    static String object(MariaDbRight right) {
        return switch (right.kind()) {
            case GLOBAL -> "*.*";
            case DATABASE -> right.schema();
            case TABLE ->
                right.schema() + "." + right.name()
                        + (right.columns().isEmpty()
                                ? ""
                                : "." + right.columns().getFirst());
            case FUNCTION -> right.schema() + "." + right.name() + "()";
            case PROCEDURE -> "procedure " + right.schema() + "." + right.name() + "()";
        };
    }
}
