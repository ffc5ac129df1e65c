package dev.daypass.cli.audit;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.cli.audit.BucketVersions.KeyVersions;
import dev.daypass.cli.audit.BucketVersions.Lock;
import dev.daypass.cli.audit.BucketVersions.Version;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Makes a copy as docs/record.md lays it out. What an earlier run has copied stays, where its version and size are still
 * those of the bucket: a journal of finished downloads stands in a folder of its own until the copy is whole.
 */
final class BucketCopy {
    private static final String LISTING = "versions.ndjson";
    /** No key has this name's file: {@link ObjectFile} refuses what begins with a dot. */
    private static final String WORK = ".daypass-copy";
    /** Keys whose objects are fetched at the same time; their lines wait for one another. */
    private static final int CHUNK = 500;

    private final BucketVersions versions;
    private final Path folder;
    private final Path work;
    private final Progress progress;
    private final Consumer<String> complaints;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, String> finished = new HashMap<>();
    private final AtomicLong parts = new AtomicLong();

    /** @param complaints hears of each object that no file could be made for */
    BucketCopy(BucketVersions versions, Path folder, Progress progress, Consumer<String> complaints) {
        this.versions = versions;
        this.folder = folder;
        this.work = folder.resolve(WORK);
        this.progress = progress;
        this.complaints = complaints;
    }

    /** What came of it: objects that are in the folder, how many of them were there before, and those without a file. */
    record Result(long objects, long kept, long withoutFile) {}

