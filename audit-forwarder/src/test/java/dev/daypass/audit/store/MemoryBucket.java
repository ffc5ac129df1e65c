package dev.daypass.audit.store;

import dev.daypass.audit.seal.RecordListing;
import dev.daypass.audit.seal.Seal.Range;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A locked bucket in memory: versions, create-only writes, a listing. What goes wrong in it is said before it is used. */
public final class MemoryBucket implements LockedStore, RecordListing {
    private final TreeMap<String, List<Version>> keys = new TreeMap<>();
    private final Clock clock;
    private Consumer<String> before = key -> {};
    private Consumer<String> after = key -> {};
    private int versions;

    public MemoryBucket(Clock clock) {
        this.clock = clock;
    }

    private record Version(Entry entry, byte[] bytes, Map<String, String> metadata) {}

    /** What happens before each create: an exception is a request that never arrived. */
    public void beforeCreate(Consumer<String> action) {
        before = action;
    }

    /** What happens after each create: an exception is an answer that was lost. */
    public void afterCreate(Consumer<String> action) {
        after = action;
    }

    @Override
    public synchronized boolean create(ObjectKey key, byte[] bytes, String contentType, Map<String, String> metadata) {
        before.accept(key.text());
        boolean free = !keys.containsKey(key.text());
        if (free) {
            add(key.text(), bytes, metadata, false);
        }
        after.accept(key.text());
        return free;
    }

    /** A version on top of whatever is there, which no writer could make. */
    public synchronized void add(String key, byte[] bytes, Map<String, String> metadata, boolean isDeleteMarker) {
        var entry = new Entry(
                key, "v" + ++versions, bytes.length, clock.instant().truncatedTo(ChronoUnit.SECONDS), isDeleteMarker);
        keys.computeIfAbsent(key, k -> new ArrayList<>()).add(new Version(entry, bytes.clone(), metadata));
    }

    @Override
    public synchronized Optional<byte[]> only(ObjectKey key) {
        var there = keys.get(key.text());
        if (there == null) {
            return Optional.empty();
        }
        if (there.size() > 1 || there.getFirst().entry().isDeleteMarker()) {
            throw new IllegalStateException(key + " has " + there.size() + " versions");
        }
        return Optional.of(there.getFirst().bytes());
    }

    /** All keys. */
    public List<String> keys() {
        return List.copyOf(keys.keySet());
    }

    /** What the writer said about an object. */
    public Map<String, String> metadata(String key) {
        return keys.getOrDefault(key, List.of()).getFirst().metadata();
    }

    @Override
    public synchronized List<Entry> list(Range range, Instant since) {
        return keys.subMap(range.after(), false, range.until(), true).values().stream()
                .filter(v -> v.size() > 1
                        || v.getFirst().entry().isDeleteMarker()
                        || v.getFirst().entry().lastModified().isAfter(since))
                .flatMap(List::stream)
                .map(Version::entry)
                .toList();
    }

    @Override
    public synchronized Optional<String> next(String prefix, String after) {
        return Optional.ofNullable(keys.higherKey(after)).filter(key -> key.startsWith(prefix));
    }

    @Override
    public synchronized Facts facts(String key, String versionId) {
        return keys.getOrDefault(key, List.of()).stream()
                .filter(v -> v.entry().versionId().equals(versionId))
                .map(v -> new Facts(Sha256.of(v.bytes()), v.metadata()))
                .findFirst()
                .orElseThrow();
    }
}
