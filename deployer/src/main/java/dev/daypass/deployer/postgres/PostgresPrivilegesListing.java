package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.Privilege;
import dev.daypass.deployer.live.Privilege.Kind;
import dev.daypass.deployer.live.Privilege.Reason;
import dev.daypass.deployer.live.Privilege.Standing;
import dev.daypass.deployer.postgres.PostgresPrivilegesDocument.Right;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Collects what was found into the list that a person reads. What a pristine server gives is thousands of lines: those are
 * counted by schema, as in {@code execute on function pg_catalog (3,347 functions)}. So is what is the system's own and
 * comes from a role, where it is more than {@value #MOST_OF_SYSTEM} lines: pg_read_all_data alone gives some sixty catalogs.
 */
final class PostgresPrivilegesListing {
    private static final int MOST_OF_SYSTEM = 8;
    static final Set<Kind> COUNTED = Set.of(Kind.TABLE, Kind.COLUMN, Kind.SEQUENCE, Kind.FUNCTION, Kind.TYPE);

    private record Heap(Kind kind, String schema, String right, Standing standing) implements Comparable<Heap> {
        @Override
        public int compareTo(Heap other) {
            return toString().compareTo(other.toString());
        }
    }

    private final GrantDocument grant;
    private final DatabaseDocument database;
    private final Set<Right> documented;
    private final Set<String> accepted;
    private final List<Privilege> single = new ArrayList<>();
    private final TreeMap<Heap, List<Privilege>> heaps = new TreeMap<>();
    private final TreeMap<Heap, Integer> pristine = new TreeMap<>();
    private final Set<Privilege> seen = new HashSet<>();

    PostgresPrivilegesListing(DatabaseDocument database, GrantDocument grant) {
        this.database = database;
        this.grant = grant;
        documented = PostgresPrivilegesDocument.rights(database, grant);
        accepted = database.accepts().stream()
                .map(DatabaseDocument.Acceptance::privilege)
                .collect(Collectors.toSet());
    }

    Set<Right> documented() {
        return documented;
    }

    boolean isDocumented(Kind kind, String object, String right) {
        return documented.contains(new Right(kind, object, right));
    }

    /** What a pristine server gives on so many objects. */
    void baseline(Kind kind, String schema, String right, int objects) {
        pristine.merge(new Heap(kind, schema, right, Standing.BASELINE), objects, Integer::sum);
    }

    /** What a pristine server gives on an object; to be told once of each. */
    void baseline(Kind kind, String schema, String object, String right) {
        if (COUNTED.contains(kind)) {
            baseline(kind, schema, right, 1);
        } else {
            single.add(new Privilege(kind, object, right, Reason.PUBLIC, "", Standing.BASELINE, Optional.empty()));
        }
    }

    /**
     * Something that is not: what the document says is in order, whoever gives it; what the database's document accepts
     * is lived with.
     *
     * @param ofSystem whether initdb made the object
     */
    void found(
            Kind kind,
            String schema,
            boolean ofSystem,
            String object,
            String right,
            Reason reason,
            String via,
            Optional<String> closing) {
        var found = new Privilege(kind, object, right, reason, via, Standing.BEYOND, closing);
        if (isDocumented(kind, object, right)) {
            found = new Privilege(kind, object, right, reason, via, Standing.DOCUMENT, Optional.empty());
        } else if (accepted.contains(found.text())) {
            found = new Privilege(kind, object, right, reason, via, Standing.ACCEPTED, closing);
        }
        add(schema, ofSystem, found);
    }

    private void add(String schema, boolean ofSystem, Privilege privilege) {
        if (!seen.add(privilege)) {
            return;
        }
        boolean mayBeCounted = ofSystem
                && COUNTED.contains(privilege.kind())
                && privilege.standing() == Standing.BEYOND
                && (privilege.reason() == Reason.INHERITED_ROLE || privilege.reason() == Reason.OWNER);
        if (mayBeCounted) {
            heaps.computeIfAbsent(
                            new Heap(privilege.kind(), schema, privilege.right(), privilege.standing()),
                            heap -> new ArrayList<>())
                    .add(privilege);
        } else {
            single.add(privilege);
        }
    }

    EffectivePrivileges listed() {
        var listed = new ArrayList<>(single);
        pristine.forEach((heap, objects) -> listed.add(new Privilege(
                heap.kind(),
                counted(heap, objects),
                heap.right(),
                Reason.PUBLIC,
                "",
                heap.standing(),
                Optional.empty())));
        heaps.forEach((heap, privileges) -> {
            long objects = privileges.stream().map(Privilege::object).distinct().count();
            if (objects > MOST_OF_SYSTEM) {
                // With the statement that takes the first of them away: mostly they all come from one role.
                listed.add(new Privilege(
                        heap.kind(),
                        counted(heap, objects),
                        heap.right(),
                        privileges.getFirst().reason(),
                        privileges.stream()
                                .map(Privilege::via)
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(", ")),
                        heap.standing(),
                        privileges.getFirst().closing()));
            } else {
                listed.addAll(privileges);
            }
        });
        return new EffectivePrivileges(grant.name(), database.name(), listed);
    }

    private static String counted(Heap heap, long objects) {
        return String.format(
                Locale.ROOT,
                "%s (%,d %s%s)",
                heap.schema(),
                objects,
                heap.kind().word(),
                objects == 1 ? "" : "s");
    }
}