    /**
     * Copies.
     *
     * @param bucket its name, for the listing
     * @param prefixes how the keys begin that are copied; one empty text for all
     * @param begun when: nothing that is written later is missed by a check of the copy
     */
    Result run(String bucket, List<String> prefixes, Instant begun) throws Failure, IOException {
        Files.createDirectories(work);
        remember();
        Path listing = work.resolve(LISTING);
        long[] counts = new long[3];
        try (var lines = Files.newBufferedWriter(listing);
                var journal = Files.newBufferedWriter(
                        work.resolve("journal"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            write(
                    lines,
                    json.createObjectNode()
                            .put("format", "daypass-copy/1")
                            .put("bucket", bucket)
                            .put("copiedAt", begun.toString()));
            var chunk = new Chunk(lines, journal, counts);
            versions.sealsFirst(prefixes, chunk::add);
            chunk.flush();
        }
        Files.move(listing, folder.resolve(LISTING), StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(work.resolve("previous"));
        Files.deleteIfExists(work.resolve("journal"));
        Files.delete(work);
        progress.done();
        return new Result(counts[0], counts[1], counts[2]);
    }

    /** Keys whose versions wait for being copied. */
    private final class Chunk {
        private final BufferedWriter lines;
        private final BufferedWriter journal;
        private final long[] counts;
        private final List<KeyVersions> keys = new ArrayList<>();

        Chunk(BufferedWriter lines, BufferedWriter journal, long[] counts) {
            this.lines = lines;
            this.journal = journal;
            this.counts = counts;
        }

        void add(KeyVersions key) throws Failure, IOException {
            keys.add(key);
            if (keys.size() >= CHUNK) {
                flush();
            }
        }

        void flush() throws Failure, IOException {
            var placed = new HashSet<Path>();
            var tasks = new ArrayList<Task>();
            for (var key : keys) {
                tasks.add(new Task(key, place(key, placed)));
            }
            for (var copied : Parallel.map(tasks, task -> copy(task.key(), task.file(), journal))) {
                for (var line : copied.lines()) {
                    write(lines, line);
                }
                switch (copied.place()) {
                    case FETCHED -> counts[0]++;
                    case KEPT -> {
                        counts[0]++;
                        counts[1]++;
                    }
                    case WITHOUT_FILE -> {
                        counts[2]++;
                        complaints.accept(Printable.of(copied.key()));
                    }
                    case ONLY_MARKERS -> {}
                }
            }
            keys.clear();
        }
    }

    private enum Outcome {
        FETCHED,
        KEPT,
        WITHOUT_FILE,
        ONLY_MARKERS
    }

    /** A key, and its object's file if it can have one. */
    private record Task(KeyVersions key, Optional<Path> file) {}

    private record Copied(String key, List<ObjectNode> lines, Outcome place) {}

    /** Decided in the order of the keys, in which {@code a} comes before {@code a/b}: nobody takes a file's place by a longer key. */
    private Optional<Path> place(KeyVersions key, Set<Path> placed) throws IOException {
        var file = ObjectFile.of(folder, key.key());
        if (key.earliest().isEmpty() || file.isEmpty()) {
            return Optional.empty();
        }
        for (Path above = file.get().getParent();
                above != null && above.startsWith(folder);
                above = above.getParent()) {
            if (placed.contains(above)) {
                return Optional.empty();
            }
        }
        placed.add(file.get());
        return canStand(file.get()) ? file : Optional.empty();
    }

    private Copied copy(KeyVersions key, Optional<Path> file, BufferedWriter journal) throws Failure, IOException {
        var outcome = Outcome.ONLY_MARKERS;
        var lines = new ArrayList<ObjectNode>();
        for (var version : key.versions()) {
            Optional<Lock> lock;
            if (version.deleteMarker()) {
                lock = Optional.empty();
            } else if (key.earliest().filter(version::equals).isPresent()) {
                if (file.isEmpty()) {
                    outcome = Outcome.WITHOUT_FILE;
                    lock = versions.lock(version.key(), version.versionId());
                } else if (isFinished(version, file.get())) {
                    outcome = Outcome.KEPT;
                    lock = versions.lock(version.key(), version.versionId());
                } else {
                    outcome = Outcome.FETCHED;
                    lock = fetch(version, file.get(), journal);
                }
                progress.object(version.size());
            } else {
                lock = versions.lock(version.key(), version.versionId());
            }
            lines.add(line(version, lock));
        }
        return new Copied(key.key(), lines, outcome);
    }

    /** Makes the file's folder; not where a file stands in its way, or a link leads out of the copy. */
    private boolean canStand(Path file) throws IOException {
        try {
            Path parent = file.getParent();
            if (parent == null) {
                return false;
            }
            Files.createDirectories(parent);
            return parent.toRealPath().startsWith(folder.toRealPath())
                    && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            return false;
        }
    }

    private boolean isFinished(Version version, Path file) throws IOException {
        return version.versionId().equals(finished.get(version.key()))
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == version.size();
    }

    private Optional<Lock> fetch(Version version, Path file, BufferedWriter journal) throws Failure, IOException {
        Path part = work.resolve("part-" + parts.incrementAndGet());
        try (var in = versions.open(version.key(), version.versionId())) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            if (Files.size(part) != version.size()) {
                throw Failure.unanswered(Printable.of(version.key()) + " came with " + Files.size(part)
                        + " bytes and is listed with " + version.size());
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            synchronized (journal) {
                write(journal, json.createObjectNode().put("key", version.key()).put("versionId", version.versionId()));
                journal.flush();
            }
            return versions.lock(version.key(), version.versionId(), in.response());
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private ObjectNode line(Version version, Optional<Lock> lock) {
        var line = json.createObjectNode();
        line.put("key", version.key());
        line.put("versionId", version.versionId());
        if (!version.deleteMarker()) {
            line.put("size", version.size());
        }
        line.put("lastModified", version.lastModified().toString());
        line.put("latest", version.latest());
        if (version.deleteMarker()) {
            line.put("deleteMarker", true);
        }
        lock.ifPresent(held -> line.put("lockMode", held.mode())
                .put("retainUntil", held.retainUntil().toString()));
        return line;
    }

    /** What earlier runs finished: a whole copy's listing, and the journal of one that was broken off. */
    private void remember() throws IOException {
        Path whole = folder.resolve(LISTING);
        if (Files.exists(whole)) {
            // From here on the folder is no whole copy, and must not look like one.
            Files.move(whole, work.resolve("previous"), StandardCopyOption.REPLACE_EXISTING);
        }
        try (var parts = Files.newDirectoryStream(work, "part-*")) {
            for (Path part : parts) {
                Files.delete(part);
            }
        }
        // Within a key a listing goes from the newest version to the oldest, so that the last one counts, as it does in
        // a journal.
        for (var name : List.of("previous", "journal")) {
            Path file = work.resolve(name);
            if (Files.exists(file)) {
                try (var lines = Files.newBufferedReader(file)) {
                    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                        remember(line);
                    }
                }
            }
        }
    }

    private void remember(String line) {
        try {
            var version = json.readTree(line);
            if (version.has("key") && !version.has("deleteMarker")) {
                finished.put(
                        version.path("key").asText(), version.path("versionId").asText());
            }
        } catch (JacksonException e) {
            // the line that was being written when the run was broken off: its object is fetched again
        }
    }

    private static void write(BufferedWriter writer, ObjectNode line) throws IOException {
        writer.write(line.toString());
        writer.write('\n');
    }
}
