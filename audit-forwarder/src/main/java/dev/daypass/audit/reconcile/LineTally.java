package dev.daypass.audit.reconcile;

import dev.daypass.audit.reconcile.SealedRecord.Position;
import dev.daypass.digest.Sha256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lines of one source and one minute as a multiset: added for each sealed record, taken for each log event. It holds 128 bits of
 * each digest, which is keyed, and no text: about 100 bytes a line. Not thread-safe.
 */
final class LineTally {
    private final Map<Place, Integer> numbers = new HashMap<>();
    private final List<Place> places = new ArrayList<>();
    private final Map<Key, Integer> lines = new HashMap<>();

    void add(Position position, Sha256 message) {
        lines.merge(
                key(new Place(position.logGroup(), position.logStream()), position.time(), message), 1, Integer::sum);
    }

    /** Takes one away; false if there is none left. */
    boolean take(Position position, Sha256 message) {
        var key = key(new Place(position.logGroup(), position.logStream()), position.time(), message);
        Integer left = lines.get(key);
        if (left == null) {
            return false;
        }
        if (left == 1) {
            lines.remove(key);
        } else {
            lines.put(key, left - 1);
        }
        return true;
    }

    /** What was added and not taken, but for the groups that could not be read. */
    List<Left> left(Set<String> unreadable) {
        var left = new ArrayList<Left>();
        lines.forEach((key, count) -> {
            var place = places.get(key.place());
            for (int i = 0; i < count && !unreadable.contains(place.group()); i++) {
                left.add(new Left(place, Instant.ofEpochMilli(key.time())));
            }
        });
        left.sort(null);
        return left;
    }

    private Key key(Place place, Instant time, Sha256 message) {
        int number = numbers.computeIfAbsent(place, p -> {
            places.add(p);
            return places.size() - 1;
        });
        return new Key(
                number,
                time.toEpochMilli(),
                Long.parseUnsignedLong(message.hex(), 0, 16, 16),
                Long.parseUnsignedLong(message.hex(), 16, 32, 16));
    }

    /** A log stream of a group. */
    record Place(String group, String stream) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byGroup = group.compareTo(other.group);
            return byGroup != 0 ? byGroup : stream.compareTo(other.stream);
        }

        @Override
        public String toString() {
            return group + "/" + stream;
        }
    }

    /** A line that nobody took. */
    record Left(Place place, Instant time) implements Comparable<Left> {
        @Override
        public int compareTo(Left other) {
            int byPlace = place.compareTo(other.place);
            return byPlace != 0 ? byPlace : time.compareTo(other.time);
        }
    }

    private record Key(int place, long time, long high, long low) {}
}
