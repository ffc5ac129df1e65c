package dev.daypass.audit.verify;

import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.PublicKeys;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.verify.Evidence.Entry;
import dev.daypass.audit.verify.Heads.Chain;
import dev.daypass.audit.verify.Outcome.Check;
import dev.daypass.audit.verify.Outcome.CouldNotCheck;
import dev.daypass.audit.verify.Outcome.Counts;
import dev.daypass.audit.verify.Outcome.Verdict;
import dev.daypass.audit.verify.SealReader.Read;
import dev.daypass.audit.verify.SealReader.Sound;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;

/**
 * Checks evidence against its seals: {@code docs/record.md}, "Verdicts". Sources are checked one after the other. Of each
 * object a small record is kept and of each seal a smaller one, however many bytes they have; objects are hashed, and
 * signatures checked, by as many threads as {@link Options#threads} says.
 */
public final class Verifier {
    /** A run looks at what is two minutes old, and waits two more for a line that is late. */
    private static final Duration RECONCILED = Duration.ofMinutes(10);

    /** {@code docs/record.md}: an object that no seal covers may be this old. */
    private static final Duration PENDING = Duration.ofHours(2);

    /** A lock is set when an object is written, by a clock that may be a little behind the one that dates it. */
    private static final Duration LOCK_TOLERANCE = Duration.ofMinutes(1);

    /** Seals that are read at once before they are compared in order; bounds what is in memory. */
    private static final int BATCH = 256;

    private static final int BUFFER = 1 << 17;

    private final Evidence evidence;
    private final PublicKeys keys;
    private final Optional<Heads> heads;
    private final Options options;

    /** @param heads heads that were kept elsewhere; without them a cut tail shows only as silence */
    public Verifier(Evidence evidence, PublicKeys keys, Optional<Heads> heads, Options options) {
        this.evidence = evidence;
        this.keys = keys;
        this.heads = heads;
        this.options = options;
    }

    /** Reads everything. What cannot be read makes it {@link CouldNotCheck}, never a good verdict. */
    public Outcome verify(Progress progress) throws InterruptedException {
        try (var workers = new Workers(options.threads(), progress)) {
            return new Run(workers).verify();
        } catch (FormatException e) {
            return new CouldNotCheck(e.reason());
        } catch (IOException | UncheckedIOException e) {
            return new CouldNotCheck("cannot read the evidence: " + e);
        }
    }

    /** One check. */
    private final class Run {
        private final Workers workers;
        private final Findings findings = new Findings();
        private final Map<Unit.Id, Unit> units = new TreeMap<>(Comparator.comparing(Unit.Id::source)
                .thenComparing(id -> id.place().map(Object::toString).orElse("")));
        private final TreeSet<String> extra = new TreeSet<>();
        private final LongAdder objects = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private long seals;
        private long records;
        private long pending;

        Run(Workers workers) {
            this.workers = workers;
        }

        Outcome verify() throws IOException, FormatException, InterruptedException {
            evidence.list(this::add);
            boolean sealed = units.values().stream()
                    .anyMatch(unit -> unit.chains().values().stream().anyMatch(chain -> !chain.isEmpty()));
            if (!sealed && heads.isEmpty()) {
                return new CouldNotCheck("there is no seal");
            }
            heads.ifPresent(h -> h.chains()
                    .forEach(chain -> unit(Unit.Id.of(chain.source(), Optional.of(chain.place())))
                            .place(chain.place())));
            reconcilersDue();
            for (String key : extra) {
                findings.add(Code.OBJECT_EXTRA, key, "a key that Daypass writes", "another");
            }
            for (var id : List.copyOf(units.keySet())) {
                check(id, unit(id));
                units.remove(id);
            }
            var checked = EnumSet.of(Check.SEALS, Check.OBJECTS);
            if (evidence.isVersioned()) {
                checked.add(Check.VERSIONS_AND_LOCKS);
            }
            if (heads.isPresent()) {
                checked.add(Check.HEADS);
            }
            if (options.contents()) {
                checked.add(Check.CONTENTS);
            }
            return new Verdict(
                    findings.sorted(), new Counts(objects.sum(), bytes.sum(), seals, records, pending), checked);
        }

