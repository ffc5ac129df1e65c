package dev.daypass.audit.verify;

import com.github.luben.zstd.Zstd;
import dev.daypass.audit.seal.Envelope;
import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.Head;
import dev.daypass.audit.seal.HeadJson;
import dev.daypass.audit.seal.LocalSigner;
import dev.daypass.audit.seal.Seal;
import dev.daypass.audit.seal.Seal.Range;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.Seal.Times;
import dev.daypass.audit.seal.Seal.Totals;
import dev.daypass.audit.seal.SealJson;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A copy of twelve minutes of evidence around midnight, that can be spoiled before it is written to a folder.
 *
 * <p>Seven sources, one of them always silent. Every minute is sealed, one of them empty; after midnight two days are listed. One object of
 * each event source arrives late, one is pending, and one lies where nothing was listed. The second key signs from seal 6 on;
 * all heads of PostgreSQL's chain are kept, of the others the newest. The reconciler runs every minute.
 */
final class SampleCopy {
    static final Place PLACE = new Place("eu-central-1", "111122223333");
    static final Instant START = Instant.parse("2026-11-22T23:53:00Z");
    static final int MINUTES = 12;
    static final Instant COPIED = at(MINUTES).plusSeconds(30);
    static final List<Source> SEALED = List.of(
            Source.POSTGRESQL,
            Source.VAULT_AUDIT,
            Source.MARIADB,
            Source.INTENTS,
            Source.ENDINGS,
            Source.CONFIGURATIONS,
            Source.RECONCILIATIONS);

    /** The chains whose objects there are. */
    static final List<Source> WITH_OBJECTS =
            SEALED.stream().filter(s -> s != Source.MARIADB).toList();

    static final LocalSigner FIRST_KEY = LocalSigner.generate();
    static final LocalSigner SECOND_KEY = LocalSigner.generate();
    static final LocalSigner FOREIGN_KEY = LocalSigner.generate();
    static final int ROTATED_AT = 6;
    private static final int EMPTY_MINUTE = 4;
    private static final int LATE_MINUTE = 9;

    /** Stands for a link; no object has such bytes. */
    private static final byte[] NO_FILE = {-1};

    final SortedMap<String, byte[]> files = new TreeMap<>();
    final List<Line> lines = new ArrayList<>();
    final Map<Source, NavigableMap<Long, Head>> heads = new EnumMap<>(Source.class);
    final Set<String> links = new HashSet<>();
    Instant copied = COPIED;
    boolean versioned = true;
    boolean withHeads = true;
    final Map<Source, List<String>> statements = new EnumMap<>(Source.class);

    /** Differs from the usual where a case wants it. */
    static final class Plan {
        /** The minutes at which a source's periods end; from 0. */
        final Map<Source, int[]> boundaries = new EnumMap<>(Source.class);

        final Set<Integer> runsLeftOut = new HashSet<>();
        final Map<Integer, String> runs = new TreeMap<>();
    }

    /** A line of the listing. */
    record Line(
            String key,
            String versionId,
            long size,
            Instant lastModified,
            Optional<String> lockMode,
            Optional<Instant> retainUntil,
            boolean deleteMarker) {
        String json() {
            String start = "{\"key\":\"" + key + "\",\"versionId\":\"" + versionId + "\"";
            String end = ",\"lastModified\":\"" + lastModified + "\",\"latest\":true";
            return deleteMarker
                    ? start + end + ",\"deleteMarker\":true}"
                    : start + ",\"size\":" + size + end
                            + lockMode.map(m -> ",\"lockMode\":\"" + m + "\"").orElse("")
                            + retainUntil
                                    .map(r -> ",\"retainUntil\":\"" + r + "\"")
                                    .orElse("") + "}";
        }

        Line lock(Optional<String> mode, Optional<Instant> until) {
            return new Line(key, versionId, size, lastModified, mode, until, deleteMarker);
        }

        Line key(String other) {
            return new Line(other, versionId, size, lastModified, lockMode, retainUntil, deleteMarker);
        }

        Line version(String other) {
            return new Line(key, other, size, lastModified, lockMode, retainUntil, deleteMarker);
        }

        Line size(long other) {
            return new Line(key, versionId, other, lastModified, lockMode, retainUntil, deleteMarker);
        }

        Line modified(Instant other) {
            return new Line(key, versionId, size, other, lockMode, retainUntil, deleteMarker);
        }

        Line marker() {
            return new Line(key, versionId + "-m", 0, lastModified, Optional.empty(), Optional.empty(), true);
        }
    }

    private record Made(SealedObject object, Instant written) {}

    static Instant at(int minute) {
        return START.plus(Duration.ofMinutes(minute));
    }

