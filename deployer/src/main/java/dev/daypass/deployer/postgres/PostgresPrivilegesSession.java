package dev.daypass.deployer.postgres;

import static dev.daypass.deployer.postgres.PostgresPrivilegesNames.plain;
import static dev.daypass.deployer.postgres.PostgresPrivilegesNames.quoted;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.Privilege.Kind;
import dev.daypass.deployer.live.Privilege.Reason;
import dev.daypass.deployer.postgres.PostgresPrivilegesCatalog.DefaultPrivilege;
import dev.daypass.deployer.postgres.PostgresPrivilegesObject.Entry;
import dev.daypass.deployer.postgres.PostgresPrivilegesRoles.Deployer;
import dev.daypass.deployer.postgres.PostgresPrivilegesRoles.Membership;
import dev.daypass.deployer.postgres.PostgresPrivilegesRoles.Reach;
import dev.daypass.deployer.postgres.PostgresPrivilegesRoles.Role;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What one grant's sessions could touch, worked out from a {@link PostgresPrivilegesCatalog}. For one use. */
final class PostgresPrivilegesSession {
    private static final long NOBODY = -1;
    private static final Set<String> IMPLYING = Set.of("pg_read_all_data", "pg_write_all_data", "pg_maintain");

    private final PostgresPrivilegesCatalog catalog;
    private final boolean afterApply;
    private final PostgresPrivilegesListing listing;
    private final String groupName;
    private final long group;
    private final Deployer deployer;
    private final Reach reach;
    private final Set<Long> usableSchemas = new HashSet<>();

    PostgresPrivilegesSession(
            PostgresPrivilegesCatalog catalog, DatabaseDocument database, GrantDocument grant, boolean afterApply) {
        this.catalog = catalog;
        this.afterApply = afterApply;
        listing = new PostgresPrivilegesListing(database, grant);
        groupName = grant.name().groupRole();
        // A grant that was never applied has no group yet, and so no memberships.
        group = catalog.roles().named(groupName).map(Role::oid).orElse(NOBODY);
        deployer =
                catalog.roles().deployer(database.deployer(), catalog.server().major());
        reach = catalog.roles().reach(group, membership -> afterApply && deployer.mayRevoke(membership));
    }

    EffectivePrivileges effective() {
        // Where a session can do everything, it can do what the document says.
        if (afterApply || superuser().isPresent()) {
            listing.documented()
                    .forEach(right -> listing.found(
                            right.kind(),
                            "",
                            false,
                            right.object(),
                            right.right(),
                            Reason.GROUP,
                            groupName,
                            Optional.empty()));
        }
        memberships();
        attributes();
        if (superuser().isPresent()) {
            return listing.listed();
        }
        usableSchemas();
        objects();
        server();
        defaultPrivileges();
        mappings();
        ownings();
        return listing.listed();
    }

    /** A session that is as good as a superuser can do everything; a list of everything would hide that. */
    private Optional<Role> superuser() {
        return reach.inherited().stream()
                .flatMap(role -> catalog.roles().role(role).stream())
                .filter(Role::isSuperuser)
                .findAny();
    }

    private void memberships() {
        var roles = new HashSet<>(reach.all());
        roles.addAll(reach.acting());
        roles.addAll(reach.inherited());
        roles.remove(group);
        for (long role : roles) {
            var rights = new ArrayList<String>();
            if (reach.inherited().contains(role)) {
                rights.add("inherit");
            }
            if (reach.settable().contains(role)) {
                rights.add("set");
            }
            if (reach.administered().contains(role)) {
                rights.add("admin");
            }
            if (rights.isEmpty()) {
                rights.add("member");
            }
            String name = catalog.roles().name(role);
            rights.forEach(right -> listing.found(
                    Kind.ROLE, "", false, plain(name), right, Reason.INHERITED_ROLE, name, leaving(role)));
        }
    }

    /**
     * An attribute is its role's own and is not inherited. It is listed even where a session cannot become the role: one option
     * of one membership is all that is in between.
     */
    private void attributes() {
        var roles = new HashSet<>(reach.all());
        roles.addAll(reach.acting());
        roles.add(group);
        for (long number : roles) {
            catalog.roles()
                    .role(number)
                    .filter(role -> number != group || !losesAttributes(role))
                    .ifPresent(role -> role.attributes()
                            .forEach(attribute -> listing.found(
                                    Kind.ROLE,
                                    "",
                                    false,
                                    plain(role.name()),
                                    attribute.toLowerCase(Locale.ROOT),
                                    Reason.ATTRIBUTE,
                                    role.name(),
                                    number == group
                                            ? Optional.of("ALTER ROLE " + quoted(role.name()) + " NO" + attribute)
                                            : leaving(number))));
        }
        superuser()
                .ifPresent(role -> listing.found(
                        Kind.SERVER,
                        "",
                        false,
                        "everything",
                        "superuser",
                        Reason.ATTRIBUTE,
                        role.name(),
                        Optional.empty()));
    }

