package dev.daypass.audit.verify;

import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.RangeCheck;
import dev.daypass.audit.verify.Evidence.Entry;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is checked together: the objects of a source at a place and the chain that seals them. Configurations have no place in
 * their keys, so all chains of theirs are checked together.
 */
final class Unit {
    private static final Comparator<Place> PLACES =
            Comparator.comparing(Place::region).thenComparing(Place::accountId);

    private final Source source;
    private final Map<String, Held> objects = new HashMap<>();
    private final SortedMap<Place, SortedMap<Long, Held>> chains = new TreeMap<>(PLACES);

    Unit(Source source) {
        this.source = source;
    }

    Source source() {
        return source;
    }

    void add(ObjectKeys.Known known, Entry entry) throws FormatException {
        Held held;
        if (known.seal().isPresent()) {
            held = chains.computeIfAbsent(known.place().orElseThrow(), place -> new TreeMap<>())
                    .computeIfAbsent(known.seal().getAsLong(), number -> new Held(entry.key()));
        } else {
            held = object(entry.key());
        }
        held.add(entry);
    }

    /** What is known of an object; it need not be here. */
    Held object(String key) {
        return objects.computeIfAbsent(key, Held::new);
    }

    /** Makes a place known of which only a head speaks. */
    void place(Place place) {
        chains.computeIfAbsent(place, p -> new TreeMap<>());
    }

    /** The seals that are listed, by place and number. */
    SortedMap<Place, SortedMap<Long, Held>> chains() {
        return chains;
    }

    /** All objects, in the order of their keys. */
    List<Held> sorted() {
        return objects.values().stream()
                .sorted(Comparator.comparing(Held::key, RangeCheck.KEYS))
                .toList();
    }

    /** Whether a seal of this place may name such a key. */
    boolean owns(Place place, String key) {
        return ObjectKeys.parse(key)
                .filter(known -> known.seal().isEmpty()
                        && known.source() == source
                        && known.place().orElse(place).equals(place))
                .isPresent();
    }

    /** Which unit a key belongs to. */
    record Id(Source source, Optional<Place> place) {
        static Id of(ObjectKeys.Known known) {
            return of(known.source(), known.place());
        }

        static Id of(Source source, Optional<Place> place) {
            // The prefix of configurations is the same whatever the place.
            return new Id(source, source == Source.CONFIGURATIONS ? Optional.empty() : place);
        }

        /** How the keys of its objects begin. */
        String prefix() {
            return ObjectKey.objects(source, place.orElse(new Place("", "")));
        }
    }
}