    /** A new one, that may be spoiled. */
    static SampleCopy clean() {
        return new SampleCopy(CLEAN);
    }

    private static final SampleCopy CLEAN = build(new Plan());

    private SampleCopy() {}

    private SampleCopy(SampleCopy other) {
        files.putAll(other.files);
        lines.addAll(other.lines);
        other.heads.forEach((source, own) -> heads.put(source, new TreeMap<>(own)));
        other.statements.forEach((source, own) -> statements.put(source, new ArrayList<>(own)));
    }

    List<String> statements(Source source) {
        return statements.computeIfAbsent(source, s -> new ArrayList<>());
    }

    NavigableMap<Long, Head> heads(Source source) {
        return heads.computeIfAbsent(source, s -> new TreeMap<>());
    }

    static SampleCopy build(Plan plan) {
        var copy = new SampleCopy();
        for (var source : SEALED) {
            copy.build(source, plan);
        }
        return copy;
    }

    private void build(Source source, Plan plan) {
        var made = objects(source, plan);
        int[] ends = plan.boundaries.getOrDefault(
                source, IntStream.rangeClosed(0, MINUTES).toArray());
        var totals = Totals.ZERO;
        var previous = Seal.NONE;
        var texts = statements(source);
        for (int n = 1; n < ends.length; n++) {
            var from = at(ends[n - 1]);
            var to = at(ends[n]);
            var listed = ranges(source, to);
            var objects = made.stream()
                    .filter(m -> m.written().isAfter(from) && !m.written().isAfter(to))
                    .map(Made::object)
                    .filter(o -> listed.stream()
                            .anyMatch(r ->
                                    r.after().compareTo(o.key()) < 0 && o.key().compareTo(r.until()) <= 0))
                    .sorted(Comparator.comparing(SealedObject::key))
                    .toList();
            totals = totals.plus(objects);
            var seal = new Seal(source, PLACE, n, previous, from, to, listed, objects, totals);
            texts.add(new String(SealJson.write(seal), StandardCharsets.UTF_8));
            String key = sealKey(source, n);
            write(source, n);
            lines.add(line(key, to.plusSeconds(8)));
            previous = Sha256.of(file(key));
            head(source, n);
        }
    }

    /** Signs the statement and puts it where it belongs, its size into the listing if it is listed. */
    private void write(Source source, int n) {
        put(sealKey(source, n), Envelope.sign(bytes(statements(source).get(n - 1)), signer(n)));
    }

    private void head(Source source, int n) {
        var own = heads(source);
        if (source != Source.POSTGRESQL) {
            own.clear();
        }
        var keys = n == ROTATED_AT
                ? List.of(FIRST_KEY.keyId(), SECOND_KEY.keyId())
                : List.of(signer(n).keyId());
        own.put(
                (long) n,
                new Head(
                        source,
                        PLACE,
                        n,
                        Sha256.of(file(sealKey(source, n))),
                        seal(source, n).to(),
                        keys));
    }

    static LocalSigner signer(int n) {
        return n < ROTATED_AT ? FIRST_KEY : SECOND_KEY;
    }

    private static List<Range> ranges(Source source, Instant to) {
        var days = new LinkedHashSet<String>();
        days.add(ObjectKey.day(source, PLACE, START));
        if (!to.isBefore(Instant.parse("2026-11-23T00:00:00Z"))) {
            days.add(ObjectKey.day(source, PLACE, to));
        }
        return days.stream().map(d -> new Range(d, d + "~")).toList();
    }

    private List<Made> objects(Source source, Plan plan) {
        var made = new ArrayList<Made>();
        for (int minute = 1; minute <= MINUTES; minute++) {
            var from = at(minute - 1);
            if (source == Source.RECONCILIATIONS) {
                if (!plan.runsLeftOut.contains(minute)) {
                    made.add(object(ObjectKey.reconciliation(PLACE, from), run(plan, minute), from, 5));
                }
            } else if (source != Source.MARIADB && minute != EMPTY_MINUTE) {
                switch (source) {
                    case INTENTS -> made.add(session(source, ObjectKey.intent(PLACE, id(source, from)), from));
                    case ENDINGS -> made.add(session(source, ObjectKey.ending(PLACE, id(source, from)), from));
                    case CONFIGURATIONS -> {
                        byte[] text = bytes("{\"grants\":[],\"minute\":" + minute + "}");
                        made.add(object(ObjectKey.configuration(Sha256.of(text)), text, from, 9));
                    }
                    default -> {
                        made.add(events(source, from.plusSeconds(5), from, minute));
                        made.add(events(source, from.plusSeconds(15), from, minute));
                        if (minute == LATE_MINUTE) {
                            made.add(events(source, at(2).plusSeconds(3), from, minute));
                        }
                    }
                }
            }
        }
        if (source.isEvents() && source != Source.MARIADB) {
            events(source, at(MINUTES).plusSeconds(3), at(MINUTES), 1); // no seal sees it yet
            events(source, START.minus(Duration.ofDays(3)), at(3), 2); // no listing looks there
        }
        return made;
    }