    /** One statement takes them all; where the deployer may not take one, it takes none. */
    private boolean losesAttributes(Role role) {
        return afterApply && deployer.mayTakeAttributes(role);
    }

    /** The statement that ends the group's membership through which a role was got to. */
    private Optional<String> leaving(long role) {
        return Optional.ofNullable(reach.steps().get(role)).flatMap(this::revoked);
    }

    private Optional<String> revoked(Membership membership) {
        if (membership.grantor() == 0) {
            return Optional.empty();
        }
        // Since PostgreSQL 16 a membership belongs to its grantor, and only that grantor's is revoked (REVOKE,
        // "Notes").
        String grantor = catalog.server().major() >= 16
                ? catalog.roles()
                        .role(membership.grantor())
                        .map(by -> " GRANTED BY " + quoted(by.name()))
                        .orElse("")
                : "";
        return Optional.of("REVOKE " + quoted(catalog.roles().name(membership.role())) + " FROM "
                + quoted(catalog.roles().name(membership.member())) + grantor);
    }

    private void usableSchemas() {
        boolean all = has("pg_read_all_data") || has("pg_write_all_data");
        for (var schema : catalog.objects().of(Kind.SCHEMA)) {
            if ((all
                    || owns(schema.owner())
                    || entries(schema).stream().anyMatch(entry -> entry.right().equals("usage"))
                    || afterApply && listing.isDocumented(Kind.SCHEMA, schema.text(), "usage"))) {
                usableSchemas.add(schema.oid());
            }
        }
    }

    private boolean has(String role) {
        return catalog.roles()
                .named(role)
                .map(Role::oid)
                .filter(reach.inherited()::contains)
                .isPresent();
    }

    /**
     * Whether a session can get to it. What is in a schema that it may not use cannot be named, and so not be touched; except
     * for sequences, whose functions take a number and look at the sequence's own rights only (sequence.c, nextval_oid),
     * and what a view, a function, an operator or a cast that it can name leads to. For those one step is looked at, whether or
     * not the session has a right on what leads there: too much is listed rather than too little.
     */
    private boolean isReachable(PostgresPrivilegesObject object) {
        return object.schema() == 0
                || object.kind() == Kind.SEQUENCE
                || usableSchemas.contains(object.schema())
                || catalog.carriers().getOrDefault(object.oid(), Set.of()).stream()
                        .anyMatch(schema -> schema == 0 || usableSchemas.contains(schema));
    }

    /** What was given to PUBLIC or to a role that a session has the rights of; to owners, only where they are none of those. */
    private List<Entry> entries(PostgresPrivilegesObject object) {
        var entries = new ArrayList<Entry>();
        if (object.access().isPresent()) {
            for (var entry : object.access().get()) {
                if (entry.grantee() == Entry.PUBLIC
                        || reach.inherited().contains(entry.grantee()) && !isMadeRight(object, entry)) {
                    entries.add(entry);
                }
            }
        } else {
            for (var right : catalog.objects().defaults(object.kind())) {
                entries.add(new Entry(Entry.PUBLIC, object.owner(), right));
            }
        }
        return entries;
    }

    private boolean isMadeRight(PostgresPrivilegesObject object, Entry entry) {
        return afterApply && entry.grantee() == group && deployer.takes(object.owner(), entry.grantor());
    }

    /** Whether a session has an owner's rights, and will have after the apply. */
    private boolean owns(long owner) {
        return reach.inherited().contains(owner) && !(afterApply && owner == group);
    }

    private void objects() {
        if (IMPLYING.stream().anyMatch(this::has)) {
            catalog.objects().all().forEach(this::object);
            return;
        }
        // The rest is like the rest of a pristine server: counted once for all grants.
        catalog.objects().concerning(reach.inherited()).forEach(this::object);
        catalog.objects().pristine().forEach(heap -> {
            if (usableSchemas.contains(heap.schema())) {
                listing.baseline(heap.kind(), heap.schemaName(), heap.right(), heap.objects());
            }
        });
    }