        private void add(Entry entry) throws FormatException {
            var known = ObjectKeys.parse(entry.key());
            if (known.isPresent()) {
                unit(Unit.Id.of(known.get())).add(known.get(), entry);
            } else {
                extra.add(entry.key());
            }
        }

        private Unit unit(Unit.Id id) {
            return units.computeIfAbsent(id, i -> new Unit(i.source()));
        }

        /** Where anything is sealed, runs of the reconciler are expected. */
        private void reconcilersDue() {
            for (var unit : List.copyOf(units.values())) {
                for (var place : unit.chains().keySet()) {
                    unit(Unit.Id.of(Source.RECONCILIATIONS, Optional.of(place)));
                }
            }
        }

        private void check(Unit.Id id, Unit unit) throws IOException, InterruptedException {
            var coverage = new Coverage();
            var chains = new ArrayList<ChainCheck>();
            for (var entry : unit.chains().entrySet()) {
                chains.add(chain(unit, new Chain(unit.source(), entry.getKey()), entry.getValue(), coverage));
            }
            var sorted = unit.sorted();
            workers.run(sorted, held -> {
                if (held.sealed().isPresent()) {
                    sealed(unit.source(), held, held.sealed().get());
                }
            });
            unsealed(sorted, chains, coverage);
            if (unit.source() == Source.RECONCILIATIONS) {
                reconciliations(id, sorted, chains.stream().anyMatch(ChainCheck::isTailBroken));
            }
            for (var chain : chains) {
                seals += chain.seals();
                records += chain.records();
            }
        }

        private ChainCheck chain(Unit unit, Chain chain, Map<Long, Held> listed, Coverage coverage)
                throws IOException, InterruptedException {
            var check = new ChainCheck(chain, unit, coverage, findings);
            var reader = new SealReader(evidence, keys, heads);
            var batch = new ArrayList<Map.Entry<Long, Held>>();
            for (var entry : listed.entrySet()) {
                var held = entry.getValue();
                version(held);
                if (held.isHere(evidence)) {
                    if (evidence.isVersioned() && held.version().isEmpty()) {
                        findings.add(Code.OBJECT_EXTRA, held.key(), "a version in the listing", "none");
                    }
                    batch.add(entry);
                    if (batch.size() == BATCH) {
                        walk(unit, chain, reader, batch, check);
                        batch.clear();
                    }
                }
            }
            walk(unit, chain, reader, batch, check);
            check.end(heads, evidence.takenAt(), listed.values().stream().anyMatch(held -> held.isHere(evidence)));
            return check;
        }

        private void walk(
                Unit unit, Chain chain, SealReader reader, List<Map.Entry<Long, Held>> batch, ChainCheck check)
                throws IOException, InterruptedException {
            var reads = new Read[batch.size()];
            var places = new ArrayList<Integer>();
            for (int i = 0; i < reads.length; i++) {
                places.add(i);
            }
            workers.run(places, i -> {
                var entry = batch.get(i);
                reads[i] = reader.read(unit, chain, entry.getKey(), entry.getValue());
                workers.count(reads[i].size());
            });
            for (var read : reads) {
                check.add(read);
                if (read instanceof Sound sound) {
                    check.compare(sound, heads);
                }
            }
        }

        /** What the listing says of a key that belongs here. */
        private void version(Held held) {
            if (!evidence.isVersioned()) {
                return;
            }
            if (held.deleteMarkers() > 0) {
                findings.add(
                        Code.DELETE_MARKER, held.key(), "no delete marker", Integer.toString(held.deleteMarkers()));
            }
            if (held.version().isEmpty()) {
                return;
            }
            var version = held.version().get();
            if (!held.laterVersions().isEmpty()) {
                findings.add(
                        Code.VERSIONS_MANY,
                        held.key(),
                        "one version",
                        version.versionId() + " and later " + String.join(", ", held.laterVersions()));
            }
            boolean compliance = version.lockMode().filter("COMPLIANCE"::equals).isPresent();
            if (!compliance || version.retainUntil().isEmpty()) {
                findings.add(
                        Code.LOCK_MISSING,
                        held.key(),
                        "COMPLIANCE and a date",
                        version.lockMode().orElse("no mode") + " and "
                                + version.retainUntil().map(Instant::toString).orElse("no date"));
                return;
            }
            var least = version.lastModified().plus(options.leastRetention());
            var until = version.retainUntil().get();
            if (until.isBefore(least.minus(LOCK_TOLERANCE))) {
                findings.add(Code.LOCK_SHORT, held.key(), "at least until " + least, until.toString());
            }
        }