    private static SessionId id(Source source, Instant from) {
        return SessionId.create(from.plusMillis(source.code().length()), new SecureRandom());
    }

    private Made session(Source source, ObjectKey key, Instant from) {
        return object(key, bytes("{\"format\":\"daypass-" + source.code() + "/1\",\"at\":\"" + from + "\"}"), from, 9);
    }

    private static byte[] run(Plan plan, int minute) {
        return bytes(
                plan.runs.getOrDefault(
                        minute,
                        "{\"format\":\"daypass-reconciliation/1\",\"from\":\"" + at(minute - 2) + "\",\"to\":\""
                                + at(minute - 1)
                                + "\",\"sources\":[{\"source\":\"postgresql\",\"logEvents\":6,\"records\":6,\"missing\":0,\"unknown\":0}],"
                                + "\"findings\":[{\"code\":\"login_without_intent\",\"source\":\"postgresql\",\"object\":\"o\"}]}"));
    }

    private Made object(ObjectKey key, byte[] content, Instant from, int seconds) {
        return add(key.text(), content, from.plusSeconds(seconds), 1, 0, 0, Optional.empty());
    }

    private Made events(Source source, Instant earliest, Instant from, int minute) {
        var text = new StringBuilder();
        int redacted = 0;
        int unparsed = 0;
        for (int i = 0; i < 3; i++) {
            boolean pan = (minute + i) % 3 == 0;
            boolean odd = (minute + i) % 5 == 0;
            redacted += pan ? 2 : 0;
            unparsed += odd ? 1 : 0;
            text.append(event(source, earliest.plusMillis(7L * i), i, odd ? "unparsed" : "datastore.query", pan));
        }
        var key = ObjectKey.events(source, PLACE, earliest, Sha256.of(bytes(source + "" + earliest + minute)));
        return add(
                key.text(),
                zstd(text.toString()),
                from.plusSeconds(20),
                3,
                redacted,
                unparsed,
                Optional.of(new Times(earliest, earliest.plusMillis(14))));
    }

    static String event(Source source, Instant time, int index, String what, boolean pan) {
        return "{\"class_uid\":6005,\"raw_data\":\"SELECT 'ümlaut \\n' -- " + index + "\",\"daypass\":{\"source\":\""
                + source.code()
                + "\",\"who\":{\"user\":\"app\"},\"what\":\"" + what + "\",\"position\":{\"logGroup\":\"g\",\"time\":"
                + time.toEpochMilli()
                + ",\"index\":" + index + "}" + (pan ? ",\"redacted\":{\"pan\":1,\"cvv\":1}" : "") + "}}\n";
    }

    static byte[] zstd(String text) {
        return Zstd.compress(bytes(text), 3);
    }

    private Made add(
            String key,
            byte[] content,
            Instant written,
            long records,
            long redacted,
            long unparsed,
            Optional<Times> times) {
        put(key, content);
        var line = line(key, written);
        lines.add(line);
        return new Made(
                new SealedObject(
                        key, line.versionId(), Sha256.of(content), content.length, records, redacted, unparsed, times),
                written);
    }

    /** An object that no seal names. */
    void insert(String key, byte[] content, Instant written) {
        put(key, content);
        lines.add(line(key, written));
    }

    private Line line(String key, Instant written) {
        return new Line(
                key,
                "v" + Sha256.of(bytes(key)).hex().substring(0, 12),
                file(key).length,
                written,
                Optional.of("COMPLIANCE"),
                Optional.of(written.plus(Duration.ofDays(365))),
                false);
    }

