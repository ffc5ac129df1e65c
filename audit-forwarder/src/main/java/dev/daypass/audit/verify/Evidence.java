package dev.daypass.audit.verify;

import dev.daypass.audit.seal.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/**
 * Where the evidence is read from: a folder, or the bucket. {@link #open} is called from several threads at the same time,
 * {@link #list} once.
 */
public interface Evidence {
    /** When the listing was made; empty where nobody knows. */
    Optional<Instant> takenAt();

    /** Whether {@link #list} gives versions; without them, versions, delete markers and locks go unchecked. */
    boolean isVersioned();

    /** Whether {@link #list} also gives, as {@link Bytes}, whatever can be opened. If not, every version can be. */
    boolean isWalked();

    /**
     * Gives everything there is, in any order, except that of the versions of a key that were written at the same time the newest
     * comes first, as S3 lists them.
     *
     * @throws FormatException if the listing itself cannot be read
     */
    void list(Listing listing) throws IOException, FormatException;

    /**
     * The bytes of one object. Called only for keys that {@link ObjectKeys} knows and that the listing gave.
     *
     * @param versionId which version; empty where none is known
     */
    InputStream open(String key, Optional<String> versionId) throws IOException;

    /** Takes what a listing gives. */
    @FunctionalInterface
    interface Listing {
        void add(Entry entry) throws FormatException;
    }

    /** One thing that a listing gives. */
    sealed interface Entry {
        String key();
    }

    /**
     * A version of an object.
     *
     * @param lockMode the mode of its retention, if it has one
     * @param retainUntil the end of its retention, if it has one
     */
    record Version(
            String key,
            String versionId,
            long size,
            Instant lastModified,
            Optional<String> lockMode,
            Optional<Instant> retainUntil)
            implements Entry {}

    /** A delete marker, which hides the versions before it. */
    record DeleteMarker(String key, String versionId) implements Entry {}

    /** Bytes in hand, of whatever version. */
    record Bytes(String key, long size) implements Entry {}

    /** Something that has a key's place and is no object: a symbolic link, a pipe. It is never opened. */
    record Strange(String key) implements Entry {}
}
