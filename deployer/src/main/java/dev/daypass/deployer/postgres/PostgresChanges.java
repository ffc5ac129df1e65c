package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Action;
import dev.daypass.deployer.live.GrantChange.Difference;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.postgres.PostgresLive.Fingerprint;
import dev.daypass.deployer.postgres.PostgresLive.Future;
import dev.daypass.deployer.postgres.PostgresLive.Membership;
import dev.daypass.deployer.postgres.PostgresLive.Owned;
import dev.daypass.deployer.postgres.PostgresLive.Recorded;
import dev.daypass.deployer.postgres.PostgresLive.Relation;
import dev.daypass.deployer.postgres.PostgresPrivilegesCatalog.DefaultPrivilege;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.Documents;
import dev.daypass.grants.DocumentsRefusedException;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.PostgresObjects;
import dev.daypass.grants.PostgresObjects.Holding;
import dev.daypass.grants.PostgresObjects.Kind;
import dev.daypass.grants.PostgresObjects.Rights;
import dev.daypass.grants.PostgresObjects.View;
import dev.daypass.session.SessionUser;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Documents against one moment of the catalogs. One comparison; belongs to one thread. */
final class PostgresChanges {
    private final DatabaseDocument document;
    private final PostgresLiveReader reader;
    private final PostgresLive live;
    private final PostgresReferences references;
    private final SortedMap<GrantName, GrantDocument> wanted = new TreeMap<>(Comparator.comparing(GrantName::text));
    private final List<String> problems = new ArrayList<>();

    /** What each grant's roles and sessions hold, and what anybody holds in its schema. */
    private final Map<GrantName, SortedMap<Holding, Rights>> held = new HashMap<>();

    /** What is held by nobody's session, and on Daypass's own schema. */
    private final SortedMap<Holding, Rights> heldElsewhere = new TreeMap<>();

    private final Map<GrantName, List<Membership>> memberships = new HashMap<>();
    private final Map<GrantName, SortedMap<String, Relation>> relations = new HashMap<>();
    private final Map<String, GrantName> sessions = new HashMap<>();
    private final Map<Key, Definition> definitions = new HashMap<>();

    /** Views that are dropped, for whatever was put on top of them. */
    private final List<Key> dropped = new ArrayList<>();

    private final List<Check> checks = new ArrayList<>();

    private record Key(GrantName grant, String view) {}

    private record Definition(String text, String digest) {}

    private record Check(GrantName grant, View view) {}

    private PostgresChanges(
            DatabaseDocument document,
            PostgresLiveReader reader,
            PostgresLive live,
            PostgresReferences references,
            Collection<GrantDocument> wanted) {
        this.document = document;
        this.reader = reader;
        this.live = live;
        this.references = references;
        wanted.forEach(grant -> this.wanted.put(grant.name(), grant));
    }

    /** Either what differs, or why it cannot be said. */
    record Result(List<GrantChange> changes, List<String> problems) {}

    static Result read(PostgresLiveReader reader, DatabaseDocument document, Collection<GrantDocument> wanted)
            throws SQLException {
        var live = reader.read(document);
        if (live.major() != document.serverVersion()) {
            return new Result(
                    List.of(),
                    List.of("the server is PostgreSQL " + live.major() + "; its document says serverVersion: "
                            + document.serverVersion()));
        }
        if (!live.missing().isEmpty()) {
            return new Result(
                    List.of(),
                    List.of("the owner's set-up is not complete; missing: " + String.join(", ", live.missing())
                            + ". As the database's owner, run postgresql/" + document.name()
                            + "/database.sql of the rendered documents (--out)"));
        }
        var references = PostgresReferences.read(reader, wanted);
        var changes = new PostgresChanges(document, reader, live, references, wanted);
        var all = changes.all();
        return new Result(all, changes.problems);
    }