    byte[] file(String key) {
        var bytes = files.get(key);
        if (bytes == null) {
            throw new IllegalArgumentException("no such file: " + key);
        }
        return bytes;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Puts the bytes and their size, so that the listing agrees with the folder. */
    void put(String key, byte[] content) {
        files.put(key, content);
        lines.replaceAll(l -> l.key().equals(key) && !l.deleteMarker() ? l.size(content.length) : l);
    }

    void remove(String key) {
        files.remove(key);
        lines.removeIf(l -> l.key().equals(key));
    }

    void line(String key, UnaryOperator<Line> change) {
        int at = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).key().equals(key))
                .findFirst()
                .orElseThrow();
        lines.set(at, change.apply(lines.get(at)));
    }

    Line line(String key) {
        return lines.stream().filter(l -> l.key().equals(key)).findFirst().orElseThrow();
    }

    static String sealKey(Source source, long n) {
        return ObjectKey.seal(source, PLACE, n).text();
    }

    int seals(Source source) {
        return statements(source).size();
    }

    Seal seal(Source source, int n) {
        try {
            return SealJson.read(bytes(statements(source).get(n - 1))).seal();
        } catch (FormatException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Changes the statement of a seal as its signer could, and chains and signs all after it anew. */
    void reseal(Source source, int n, UnaryOperator<String> change) {
        var texts = statements(source);
        String changed = change.apply(texts.get(n - 1));
        if (changed.equals(texts.get(n - 1))) {
            throw new IllegalStateException("nothing changed in " + changed);
        }
        texts.set(n - 1, changed);
        write(source, n);
        for (int next = n + 1; next <= texts.size(); next++) {
            String hash = Sha256.of(file(sealKey(source, next - 1))).toString();
            texts.set(
                    next - 1,
                    texts.get(next - 1).replaceFirst("\"previous\":\"[^\"]*\"", "\"previous\":\"" + hash + "\""));
            write(source, next);
        }
        for (var head : List.copyOf(heads(source).values())) {
            heads(source)
                    .put(
                            head.number(),
                            new Head(
                                    source,
                                    PLACE,
                                    head.number(),
                                    Sha256.of(file(sealKey(source, head.number()))),
                                    head.to(),
                                    head.keys()));
        }
    }

    /** Gives a sealed object other bytes, and makes its seal agree with them. */
    void replaceSealed(Source source, int n, String key, byte[] content) {
        var old = file(key);
        put(key, content);
        reseal(
                source,
                n,
                text -> text.replace(
                        Sha256.of(old) + "\",\"size\":" + old.length,
                        Sha256.of(content) + "\",\"size\":" + content.length));
    }

    /** The number of the seal that names it. */
    int sealOf(Source source, String key) {
        return IntStream.rangeClosed(1, seals(source))
                .filter(n ->
                        seal(source, n).objects().stream().anyMatch(o -> o.key().equals(key)))
                .findFirst()
                .orElseThrow();
    }

    /** Keys of a source's sealed objects, in the order in which they were sealed. */
    List<String> sealed(Source source) {
        return IntStream.rangeClosed(1, seals(source))
                .boxed()
                .flatMap(n -> seal(source, n).objects().stream())
                .map(SealedObject::key)
                .toList();
    }

    static String publicKeys() {
        return FIRST_KEY.publicPem() + SECOND_KEY.publicPem();
    }

    byte[] headsFile() {
        var out = new StringBuilder();
        for (var source : EnumSet.copyOf(heads.keySet())) {
            for (var head : heads(source).values()) {
                out.append(new String(HeadJson.write(head), StandardCharsets.UTF_8))
                        .append('\n');
            }
        }
        return bytes(out.toString());
    }

    /** Makes the folder hold this copy and nothing else, writing only what differs from what it holds. */
    void write(Folder folder) throws IOException {
        for (var key : List.copyOf(folder.held.keySet())) {
            if (!Arrays.equals(folder.held.get(key), files.get(key)) || links.contains(key)) {
                Files.delete(folder.path().resolve(key));
                folder.held.remove(key);
            }
        }
        for (var entry : files.entrySet()) {
            if (!folder.held.containsKey(entry.getKey())) {
                var file = folder.path().resolve(entry.getKey());
                Files.createDirectories(file.resolve("..").normalize());
                if (links.contains(entry.getKey())) {
                    Files.createSymbolicLink(file, Files.write(folder.target(), entry.getValue()));
                } else {
                    Files.write(file, entry.getValue());
                }
                folder.held.put(entry.getKey(), links.contains(entry.getKey()) ? NO_FILE : entry.getValue());
            }
        }
        var listing = folder.path().resolve(FolderCopy.VERSIONS);
        Files.deleteIfExists(listing);
        if (versioned) {
            var text = new StringBuilder(
                    "{\"format\":\"daypass-copy/1\",\"bucket\":\"audit\",\"copiedAt\":\"" + copied + "\"}\n");
            lines.forEach(line -> text.append(line.json()).append('\n'));
            Files.writeString(listing, text.toString());
        }
    }

    /** A folder for copies, one after the other. */
    record Folder(Path path, Path target, Map<String, byte[]> held) {
        static Folder in(Path parent) throws IOException {
            return new Folder(
                    Files.createDirectory(parent.resolve("copy")), parent.resolve("target-of-links"), new TreeMap<>());
        }
    }
}
