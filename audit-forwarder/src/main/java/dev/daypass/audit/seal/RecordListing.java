package dev.daypass.audit.seal;

import dev.daypass.audit.seal.Seal.Range;
import dev.daypass.digest.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is in the locked bucket, as the bucket itself says; a sealer believes nobody else. */
public interface RecordListing {
    /**
     * Every version and delete marker of the range's keys, in the order of the keys; but for keys whose only version was there by
     * {@code since}: those were seen before.
     */
    List<Entry> list(Range range, Instant since);

    /** The first key after this one that begins with the prefix. */
    Optional<String> next(String prefix, String after);

    /** Of one version. */
    Facts facts(String key, String versionId);

    /**
     * @param key the key
     * @param versionId the version
     * @param size in bytes; 0 for a delete marker
     * @param lastModified when the store took it, in whole seconds
     * @param isDeleteMarker whether it is one
     */
    record Entry(String key, String versionId, long size, Instant lastModified, boolean isDeleteMarker) {}

    /**
     * @param sha256 as the store checked it at the writing
     * @param metadata what the writer said about it
     */
    record Facts(Sha256 sha256, Map<String, String> metadata) {}
}
