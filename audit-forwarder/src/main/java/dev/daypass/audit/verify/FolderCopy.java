package dev.daypass.audit.verify;

import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.OrderedJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the bucket in a folder: {@code docs/record.md}, "A copy". Symbolic links in it are never followed, and nothing
 * outside of it is opened, whatever its listing says. Thread-safe.
 */
public final class FolderCopy implements Evidence {
    /** The listing's name, which is no key. */
    public static final String VERSIONS = "versions.ndjson";

    private static final String FORMAT = "daypass-copy/1";

    /** A key has at most 1,024 bytes, so a line of the listing that is longer than this is none. */
    private static final int LONGEST_LINE = 16 * 1024;

    private final Path folder;
    private final boolean versioned;
    private final Optional<Instant> copiedAt;

    private FolderCopy(Path folder, boolean versioned, Optional<Instant> copiedAt) {
        this.folder = folder;
        this.versioned = versioned;
        this.copiedAt = copiedAt;
    }

    /**
     * The copy in this folder, with its listing if it has one.
     *
     * @throws IOException if there is no such folder or it cannot be read
     * @throws FormatException if the listing does not begin as one
     */
    public static FolderCopy of(Path folder) throws IOException, FormatException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        var root = folder.toRealPath();
        var versions = root.resolve(VERSIONS);
        if (Files.notExists(versions, LinkOption.NOFOLLOW_LINKS)) {
            return new FolderCopy(root, false, Optional.empty());
        }
        try (var lines = new Lines(versions)) {
            byte[] first = lines.next();
            if (first == null) {
                throw new FormatException(VERSIONS + " is empty");
            }
            return new FolderCopy(root, true, Optional.of(copiedAt(first)));
        }
    }

    private static Instant copiedAt(byte[] line) throws FormatException {
        try (var json = OrderedJson.of(line)) {
            json.beginObject();
            json.member("format").exactly(FORMAT);
            json.member("bucket").text();
            var at = json.member("copiedAt").instant();
            json.endObject();
            json.end();
            return at;
        } catch (FormatException e) {
            throw new FormatException(VERSIONS + ", line 1: " + e.reason());
        }
    }

    @Override
    public Optional<Instant> takenAt() {
        return copiedAt;
    }

    @Override
    public boolean isVersioned() {
        return versioned;
    }

    @Override
    public boolean isWalked() {
        return true;
    }

    @Override
    public void list(Listing listing) throws IOException, FormatException {
        if (versioned) {
            try (var lines = new Lines(folder.resolve(VERSIONS))) {
                lines.next();
                for (byte[] line = lines.next(); line != null; line = lines.next()) {
                    try {
                        listing.add(entry(line));
                    } catch (FormatException e) {
                        throw new FormatException(VERSIONS + ", line " + lines.number + ": " + e.reason());
                    }
                }
            }
        }
        var walk = new Walk(listing);
        Files.walkFileTree(folder, walk);
        if (walk.refused.isPresent()) {
            throw walk.refused.get();
        }
    }

    private static Entry entry(byte[] line) throws FormatException {
        try (var json = OrderedJson.of(line)) {
            json.beginObject();
            String key = json.member("key").text();
            String versionId = json.member("versionId").text();
            boolean version = json.has("size");
            long size = version ? json.count() : 0;
            var lastModified = json.member("lastModified").instant();
            json.member("latest").flag();
            Optional<String> lockMode = Optional.empty();
            Optional<Instant> retainUntil = Optional.empty();
            if (version) {
                lockMode = json.has("lockMode") ? Optional.of(json.text()) : Optional.empty();
                retainUntil = json.has("retainUntil") ? Optional.of(json.instant()) : Optional.empty();
            } else if (!json.member("deleteMarker").flag()) {
                throw new FormatException("deleteMarker is not true");
            }
            json.endObject();
            json.end();
            return version
                    ? new Version(key, versionId, size, lastModified, lockMode, retainUntil)
                    : new DeleteMarker(key, versionId);
        }
    }

    @Override
    public InputStream open(String key, Optional<String> versionId) throws IOException {
        var file = folder.resolve(key).normalize();
        // The verifier asks for well-formed keys only; this holds even if somebody else asks.
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw new IOException("not a key: " + key);
        }
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** A file's lines as bytes, one in memory at a time. */
    private static final class Lines implements AutoCloseable {
        private final InputStream in;
        private int number;

        Lines(Path file) throws IOException {
            in = new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), 1 << 16);
        }

        byte @Nullable [] next() throws IOException, FormatException {
            number++;
            var line = new ByteArrayOutputStream(512);
            int c = in.read();
            if (c < 0) {
                return null;
            }
            while (c >= 0 && c != '\n') {
                if (line.size() == LONGEST_LINE) {
                    throw new FormatException(VERSIONS + ", line " + number + " is too long");
                }
                line.write(c);
                c = in.read();
            }
            return line.toByteArray();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    private final class Walk extends SimpleFileVisitor<Path> {
        private final Listing listing;
        private Optional<FormatException> refused = Optional.empty();

        Walk(Listing listing) {
            this.listing = listing;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String key = folder.relativize(file).toString().replace(File.separatorChar, '/');
            if (key.equals(VERSIONS)) {
                return FileVisitResult.CONTINUE;
            }
            try {
                listing.add(attributes.isRegularFile() ? new Bytes(key, attributes.size()) : new Strange(key));
                return FileVisitResult.CONTINUE;
            } catch (FormatException e) {
                refused = Optional.of(e);
                return FileVisitResult.TERMINATE;
            }
        }
    }
}
