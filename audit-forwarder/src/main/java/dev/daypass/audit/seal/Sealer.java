package dev.daypass.audit.seal;

import dev.daypass.audit.seal.RecordListing.Entry;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.Seal.Times;
import dev.daypass.audit.seal.Seal.Totals;
import dev.daypass.audit.store.LockedStore;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes seals. It holds nothing between two runs that it does not find again in the bucket: the newest seal says where the chain stands,
 * and the create-only PUT of the next number decides between two sealers. Not thread-safe: one a function.
 */
public final class Sealer {
    private static final String JSON = "application/json";

    /**
     * A seal speaks of what was there by {@code to}, and looks this much later: for a PUT that was under way, and for the store's clock. Objects that
     * came later are sealed as well if they are seen.
     */
    static final Duration MARGIN = Duration.ofSeconds(15);

    /** How much of the time before its period a seal looks at again, for clocks that differ. */
    static final Duration OVERLAP = Duration.ofMinutes(5);

    /** So many objects a seal, about half a minute of looking at them. */
    static final int MOST = 5_000;

    private static final int AT_ONCE = 16;

    private static final Duration FIRST_PERIOD = Duration.ofMinutes(1);

    private final Place place;
    private final LockedStore store;
    private final RecordListing listing;
    private final LockedStore heads;
    private final Signer signer;
    private final PublicKeys keys;
    private final Clock clock;
    private final Map<Source, TreeMap<Long, Chained>> recent = new HashMap<>();

    /**
     * @param store the evidence bucket
     * @param listing the same bucket's content
     * @param heads the other administrator's bucket
     * @param keys the signer's own; a seal by an earlier key is believed if its head is there
     */
    public Sealer(
            Place place,
            LockedStore store,
            RecordListing listing,
            LockedStore heads,
            Signer signer,
            PublicKeys keys,
            Clock clock) {
        this.place = place;
        this.store = store;
        this.listing = listing;
        this.heads = heads;
        this.signer = signer;
        this.keys = keys;
        this.clock = clock;
    }

    /** A seal and the hash of the whole object that holds it. */
    private record Chained(Seal seal, Sha256 hash, String keyId) {}

    /**
     * What one run did for one source.
     *
     * @param seal the new seal; empty if another sealer wrote that number, or if the period has no length yet
     * @param strange keys that have more than one version or a delete marker; they are not sealed, and are to be looked at
     */
    public record Result(Optional<Seal> seal, List<String> strange) {
        public Result {
            strange = List.copyOf(strange);
        }
    }

    /**
     * Seals what is new of a source, and writes the head.
     *
     * @throws IllegalStateException if the chain in the bucket is not one of ours, or the head says something else than the bucket
     * @throws RuntimeException if a peer did not answer; the next run goes on from what is in the bucket
     */
    public Result seal(Source source) {
        var newest = newest(source);
        newest.ifPresent(chained -> head(source, chained));
        long number = newest.map(c -> c.seal().number() + 1).orElse(1L);
        Instant to = clock.instant().minus(MARGIN).truncatedTo(ChronoUnit.SECONDS);
        Instant from = newest.map(c -> c.seal().to()).orElse(to.minus(FIRST_PERIOD));
        if (from.isAfter(clock.instant())) {
            throw new IllegalStateException("seal " + (number - 1) + " of " + source.code() + " ends in the future, at "
                    + from + ": one of two clocks is wrong");
        }
        if (!to.isAfter(from)) {
            return new Result(Optional.empty(), List.of());
        }

        var range = Ranges.of(source, place, number, from);
        Instant since = since(source, number, from);
        var before = sealedSince(source, number, since);
        var strange = new ArrayList<String>();
        var fresh = new ArrayList<>(single(listing.list(range, since), strange));
        fresh.removeIf(entry ->
                !entry.lastModified().isAfter(since) || before.contains(entry.versionId() + " " + entry.key()));
        to = bounded(fresh, from, to);
        var objects = sealed(source, fresh);
        var totals = newest.map(c -> c.seal().totals()).orElse(Totals.ZERO).plus(objects);
        var seal = new Seal(
                source,
                place,
                number,
                newest.map(Chained::hash).orElse(Seal.NONE),
                from,
                to,
                List.of(range),
                objects,
                totals);
        byte[] bytes = Envelope.sign(SealJson.write(seal), signer);
        var key = ObjectKey.seal(source, place, number);
        boolean ours = store.create(key, bytes, JSON, Map.of())
                // a PUT whose answer was lost was tried again, and found itself
                || store.only(key).filter(there -> Arrays.equals(there, bytes)).isPresent();
        if (!ours) {
            return new Result(Optional.empty(), strange);
        }
        var chained = new Chained(seal, Sha256.of(bytes), signer.keyId());
        remember(source, chained);
        head(source, chained);
        return new Result(Optional.of(seal), strange);
    }