    private void object(PostgresPrivilegesObject object) {
        boolean owned = owns(object.owner());
        if (owned) {
            // Owners may drop what they own without naming it (DROP OWNED).
            found(object, "own", Reason.OWNER, catalog.roles().name(object.owner()), disowning(object));
        }
        if (!isReachable(object) || object.kind() == Kind.LANGUAGE && !object.special()) {
            // Only superusers may use an untrusted language, whatever was given.
            return;
        }
        var entries = new ArrayList<>(entries(object));
        boolean connects = object.kind() != Kind.DATABASE
                || object.special()
                || entries.stream().anyMatch(entry -> entry.right().equals("connect"));
        if (!connects) {
            return;
        }
        var pristine = new HashSet<String>();
        for (var entry : entries) {
            if (entry.grantee() == Entry.PUBLIC
                    && !object.denies(entry.right())
                    && catalog.objects().isBaseline(object, entry.right())) {
                listing.baseline(object.kind(), object.schemaName(), object.text(), entry.right());
                pristine.add(entry.right());
            }
        }
        for (var entry : entries) {
            // Where everybody has a right anyway, it does not matter who else has it.
            if (!pristine.contains(entry.right())
                    && !object.denies(entry.right())
                    && (entry.grantee() == Entry.PUBLIC || !owned)) {
                given(object, entry);
            }
        }
        if (!owned) {
            impliedRights(object, pristine);
        }
    }

    private void given(PostgresPrivilegesObject object, Entry entry) {
        boolean toEverybody = entry.grantee() == Entry.PUBLIC;
        String grantee = toEverybody ? "PUBLIC" : catalog.roles().name(entry.grantee());
        var reason = toEverybody ? Reason.PUBLIC : entry.grantee() == group ? Reason.GROUP : Reason.INHERITED_ROLE;
        var closing = toEverybody || entry.grantee() == group
                ? Optional.of(withdrawn(object, entry, toEverybody ? "PUBLIC" : quoted(grantee)))
                : leaving(entry.grantee());
        if (object.kind() == Kind.FUNCTION && object.special()) {
            found(object, entry.right(), Reason.DEFINER_FUNCTION, asOwner(object) + "; execute by " + grantee, closing);
            return;
        }
        String via = reason == Reason.INHERITED_ROLE ? grantee : "";
        if (object.kind() == Kind.TABLE && object.detail().equals("v")) {
            via = (via.isEmpty() ? "" : via + "; ") + "the view reads as " + asOwner(object);
        }
        if (!object.extension().isEmpty()) {
            via = (via.isEmpty() ? "" : via + "; ") + "extension " + object.extension();
        }
        found(object, entry.right(), reason, via, closing);
    }

    private String asOwner(PostgresPrivilegesObject object) {
        return catalog.roles().name(object.owner())
                + (catalog.roles()
                                .role(object.owner())
                                .filter(Role::isSuperuser)
                                .isPresent()
                        ? ", a superuser"
                        : "");
    }

    private void found(
            PostgresPrivilegesObject object, String right, Reason reason, String via, Optional<String> closing) {
        listing.found(
                object.kind(), object.schemaName(), object.isOfSystem(), object.text(), right, reason, via, closing);
    }

    /**
     * REVOKE takes away what the owner gave. What somebody else gave, who was allowed to, goes with that allowance (REVOKE,
     * "Notes": GRANTED BY must be the current user).
     */
    private String withdrawn(PostgresPrivilegesObject object, Entry entry, String grantee) {
        String right = entry.right().toUpperCase(Locale.ROOT)
                + (object.kind() == Kind.COLUMN ? " (" + quoted(object.detail()) + ")" : "");
        return entry.grantor() == object.owner() || object.kind() == Kind.PARAMETER
                ? "REVOKE " + right + " ON " + object.designation() + " FROM " + grantee
                : "REVOKE GRANT OPTION FOR " + right + " ON " + object.designation() + " FROM "
                        + quoted(catalog.roles().name(entry.grantor())) + " CASCADE";
    }

    private Optional<String> disowning(PostgresPrivilegesObject object) {
        return object.owner() == group
                ? Optional.of("ALTER " + object.ownedDesignation() + " OWNER TO CURRENT_USER")
                : leaving(object.owner());
    }

    /** What predefined roles may do without any entry in an access list (PostgreSQL 18, "Predefined Roles"). */
    private void impliedRights(PostgresPrivilegesObject object, Set<String> pristine) {
        boolean isRelation = object.kind() == Kind.TABLE || object.kind() == Kind.SEQUENCE;
        if (isRelation || object.kind() == Kind.SCHEMA) {
            String reading = object.kind() == Kind.SCHEMA ? "usage" : "select";
            implied(object, pristine, "pg_read_all_data", reading);
            if (object.kind() == Kind.SCHEMA) {
                implied(object, pristine, "pg_write_all_data", "usage");
            } else if (object.kind() == Kind.SEQUENCE) {
                implied(object, pristine, "pg_write_all_data", "update");
            } else {
                for (var change : List.of("insert", "update", "delete")) {
                    if (!object.denies(change)) {
                        implied(object, pristine, "pg_write_all_data", change);
                    }
                }
                implied(object, pristine, "pg_maintain", "maintain");
            }
        }
    }