    private List<GrantChange> all() throws SQLException {
        index();
        for (var grant : wanted.values()) {
            problems.addAll(references.problems(document, grant));
        }
        readDefinitions();
        var changes = new ArrayList<GrantChange>();
        setUp().ifPresent(changes::add);
        for (var grant : wanted.values()) {
            change(grant).ifPresent(changes::add);
        }
        var gone = new TreeSet<>(Comparator.comparing(GrantName::text));
        gone.addAll(live.applied().keySet());
        live.schemas().keySet().forEach(schema -> GrantNames.ofGroup(schema).ifPresent(gone::add));
        live.holders().forEach(role -> GrantNames.ofRole(role).ifPresent(gone::add));
        gone.removeAll(wanted.keySet());
        gone.forEach(grant -> changes.add(removal(grant)));
        readDependents();
        readQueries();
        return changes;
    }

    private void index() {
        for (var membership : live.memberships()) {
            if (SessionUser.parse(membership.member()).isPresent()) {
                GrantNames.ofGroup(membership.role())
                        .ifPresent(grant -> sessions.putIfAbsent(membership.member(), grant));
            }
        }
        for (var membership : live.memberships()) {
            ofRole(membership.role())
                    .or(() -> ofRole(membership.member()))
                    .ifPresent(grant -> memberships
                            .computeIfAbsent(grant, g -> new ArrayList<>())
                            .add(membership));
            // A session user in two groups, or a group in another: the other one is concerned as well.
            ofRole(membership.member())
                    .filter(grant -> !Optional.of(grant).equals(ofRole(membership.role())))
                    .filter(grant -> ofRole(membership.role()).isPresent())
                    .ifPresent(grant -> memberships
                            .computeIfAbsent(grant, g -> new ArrayList<>())
                            .add(membership));
        }
        live.rights().forEach((holding, rights) -> {
            var grant = ofRole(holding.role()).or(() -> ofObject(holding.object()));
            var place = grant.isPresent() ? held.computeIfAbsent(grant.get(), g -> new TreeMap<>()) : heldElsewhere;
            place.put(holding, rights);
        });
        for (var relation : live.relations()) {
            GrantNames.ofGroup(relation.name().schema())
                    .ifPresent(grant -> relations
                            .computeIfAbsent(grant, g -> new TreeMap<>())
                            .put(relation.name().table(), relation));
        }
    }

    private Optional<GrantName> ofRole(String role) {
        return GrantNames.ofRole(role).or(() -> Optional.ofNullable(sessions.get(role)));
    }

    private static Optional<GrantName> ofObject(String object) {
        int end = object.indexOf('"', 1);
        return object.startsWith("\"") && end > 0 ? GrantNames.ofGroup(object.substring(1, end)) : Optional.empty();
    }

    /** Of views whose stored tree is not the one that was recorded; after an upgrade or a restore that means nothing. */
    private void readDefinitions() throws SQLException {
        var keys = new ArrayList<Key>();
        relations.forEach((grant, some) -> some.values().stream()
                .filter(relation -> relation.isView()
                        && fingerprint(grant, relation.name().table())
                                .filter(print -> !print.rule().equals(relation.rule()))
                                .isPresent())
                .forEach(relation -> keys.add(new Key(grant, relation.name().table()))));
        if (keys.isEmpty()) {
            return;
        }
        reader.read(
                PostgresLiveSql.DEFINITIONS,
                row -> definitions.put(
                        new Key(GrantNames.ofGroup(row.getString(1)).orElseThrow(), row.getString(2)),
                        new Definition(row.getString(3), row.getString(4))),
                schemas(keys),
                views(keys));
    }

    private Array schemas(List<Key> keys) throws SQLException {
        return reader.texts(keys.stream().map(key -> key.grant().groupRole()).toList());
    }

    private Array views(List<Key> keys) throws SQLException {
        return reader.texts(keys.stream().map(Key::view).toList());
    }

    private Optional<Fingerprint> fingerprint(GrantName grant, String view) {
        return live.applied(grant)
                .flatMap(applied -> Optional.ofNullable(applied.views().get(view)));
    }