    /** From when on this seal looks at objects: earlier ones were covered by the seals before. */
    private Instant since(Source source, long number, Instant from) {
        if (number == 1) {
            return Instant.MIN;
        }
        if (!Ranges.isLong(source, number)) {
            return from.minus(OVERLAP);
        }
        // Number 1 took everything, so the first long look reaches back to it.
        return read(source, Math.max(1, number - Ranges.LONG_LOOK)).seal().to().minus(OVERLAP);
    }

    /** Versions that a seal may name which looked at a time after {@code since}. */
    private Set<String> sealedSince(Source source, long number, Instant since) {
        var sealed = new HashSet<String>();
        for (long n = number - 1; n >= 1; n--) {
            var seal = read(source, n).seal();
            for (var object : seal.objects()) {
                sealed.add(object.versionId() + " " + object.key());
            }
            // An object that came while seal n looked has a time after its `to`, by as much as a run can take.
            if (seal.to().isBefore(since.minus(OVERLAP))) {
                break;
            }
        }
        return sealed;
    }

    private static List<Entry> single(List<Entry> entries, List<String> strange) {
        var single = new ArrayList<Entry>();
        for (int i = 0; i < entries.size(); ) {
            int next = i + 1;
            while (next < entries.size()
                    && entries.get(next).key().equals(entries.get(i).key())) {
                next++;
            }
            var entry = entries.get(i);
            if (next - i > 1 || entry.isDeleteMarker()) {
                strange.add(entry.key());
            } else {
                single.add(entry);
            }
            i = next;
        }
        return single;
    }

    /**
     * After an outage there may be more than one run can look at. Then this seal ends earlier, at a time by which it has everything, and
     * the next one goes on from there.
     *
     * @return until when the seal speaks
     */
    private static Instant bounded(List<Entry> fresh, Instant from, Instant to) {
        if (fresh.size() <= MOST) {
            return to;
        }
        Instant cut = fresh.stream()
                .map(Entry::lastModified)
                .sorted()
                .skip(MOST)
                .findFirst()
                .orElseThrow()
                .minusSeconds(1);
        if (!cut.isAfter(from) || cut.isAfter(to)) {
            return to; // All in one second, or what is late: it has to be taken as it is.
        }
        fresh.removeIf(entry -> entry.lastModified().isAfter(cut));
        return cut;
    }

    private List<SealedObject> sealed(Source source, List<Entry> entries) {
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var looks = new ArrayList<Future<SealedObject>>();
            for (var entry : entries) {
                looks.add(threads.submit(() -> sealed(source, entry)));
            }
            var objects = new ArrayList<SealedObject>();
            for (var look : looks) {
                objects.add(look.get());
            }
            return objects;
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "an object of " + source.code() + " could not be looked at: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private SealedObject sealed(Source source, Entry entry) {
        var facts = listing.facts(entry.key(), entry.versionId());
        if (!source.isEvents()) {
            return new SealedObject(
                    entry.key(), entry.versionId(), facts.sha256(), entry.size(), 1, 0, 0, Optional.empty());
        }
        var metadata = facts.metadata();
        long millis = entry.lastModified().toEpochMilli();
        return new SealedObject(
                entry.key(),
                entry.versionId(),
                facts.sha256(),
                entry.size(),
                number(metadata, "records", 0),
                number(metadata, "redacted", 0),
                number(metadata, "unparsed", 0),
                Optional.of(new Times(
                        Instant.ofEpochMilli(number(metadata, "earliest", millis)),
                        Instant.ofEpochMilli(number(metadata, "latest", millis)))));
    }

