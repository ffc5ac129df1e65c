package dev.daypass.cli.audit;

import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.verify.Evidence;
import dev.daypass.cli.audit.BucketVersions.KeyVersions;
import dev.daypass.cli.audit.BucketVersions.Lock;
import dev.daypass.cli.console.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The bucket itself as evidence: its versions, each one's lock, and bytes by version. Seals are listed before the rest, so that what a
 * seal names was written before it was looked for. Reading is thread-safe.
 */
final class BucketEvidence implements Evidence {
    /** Keys whose locks are asked for at the same time. */
    private static final int CHUNK = 500;

    private final BucketVersions versions;
    private final Instant begun;

    /** @param begun when the listing is made, or shortly before */
    BucketEvidence(BucketVersions versions, Instant begun) {
        this.versions = versions;
        this.begun = begun;
    }

    @Override
    public Optional<Instant> takenAt() {
        return Optional.of(begun);
    }

    @Override
    public boolean isVersioned() {
        return true;
    }

    @Override
    public boolean isWalked() {
        return false;
    }

    @Override
    public void list(Listing listing) throws IOException, FormatException {
        var chunk = new ArrayList<KeyVersions>();
        var refused = new ArrayList<FormatException>();
        try {
            versions.sealsFirst(List.of(""), key -> {
                chunk.add(key);
                if (chunk.size() >= CHUNK) {
                    give(chunk, listing, refused);
                }
            });
            give(chunk, listing, refused);
        } catch (SdkException | Failure e) {
            throw new IOException(e.getMessage(), e);
        }
        if (!refused.isEmpty()) {
            throw refused.getFirst();
        }
    }

    private void give(List<KeyVersions> chunk, Listing listing, List<FormatException> refused)
            throws Failure, IOException {
        for (var entries : Parallel.map(chunk, this::entries)) {
            for (var entry : entries) {
                try {
                    listing.add(entry);
                } catch (FormatException e) {
                    refused.add(e);
                }
            }
        }
        chunk.clear();
    }

    private List<Entry> entries(KeyVersions key) {
        var entries = new ArrayList<Entry>();
        for (var version : key.versions()) {
            if (version.deleteMarker()) {
                entries.add(new DeleteMarker(version.key(), version.versionId()));
            } else {
                var lock = versions.lock(version.key(), version.versionId());
                entries.add(new Version(
                        version.key(),
                        version.versionId(),
                        version.size(),
                        version.lastModified(),
                        lock.map(Lock::mode),
                        lock.map(Lock::retainUntil)));
            }
        }
        return entries;
    }

    @Override
    public InputStream open(String key, Optional<String> versionId) throws IOException {
        try {
            return versions.open(key, versionId.orElseThrow(() -> new IOException("no version of " + key)));
        } catch (SdkException e) {
            throw new IOException(key + ": " + e.getMessage(), e);
        }
    }
}