    private void readDependents() throws SQLException {
        if (!dropped.isEmpty()) {
            reader.read(
                    PostgresLiveSql.DEPENDENTS,
                    row -> problems.add("the view " + row.getString(1) + "." + row.getString(2)
                            + " has to be dropped, and " + row.getString(3)
                            + ", which Daypass did not make, stands on it: drop that first"),
                    schemas(dropped),
                    views(dropped));
        }
    }

    /** Whether the server understands the row rules: a value may not be one of its column's type. */
    private void readQueries() throws SQLException {
        for (var check : checks) {
            reader.parse(check.view().query())
                    .ifPresent(said -> problems.add("grant " + check.grant() + ": "
                            + check.view().table() + ": the server does not take its rows: " + said));
        }
    }

    private Optional<GrantChange> setUp() {
        var expected = new TreeMap<Holding, Rights>();
        String schema = PostgresObjects.quoted(PostgresObjects.SCHEMA);
        expected.put(new Holding(Kind.SCHEMA, schema, PostgresObjects.PLAN_ROLE), new Rights().add("USAGE"));
        expected.put(new Holding(Kind.SCHEMA, schema, DatabaseDocument.WITNESS_GROUP), new Rights().add("USAGE"));
        expected.put(
                new Holding(
                        Kind.TABLE,
                        schema + "." + PostgresObjects.quoted(PostgresObjects.LEDGER),
                        PostgresObjects.PLAN_ROLE),
                new Rights().add("SELECT"));
        expected.put(
                new Holding(
                        Kind.ROUTINE,
                        schema + "." + PostgresObjects.quoted(PostgresObjects.CANCEL_OVERLONG) + "(text, interval)",
                        DatabaseDocument.WITNESS_GROUP),
                new Rights().add("EXECUTE"));
        var work = new PostgresWork();
        rights(work, expected, heldElsewhere, new TreeSet<>(), new TreeSet<>(), Optional.empty());
        return work.change(Optional.empty(), Effect.SETS_UP);
    }

    private Optional<GrantChange> change(GrantDocument grant) {
        var objects = new PostgresObjects(document, grant);
        var work = new PostgresWork();
        roles(work, objects);
        memberships(work, objects, grant.name());
        schema(work, objects);
        var gone = new TreeSet<String>();
        var fresh = new TreeSet<String>();
        views(work, objects, grant, gone, fresh);
        rights(
                work,
                objects.rights(),
                held.getOrDefault(grant.name(), new TreeMap<>()),
                gone,
                fresh,
                Optional.of(grant));
        madeByRoles(work, objects, grant.name());
        var recorded = live.applied(grant.name());
        boolean sameText = recorded.filter(row -> row.line().digest().equals(grant.digest()))
                .isPresent();
        if (!sameText) {
            work.differs(new Difference(
                    recorded.isPresent() ? Action.CHANGE : Action.ADD,
                    "text in force",
                    recorded.map(row -> row.line().digest().toString()),
                    Optional.of(grant.digest().toString())));
        }
        if (!sameText || work.makesViews()) {
            work.last(objects.record());
        }
        return work.change(Optional.of(grant.name()), effect(grant, recorded, sameText));
    }

    private Effect effect(GrantDocument grant, Optional<Recorded> recorded, boolean sameText) {
        if (recorded.isEmpty()) {
            // Without a row nobody can say what was allowed until now.
            return live.schemas().containsKey(grant.name().groupRole()) ? Effect.NARROWS : Effect.ADDS;
        }
        if (sameText) {
            return Effect.REPAIRS;
        }
        try {
            var before = Documents.readGrant(grant.name(), recorded.get().line().text());
            return grant.narrowedFrom(before).isEmpty() ? Effect.WIDENS : Effect.NARROWS;
        } catch (DocumentsRefusedException e) {
            return Effect.NARROWS;
        }
    }