    private void implied(PostgresPrivilegesObject object, Set<String> pristine, String role, String right) {
        if (has(role) && !pristine.contains(right)) {
            found(
                    object,
                    right,
                    Reason.INHERITED_ROLE,
                    role,
                    catalog.roles().named(role).flatMap(named -> leaving(named.oid())));
        }
    }

    private void server() {
        serverFiles("pg_read_server_files", "read", "files");
        serverFiles("pg_write_server_files", "write", "files");
        serverFiles("pg_execute_server_program", "execute", "programs");
        if (catalog.server().anybodyLargeObjects()) {
            listing.found(
                    Kind.SERVER,
                    "",
                    false,
                    "all large objects",
                    "read and write",
                    Reason.PUBLIC,
                    "lo_compat_privileges",
                    Optional.of(
                            "ALTER DATABASE " + quoted(catalog.server().name()) + " SET lo_compat_privileges = off"));
        }
    }

    private void serverFiles(String role, String right, String object) {
        if (has(role)) {
            listing.found(
                    Kind.SERVER,
                    "",
                    false,
                    object,
                    right,
                    Reason.INHERITED_ROLE,
                    role,
                    catalog.roles().named(role).flatMap(named -> leaving(named.oid())));
        }
    }

    private void defaultPrivileges() {
        listing.baseline(Kind.DEFAULT_PRIVILEGE, "", "routines of anybody", "execute");
        listing.baseline(Kind.DEFAULT_PRIVILEGE, "", "types of anybody", "usage");
        for (var future : catalog.defaultPrivileges()) {
            if (!future.isBuiltIn()
                    && !DefaultPrivilege.isOfSessions(future.makerName())
                    && (future.grantee() == Entry.PUBLIC || reach.inherited().contains(future.grantee()))) {
                boolean toEverybody = future.grantee() == Entry.PUBLIC;
                String grantee = toEverybody ? "PUBLIC" : catalog.roles().name(future.grantee());
                listing.found(
                        Kind.DEFAULT_PRIVILEGE,
                        "",
                        false,
                        future.text(),
                        future.right(),
                        Reason.DEFAULT_PRIVILEGE,
                        grantee,
                        toEverybody || future.grantee() == group
                                ? Optional.of(future.withdrawn(toEverybody ? "PUBLIC" : quoted(grantee)))
                                : leaving(future.grantee()));
            }
        }
    }

    private void mappings() {
        for (var mapping : catalog.mappings()) {
            boolean everybodys = mapping.user() == Entry.PUBLIC;
            if (everybodys || reach.acting().contains(mapping.user())) {
                String user = everybodys ? "PUBLIC" : catalog.roles().name(mapping.user());
                listing.found(
                        Kind.FOREIGN_SERVER,
                        "",
                        false,
                        plain(mapping.server()),
                        "user mapping",
                        everybodys ? Reason.PUBLIC : mapping.user() == group ? Reason.GROUP : Reason.INHERITED_ROLE,
                        everybodys ? "" : user,
                        everybodys || mapping.user() == group
                                ? Optional.of("DROP USER MAPPING FOR " + (everybodys ? user : quoted(user)) + " SERVER "
                                        + quoted(mapping.server()))
                                : leaving(mapping.user()));
            }
        }
    }

    private void ownings() {
        var databases = connectable();
        for (var owning : catalog.ownings()) {
            if (!reach.inherited().contains(owning.role()) || owning.here() && !owns(owning.role())) {
                continue;
            }
            String role = catalog.roles().name(owning.role());
            if (owning.here()) {
                listing.found(
                        Kind.OTHER,
                        "",
                        false,
                        owning.object(),
                        "own",
                        Reason.OWNER,
                        role,
                        owning.role() == group
                                ? Optional.of("REASSIGN OWNED BY " + quoted(role) + " TO CURRENT_USER")
                                : leaving(owning.role()));
            } else if (databases.contains(owning.object())) {
                listing.found(
                        Kind.DATABASE,
                        "",
                        false,
                        plain(owning.object()),
                        owning.owned() ? "own objects" : "have rights",
                        owning.owned() ? Reason.OWNER : owning.role() == group ? Reason.GROUP : Reason.INHERITED_ROLE,
                        role,
                        owning.role() == group ? Optional.empty() : leaving(owning.role()));
            }
        }
    }

    private Collection<String> connectable() {
        var names = new TreeSet<String>();
        for (var database : catalog.objects().of(Kind.DATABASE)) {
            if ((owns(database.owner())
                    || entries(database).stream()
                            .anyMatch(entry -> entry.right().equals("connect")))) {
                names.add(database.name());
            }
        }
        return names;
    }
}
