package dev.daypass.audit.verify;

import dev.daypass.audit.seal.RangeCheck;
import dev.daypass.audit.seal.Seal.Range;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Until when each key was listed, by all ranges of all seals: disjoint pieces of the keys' order, each with the latest time at
 * which it was listed. A range that was listed again replaces itself, so a million seals of the same day leave few pieces.
 */
final class Coverage {
    private final NavigableMap<String, Piece> pieces = new TreeMap<>(RangeCheck.KEYS);

    /** The keys of this range were listed after {@code at}. */
    void add(Range range, Instant at) {
        String after = range.after();
        String until = range.until();
        if (RangeCheck.KEYS.compare(after, until) >= 0) {
            return; // It holds no key.
        }
        var overlapping = new ArrayList<Map.Entry<String, Piece>>();
        var before = pieces.lowerEntry(after);
        if (before != null && RangeCheck.KEYS.compare(before.getValue().until(), after) > 0) {
            overlapping.add(before);
        }
        overlapping.addAll(pieces.subMap(after, true, until, false).entrySet().stream()
                .map(e -> Map.entry(e.getKey(), e.getValue()))
                .toList());
        overlapping.forEach(e -> pieces.remove(e.getKey()));
        String cursor = after;
        for (var entry : overlapping) {
            String start = entry.getKey();
            var piece = entry.getValue();
            if (RangeCheck.KEYS.compare(start, after) < 0) {
                put(start, new Piece(after, piece.at()));
            }
            String from = later(start, after);
            String to = RangeCheck.KEYS.compare(piece.until(), until) < 0 ? piece.until() : until;
            put(cursor, new Piece(from, at));
            put(from, new Piece(to, piece.at().isAfter(at) ? piece.at() : at));
            if (RangeCheck.KEYS.compare(until, piece.until()) < 0) {
                put(until, new Piece(piece.until(), piece.at()));
            }
            cursor = to;
        }
        put(cursor, new Piece(until, at));
    }

    private void put(String after, Piece piece) {
        if (RangeCheck.KEYS.compare(after, piece.until()) >= 0) {
            return;
        }
        var before = pieces.lowerEntry(after);
        if (before != null
                && before.getValue().until().equals(after)
                && before.getValue().at().equals(piece.at())) {
            pieces.put(before.getKey(), piece);
        } else {
            pieces.put(after, piece);
        }
    }

    private static String later(String one, String other) {
        return RangeCheck.KEYS.compare(one, other) < 0 ? other : one;
    }

    /** The latest time by which an object of this key would have been seen; empty if no range holds the key. */
    Optional<Instant> at(String key) {
        var piece = pieces.lowerEntry(key);
        return piece != null && RangeCheck.KEYS.compare(key, piece.getValue().until()) <= 0
                ? Optional.of(piece.getValue().at())
                : Optional.empty();
    }

    /** How many pieces there are. */
    int size() {
        return pieces.size();
    }

    private record Piece(String until, Instant at) {}
}