        private void sealed(Source source, Held held, SealedObject object) throws IOException {
            version(held);
            if (evidence.isVersioned()
                    && (held.isHere(evidence) || held.version().isPresent())
                    && !held.versionId().equals(Optional.of(object.versionId()))) {
                findings.add(
                        Code.VERSION_OTHER,
                        held.key(),
                        "version " + object.versionId(),
                        held.versionId().map(v -> "version " + v).orElse("none in the listing"));
            }
            if (!held.isHere(evidence)) {
                findings.add(
                        Code.OBJECT_MISSING,
                        held.key(),
                        object.size() + " bytes, " + object.sha256(),
                        held.isStrange() ? "something that is no file" : "nothing");
                return;
            }
            var bytes = hash(source, held, object);
            if (bytes.isPresent()) {
                inside(source, held, object, bytes.get());
            }
        }

        /** Hashes the bytes, and returns them if they are as they were sealed and are to be looked into. */
        private Optional<byte[]> hash(Source source, Held held, SealedObject object) throws IOException {
            boolean keep =
                    (options.contents() || source == Source.RECONCILIATIONS) && object.size() <= Contents.LONGEST;
            var digest = sha256();
            long size = 0;
            byte[] kept = keep ? new byte[(int) object.size()] : new byte[0];
            byte[] buffer = Workers.buffer(BUFFER);
            try (var in = evidence.open(held.key(), held.versionId())) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    digest.update(buffer, 0, n);
                    if (keep && size + n <= kept.length) {
                        System.arraycopy(buffer, 0, kept, (int) size, n);
                    }
                    size += n;
                    workers.bytes(n);
                }
            }
            workers.count(0);
            objects.increment();
            bytes.add(size);
            var found = new Sha256(HexFormat.of().formatHex(digest.digest()));
            long listed = held.version().map(Evidence.Version::size).orElse(size);
            if (!found.equals(object.sha256()) || size != object.size() || listed != object.size()) {
                findings.add(
                        Code.OBJECT_ALTERED,
                        held.key(),
                        object.size() + " bytes, " + object.sha256(),
                        size + " bytes, " + found + (listed == size ? "" : ", listed with " + listed + " bytes"));
                return Optional.empty();
            }
            if (options.contents() && !keep) {
                findings.add(
                        Code.CONTENTS_OTHER, held.key(), "at most " + Contents.LONGEST + " bytes", size + " bytes");
            }
            return keep ? Optional.of(kept) : Optional.empty();
        }

        private void inside(Source source, Held held, SealedObject object, byte[] bytes) {
            if (source == Source.RECONCILIATIONS) {
                try {
                    Reconciliation.gaps(bytes)
                            .ifPresent(gaps -> findings.add(
                                    Code.RECONCILIATION_GAP, held.key(), "nothing missing, unknown or broken", gaps));
                } catch (FormatException e) {
                    findings.add(Code.RECONCILIATION_GAP, held.key(), "a reconciliation", e.reason());
                }
            }
            if (options.contents()) {
                var expected = Contents.Counted.of(object);
                try {
                    var found = Contents.count(source, bytes);
                    if (!found.equals(expected)) {
                        findings.add(Code.CONTENTS_OTHER, held.key(), expected.toString(), found.toString());
                    }
                } catch (FormatException e) {
                    findings.add(Code.CONTENTS_OTHER, held.key(), expected.toString(), e.reason());
                }
            }
        }

        /**
         * Objects that no sound seal names: extra if a listing covers them, else pending. While a seal is missing or not to be
         * believed, as many of them as it named, by the totals around it, are taken to be its own.
         */
        private void unsealed(List<Held> sorted, List<ChainCheck> chains, Coverage coverage) {
            boolean tailBroken = chains.stream().anyMatch(ChainCheck::isTailBroken);
            var holesEnd = chains.stream().flatMap(c -> c.holesEnd().stream()).max(Comparator.naturalOrder());
            long inHoles = chains.stream().mapToLong(ChainCheck::inHoles).sum();
            var now = evidence.takenAt(); // Without it nobody knows how old an object is.
            var unaccounted = new ArrayList<Held>();
            for (var held : sorted) {
                if (held.sealed().isPresent()) {
                    continue;
                }
                if (held.isStrange()) {
                    findings.add(Code.OBJECT_EXTRA, held.key(), "an object", "something that is no file");
                    continue;
                }
                if (evidence.isVersioned() && held.version().isEmpty()) {
                    if (held.isHere(evidence)) {
                        findings.add(Code.OBJECT_EXTRA, held.key(), "a version in the listing", "none");
                    } else {
                        version(held);
                    }
                    continue;
                }
                var written = written(held);
                boolean maybeInHole = inHoles > 0 && holesEnd.isPresent() && !written.isAfter(holesEnd.get());
                var seen = coverage.at(held.key());
                if (seen.isPresent() && !written.isAfter(seen.get())) {
                    if (maybeInHole) {
                        unaccounted.add(held);
                        version(held);
                    } else {
                        findings.add(
                                Code.OBJECT_EXTRA,
                                held.key(),
                                "a seal that names it: its place was listed after " + seen.get(),
                                "none");
                    }
                    continue;
                }
                pending++;
                version(held);
                if (now.isPresent()
                        && !tailBroken
                        && !maybeInHole
                        && written.plus(PENDING).isBefore(now.get())) {
                    findings.add(
                            Code.PENDING_OLD,
                            held.key(),
                            "a seal within " + PENDING,
                            "none at " + now.get() + ", written " + written);
                }
            }
            if (unaccounted.size() > inHoles) {
                String hole = chains.stream()
                        .filter(c -> c.holesEnd().isPresent())
                        .map(ChainCheck::firstHole)
                        .findFirst()
                        .orElseThrow();
                findings.add(
                        Code.OBJECT_EXTRA,
                        hole,
                        "at most " + inHoles + " objects that only seals from this one on name, which are missing",
                        unaccounted.size() + ", the first "
                                + unaccounted.getFirst().key());
            }
        }

        /** When an object was written. Without a listing, the latest that its key allows without further reason. */
        private Instant written(Held held) {
            return held.version()
                    .map(Evidence.Version::lastModified)
                    .or(() -> ObjectKeys.parse(held.key())
                            .flatMap(ObjectKeys.Known::time)
                            .map(t -> t.plus(
                                    held.key().startsWith("events/")
                                                    || held.key().startsWith("reconciliations/")
                                            ? PENDING
                                            : Duration.ofDays(1).plus(PENDING))))
                    .orElse(Instant.EPOCH);
        }

        private void reconciliations(Unit.Id id, List<Held> sorted, boolean tailBroken) {
            if (sorted.isEmpty()) {
                if (!tailBroken) {
                    findings.add(Code.RECONCILIATION_SILENCE, id.prefix(), "a reconciliation", "none");
                }
                return;
            }
            Optional<Instant> before = Optional.empty();
            for (var held : sorted) {
                var time = ObjectKeys.parse(held.key())
                        .flatMap(ObjectKeys.Known::time)
                        .orElseThrow();
                if (before.isPresent() && isSilence(before.get(), time)) {
                    findings.add(
                            Code.RECONCILIATION_SILENCE,
                            held.key(),
                            "a reconciliation within " + RECONCILED + " of " + before.get(),
                            "none before " + time);
                }
                before = Optional.of(time);
            }
            if (evidence.takenAt().isPresent()
                    && !tailBroken
                    && isSilence(before.orElseThrow(), evidence.takenAt().get())) {
                findings.add(
                        Code.RECONCILIATION_SILENCE,
                        sorted.getLast().key(),
                        "a reconciliation within " + RECONCILED + " of the copy, made at "
                                + evidence.takenAt().get(),
                        "none after " + before.get());
            }
        }

        private static boolean isSilence(Instant one, Instant other) {
            return Duration.between(one, other).compareTo(RECONCILED) > 0;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has SHA-256: java.security.MessageDigest, "Every implementation".
            throw new IllegalStateException(e);
        }
    }
}
