package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.Privilege.Kind;
import dev.daypass.deployer.postgres.PostgresPrivilegesObject.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that has an access list, so arranged that a grant is worked out from what concerns it: of a database's thousands
 * of objects most are the server's own and as they were made, and most of the others are another grant's. Immutable.
 */
final class PostgresPrivilegesObjects {
    /** Who runs initdb (catalog/pg_authid.dat). */
    private static final long BOOTSTRAP_SUPERUSER = 10;

    private static final Set<String> NOT_FOR_USERS = Set.of("internal", "c");
    private static final String INFORMATION_SCHEMA = "information_schema";
    private static final Set<String> STANDARD = Set.of("select", "usage");

    /** So many objects of a schema on which everybody has a right that a pristine server gives, and nothing else is known. */
    record Heap(Kind kind, long schema, String schemaName, String right, int objects) {}

    private record HeapKey(Kind kind, long schema, String schemaName, String right) {}

    private final Map<Kind, Set<String>> defaults;
    private final List<PostgresPrivilegesObject> all;
    private final Map<Kind, List<PostgresPrivilegesObject>> byKind = new EnumMap<>(Kind.class);
    private final List<PostgresPrivilegesObject> everybodys = new ArrayList<>();
    private final Map<Long, List<PostgresPrivilegesObject>> byRole = new HashMap<>();
    private final List<Heap> pristine = new ArrayList<>();

    /** @param defaults what PUBLIC has on an object on which nothing was ever given or taken */
    PostgresPrivilegesObjects(Map<Kind, Set<String>> defaults, List<PostgresPrivilegesObject> all) {
        this.defaults = Map.copyOf(defaults);
        this.all = List.copyOf(all);
        var heaps = new HashMap<HeapKey, Integer>();
        for (var object : all) {
            byKind.computeIfAbsent(object.kind(), kind -> new ArrayList<>()).add(object);
            byRole.computeIfAbsent(object.owner(), role -> new ArrayList<>()).add(object);
            var given = object.access().orElse(List.of());
            for (var entry : given) {
                if (entry.grantee() != Entry.PUBLIC && entry.grantee() != object.owner()) {
                    byRole.computeIfAbsent(entry.grantee(), role -> new ArrayList<>())
                            .add(object);
                }
            }
            var publics = object.access().isEmpty()
                    ? defaults(object.kind())
                    : Set.copyOf(given.stream()
                            .filter(entry -> entry.grantee() == Entry.PUBLIC)
                            .map(Entry::right)
                            .distinct()
                            .toList());
            boolean onlyOwner = given.stream()
                    .allMatch(entry -> entry.grantee() == Entry.PUBLIC || entry.grantee() == object.owner());
            if (onlyOwner
                    && object.isOfSystem()
                    && object.owner() == BOOTSTRAP_SUPERUSER
                    && PostgresPrivilegesListing.COUNTED.contains(object.kind())
                    && publics.stream().allMatch(right -> !object.denies(right) && isBaseline(object, right))) {
                publics.forEach(right -> heaps.merge(
                        new HeapKey(object.kind(), object.schema(), object.schemaName(), right), 1, Integer::sum));
            } else if (!publics.isEmpty()) {
                everybodys.add(object);
            }
        }
        heaps.forEach((key, objects) ->
                pristine.add(new Heap(key.kind(), key.schema(), key.schemaName(), key.right(), objects)));
    }

    Set<String> defaults(Kind kind) {
        return defaults.getOrDefault(kind, Set.of());
    }

    Collection<PostgresPrivilegesObject> all() {
        return all;
    }

    Collection<PostgresPrivilegesObject> of(Kind kind) {
        return byKind.getOrDefault(kind, List.of());
    }

    /** All but {@link #pristine} on which everybody or one of the roles has something, or which one of them owns. */
    Collection<PostgresPrivilegesObject> concerning(Set<Long> roles) {
        Set<PostgresPrivilegesObject> concerned = Collections.newSetFromMap(new IdentityHashMap<>());
        concerned.addAll(everybodys);
        roles.forEach(role -> concerned.addAll(byRole.getOrDefault(role, List.of())));
        return concerned;
    }

    List<Heap> pristine() {
        return Collections.unmodifiableList(pristine);
    }

    /**
     * What a pristine server of this version gives to everybody. Three things that it gives are not in the baseline: CONNECT on
     * other databases, since a grant is for one; CREATE on the schema public (PostgreSQL 14), since a session could put
     * functions and tables in the way of everybody who has that schema in the search path; and a function that has been made to
     * run as its owner.
     */
    boolean isBaseline(PostgresPrivilegesObject object, String right) {
        var kind = object.kind();
        var initial = object.initial().orElseGet(() -> isStandard(object) ? STANDARD : defaults(kind));
        if (!initial.contains(right)) {
            return false;
        }
        return switch (kind) {
            case DATABASE -> object.special() || !right.equals("connect");
            case FUNCTION -> object.isOfSystem() && !object.special();
            case SCHEMA -> object.isOfSystem() && !right.equals("create");
            case LANGUAGE -> object.isOfSystem() && !NOT_FOR_USERS.contains(object.name());
            default -> object.isOfSystem();
        };
    }

    /**
     * initdb records what it gave on pg_catalog's objects, and not what on information_schema's, which it makes afterwards
     * (initdb.c, setup_privileges and setup_schema). There everybody may read all but the views that are its own working parts.
     */
    private static boolean isStandard(PostgresPrivilegesObject object) {
        return object.isOfSystem()
                && (object.kind() == Kind.SCHEMA && object.name().equals(INFORMATION_SCHEMA)
                        || object.kind() == Kind.TABLE
                                && object.schemaName().equals(INFORMATION_SCHEMA)
                                && !object.name().startsWith("_pg_"));
    }
}