    /**
     * What the writer said. An object without it is none of our forwarder's: it is sealed all the same, so that nobody can hide it, with
     * numbers that its content contradicts.
     */
    private static long number(Map<String, String> metadata, String name, long otherwise) {
        String text = metadata.getOrDefault(name, "");
        // 13 digits: every time until the year 2286, and no sum of a year's objects leaves what a seal can hold
        boolean good = !text.isEmpty() && text.length() <= 13 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return good ? Long.parseLong(text) : otherwise;
    }

    private Optional<Chained> newest(Source source) {
        String prefix = ObjectKey.seals(source, place);
        var seals = recent.get(source);
        // Empty after a reading that failed.
        long known = seals == null || seals.isEmpty() ? 0 : seals.lastKey();
        if (!isAfter(source, prefix, known)) {
            return known == 0 ? Optional.empty() : Optional.of(read(source, known));
        }
        // Numbers have no gaps, so the last one is found by doubling and halving.
        long low = known + 1;
        long step = 1;
        while (isAfter(source, prefix, low + step - 1)) {
            low += step;
            step *= 2;
        }
        long high = low + step - 1;
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (isAfter(source, prefix, middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Optional.of(read(source, low));
    }

    private boolean isAfter(Source source, String prefix, long number) {
        return listing.next(prefix, ObjectKey.seal(source, place, number).text())
                .isPresent();
    }

    private Chained read(Source source, long number) {
        var cached = recent.computeIfAbsent(source, s -> new TreeMap<>()).get(number);
        if (cached != null) {
            return cached;
        }
        var key = ObjectKey.seal(source, place, number);
        byte[] bytes = store.only(key)
                .orElseThrow(
                        () -> new IllegalStateException(key + " is missing, and later seals of its chain are there"));
        try {
            var envelope = Envelope.parse(bytes);
            var signed = envelope.verify(keys);
            // After a change of keys: the other administrator's bucket says that this is the seal of its number.
            boolean isOurs = signed == PublicKeys.Signed.GOOD
                    || signed == PublicKeys.Signed.UNKNOWN_KEY
                            && headThere(ObjectKey.head(source, place, number))
                                    .filter(head -> head.seal().equals(Sha256.of(bytes)))
                                    .isPresent();
            if (!isOurs) {
                throw new FormatException("it is not signed by a key of ours");
            }
            var seal = SealJson.read(envelope.payload()).seal();
            if (seal.number() != number
                    || seal.source() != source
                    || !seal.place().equals(place)) {
                throw new FormatException("it belongs to another place in a chain");
            }
            var chained = new Chained(seal, Sha256.of(bytes), envelope.keyId());
            remember(source, chained);
            return chained;
        } catch (FormatException e) {
            throw new IllegalStateException(key + " cannot be gone on from: " + e.reason(), e);
        }
    }

    private void remember(Source source, Chained chained) {
        var seals = recent.computeIfAbsent(source, s -> new TreeMap<>());
        seals.put(chained.seal().number(), chained);
        while (seals.size() > 4 * Ranges.LONG_LOOK) {
            seals.pollFirstEntry();
        }
    }

    /** Writes the head of a seal, unless it is there; a sealer that died between seal and head left this to the next. */
    private void head(Source source, Chained chained) {
        long number = chained.seal().number();
        var key = ObjectKey.head(source, place, number);
        var signers = new ArrayList<String>();
        if (number > 1) {
            headThere(ObjectKey.head(source, place, number - 1)).ifPresent(head -> signers.addAll(head.keys()));
        }
        if (!signers.contains(chained.keyId())) {
            signers.add(chained.keyId());
        }
        var head =
                new Head(source, place, number, chained.hash(), chained.seal().to(), signers);
        byte[] bytes = HeadJson.write(head);
        if (!heads.create(key, bytes, JSON, Map.of())) {
            var there = headThere(key);
            if (there.isEmpty() || !there.get().seal().equals(chained.hash())) {
                throw new IllegalStateException(
                        key + " names another seal than the one in the evidence bucket: expected "
                                + chained.hash() + ", the head says "
                                + there.map(h -> h.seal().toString()).orElse("nothing"));
            }
        }
    }

    private Optional<Head> headThere(ObjectKey key) {
        var bytes = heads.only(key);
        try {
            return bytes.isEmpty() ? Optional.empty() : Optional.of(HeadJson.read(bytes.get()));
        } catch (FormatException e) {
            throw new IllegalStateException(key + " is not a head: " + e.reason(), e);
        }
    }
}