    private void roles(PostgresWork work, PostgresObjects objects) {
        var statements = objects.roles();
        var names = List.of(objects.group(), objects.viewOwner());
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            var role = Optional.ofNullable(live.roles().get(name));
            if (role.isEmpty()) {
                work.add("role " + name, "a role without login");
                work.first(statements.get(i));
            } else if (role.get().login() || !role.get().mighty().isEmpty()) {
                var attributes = new TreeSet<>(role.get().mighty());
                if (role.get().login()) {
                    attributes.add("LOGIN");
                }
                work.change("role " + name, String.join(", ", attributes), "a role without login");
                work.first("ALTER ROLE " + PostgresObjects.quoted(name) + " NO" + String.join(" NO", attributes));
            }
        }
        live.roles().values().stream()
                .filter(role -> Optional.ofNullable(sessions.get(role.name()))
                        .filter(grant -> grant.groupRole().equals(objects.group()))
                        .isPresent())
                .filter(role -> !role.mighty().isEmpty())
                .forEach(role -> {
                    work.change("session user " + role.name(), String.join(", ", role.mighty()), "none of these");
                    work.first("ALTER ROLE " + PostgresObjects.quoted(role.name()) + " NO"
                            + String.join(" NO", role.mighty()));
                });
    }

    private void memberships(PostgresWork work, PostgresObjects objects, GrantName grant) {
        boolean handsOut = document.serverVersion() < 16;
        boolean acts = false;
        for (var membership : memberships.getOrDefault(grant, List.of())) {
            String role = membership.role();
            String member = membership.member();
            boolean toAdministrator = role.equals(objects.group())
                    && member.equals(document.administrator())
                    && document.serverVersion() >= 16
                    && membership.admin()
                    && !membership.inherit()
                    && !membership.set();
            boolean toDeployer = role.equals(objects.viewOwner()) && member.equals(document.deployer());
            handsOut |= toAdministrator;
            acts |= toDeployer && membership.inherit() && membership.set();
            // Whoever makes a role may hand it out, and neither has its rights nor can become it.
            boolean maker = member.equals(document.deployer()) && !membership.inherit() && !membership.set();
            boolean session = role.equals(objects.group())
                    && SessionUser.parse(member).isPresent()
                    && !membership.admin()
                    && (document.serverVersion() < 16 || !membership.set());
            // Whoever made a session user, and a look at what one can do.
            boolean makerOfSession = SessionUser.parse(role).isPresent()
                    && (member.equals(document.administrator()) || member.equals(document.deployer()));
            if (!toAdministrator && !toDeployer && !maker && !session && !makerOfSession) {
                work.remove("membership of " + member + " in " + role, "given by " + membership.grantor());
                work.first("REVOKE " + PostgresObjects.quoted(role) + " FROM " + PostgresObjects.quoted(member)
                        + (document.serverVersion() >= 16
                                ? " GRANTED BY " + PostgresObjects.quoted(membership.grantor())
                                : ""));
            }
        }
        if (!acts) {
            if (live.roles().containsKey(objects.viewOwner())) {
                work.add("membership of " + document.deployer() + " in " + objects.viewOwner(), "to make views for it");
            }
            work.make(objects.deployerActsAsViewOwner());
        }
        if (!handsOut) {
            if (live.roles().containsKey(objects.group())) {
                work.add("membership of " + document.administrator() + " in " + objects.group(), "to hand it out");
            }
            objects.administratorHandsOut().forEach(work::make);
        }
    }

    private void schema(PostgresWork work, PostgresObjects objects) {
        var owner = Optional.ofNullable(live.schemas().get(objects.schema()));
        if (owner.isEmpty()) {
            work.add("schema " + objects.schema(), "of " + document.deployer());
            work.make(objects.createSchema());
        } else if (!owner.get().equals(document.deployer())) {
            work.change("schema " + objects.schema(), "of " + owner.get(), "of " + document.deployer());
            work.make("ALTER SCHEMA " + PostgresObjects.quoted(objects.schema()) + " OWNER TO "
                    + PostgresObjects.quoted(document.deployer()));
        }
    }

    /**
     * @param gone takes the views whose rights go with them, as GRANT names them
     * @param fresh takes the views that were not there and their tables: their rights need no lines of their own
     */
    private void views(
            PostgresWork work, PostgresObjects objects, GrantDocument grant, Set<String> gone, Set<String> fresh) {
        var there = relations.getOrDefault(grant.name(), new TreeMap<>());
        var views = objects.views();
        there.forEach((name, relation) -> {
            if (!relation.isView()) {
                problems.add(strange(relation));
            } else if (!views.containsKey(name)) {
                work.remove("view " + objects.schema() + "." + name, "");
                drop(work, grant.name(), name);
                gone.add(objects.name(name));
            }
        });
        for (var view : views.values()) {
            var rights = grant.tables().get(view.table());
            String label = "view " + objects.schema() + "." + view.name();
            String described = PostgresWork.described(view.table(), Objects.requireNonNull(rights));
            var relation = Optional.ofNullable(there.get(view.name())).filter(Relation::isView);
            if (relation.isEmpty()) {
                work.add(label, described);
                fresh.add(objects.name(view.name()));
                fresh.add(PostgresObjects.quoted(view.table()));
            } else {
                var difference = difference(grant.name(), view, relation.get(), objects.viewOwner());
                if (difference.isEmpty()) {
                    continue;
                }
                work.change(label, difference.get(), described);
                if (relation.get().additions() > 0
                        || !references
                                .columns(view.table(), rights)
                                .map(columns -> columns.equals(relation.get().columns()))
                                .orElse(false)) {
                    drop(work, grant.name(), view.name());
                    gone.add(objects.name(view.name()));
                }
            }
            if (!rights.rows().isEmpty()) {
                checks.add(new Check(grant.name(), view));
            }
            objects.createView(view).forEach(work::view);
        }
        if (work.makesViews()) {
            work.aroundViews(objects.allowViews(), objects.disallowViews());
        }
    }

    private void drop(PostgresWork work, GrantName grant, String view) {
        work.drop(PostgresObjects.dropView(grant, view));
        dropped.add(new Key(grant, view));
    }

    private String strange(Relation relation) {
        return "the schema " + relation.name().schema() + " holds " + relation.name()
                + ", which Daypass did not make and will not remove: move it to another schema, or drop it";
    }

    /** What is there instead of the view, if it is not that. */
    private Optional<String> difference(GrantName grant, View view, Relation relation, String owner) {
        var print = fingerprint(grant, view.name());
        if (print.isEmpty()) {
            return Optional.of("a view that no apply recorded");
        }
        if (!print.get().source().equals(view.source().hex())) {
            return live.applied(grant)
                    .flatMap(row -> before(grant, row, view.name()))
                    .or(() -> Optional.of("made from another text"));
        }
        if (!relation.owner().equals(owner)) {
            return Optional.of("owned by " + relation.owner());
        }
        if (!relation.options().equals(view.options())) {
            return Optional.of("with the options " + relation.options());
        }
        if (relation.additions() > 0) {
            return Optional.of("with rules or triggers");
        }
        if (!print.get().rule().equals(relation.rule())) {
            var definition = Optional.ofNullable(definitions.get(new Key(grant, view.name())));
            return definition
                    .filter(now -> !now.digest().equals(print.get().definition()))
                    .map(now -> now.text().strip());
        }
        return Optional.empty();
    }

    private static Optional<String> before(GrantName grant, Recorded row, String view) {
        try {
            return Documents.readGrant(grant, row.line().text()).tables().entrySet().stream()
                    .filter(entry -> entry.getValue().view().equals(view))
                    .findFirst()
                    .map(entry -> PostgresWork.described(entry.getKey(), entry.getValue()));
        } catch (DocumentsRefusedException e) {
            return Optional.empty();
        }
    }

    private void rights(
            PostgresWork work,
            SortedMap<Holding, Rights> wantedRights,
            SortedMap<Holding, Rights> liveRights,
            Set<String> gone,
            Set<String> fresh,
            Optional<GrantDocument> grant) {
        var none = new Rights();
        liveRights.forEach((holding, has) -> {
            if (!wantedRights.containsKey(holding) && !gone.contains(holding.object())) {
                work.remove("rights of " + holding, has.toString());
                work.take(PostgresObjects.takeAll(holding));
            }
        });
        wantedRights.forEach((holding, wants) -> {
            var was = liveRights.getOrDefault(holding, none);
            var has = gone.contains(holding.object()) ? none : was;
            if (has.equals(wants)
                    || has.isEmpty() && grant.isPresent() && references.everybodyHas(holding, wants, grant.get())) {
                return;
            }
            if (was.isEmpty()) {
                if (!fresh.contains(holding.object())) {
                    work.add("rights of " + holding, wants.toString());
                }
            } else if (!was.equals(wants)) {
                work.change("rights of " + holding, was.toString(), wants.toString());
            }
            if (!wants.covers(has)) {
                work.take(PostgresObjects.takeAll(holding));
            }
            work.give(PostgresObjects.give(holding, wants));
        });
    }

    /**
     * What the roles own, and what they would give away of what they make; whoever has the group's rights can say the latter. Only
     * who has a role's rights may change either, and the deployer has those of the owner of views alone: it gives itself the
     * group's for as long as that takes.
     */
    private void madeByRoles(PostgresWork work, PostgresObjects objects, GrantName grant) {
        var owned = live.owned().stream()
                .filter(each -> GrantNames.ofRole(each.role()).equals(Optional.of(grant)))
                .toList();
        var future = live.future().stream()
                .filter(each -> GrantNames.ofRole(each.role()).equals(Optional.of(grant)))
                .toList();
        boolean asGroup = Stream.concat(
                        owned.stream().map(Owned::role), future.stream().map(Future::role))
                .anyMatch(objects.group()::equals);
        String group = PostgresObjects.quoted(objects.group());
        String deployer = PostgresObjects.quoted(document.deployer());
        if (asGroup) {
            work.first("GRANT " + group + " TO " + deployer
                    + (document.serverVersion() >= 16 ? " WITH INHERIT TRUE, SET TRUE" : ""));
        }
        for (var each : owned) {
            work.change(each.type() + " " + each.identity(), "of " + each.role(), "of " + document.deployer());
            work.first("ALTER " + keyword(each.type()) + " " + each.identity() + " OWNER TO " + deployer);
        }
        for (var each : future) {
            var given = new DefaultPrivilege(0, each.role(), each.schema(), each.objects(), 0, each.right());
            work.remove("default privilege " + given.text() + " for " + each.grantee(), each.right());
            work.first(given.withdrawn(
                    each.grantee().equals(Holding.EVERYBODY) ? "PUBLIC" : PostgresObjects.quoted(each.grantee())));
        }
        if (asGroup) {
            work.first("REVOKE " + group + " FROM " + deployer);
        }
    }

    /** What ALTER calls what {@code pg_identify_object} calls otherwise. */
    private static String keyword(String type) {
        return switch (type) {
            case "foreign-data wrapper" -> "foreign data wrapper";
            case "composite type" -> "type";
            default -> type;
        };
    }

    private GrantChange removal(GrantName grant) {
        var work = new PostgresWork();
        var there = relations.getOrDefault(grant, new TreeMap<>());
        var views = new ArrayList<String>();
        there.forEach((name, relation) -> {
            if (relation.isView()) {
                work.remove("view " + grant.groupRole() + "." + name, "");
                views.add(name);
                dropped.add(new Key(grant, name));
            } else {
                problems.add(strange(relation));
            }
        });
        if (live.schemas().containsKey(grant.groupRole())) {
            work.remove("schema " + grant.groupRole(), "");
        }
        for (var role : List.of(PostgresObjects.viewOwner(grant), grant.groupRole())) {
            if (live.roles().containsKey(role)) {
                work.remove("role " + role, "");
            }
        }
        live.applied(grant)
                .ifPresent(
                        row -> work.remove("text in force", row.line().digest().toString()));
        PostgresObjects.remove(grant, views, document).forEach(work::first);
        return work.change(Optional.of(grant), Effect.REMOVES).orElseThrow();
    }
}
