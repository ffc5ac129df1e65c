package dev.daypass.audit.store;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * {@link LockedStore} in an S3 bucket with Object Lock and a default retention. Objects are single PUTs, since the bucket's policy
 * wants them conditional, and have no retention of their own: the writers hold no such right. Thread-safe.
 */
public final class S3LockedStore implements LockedStore {
    // S3 API Reference, PutObject, If-None-Match: 412 if the key exists, 409 if another write to it is under way
    private static final int EXISTS = 412;
    private static final int CONFLICT = 409;
    private static final int CONFLICTS = 5;

    private final S3Client s3;
    private final String bucket;

    public S3LockedStore(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    @Override
    public boolean create(ObjectKey key, byte[] bytes, String contentType, Map<String, String> metadata) {
        String checksum = Base64.getEncoder().encodeToString(Sha256.of(bytes).bytes());
        for (int conflicts = 0; ; conflicts++) {
            try {
                s3.putObject(
                        put -> put.bucket(bucket)
                                .key(key.text())
                                .ifNoneMatch("*")
                                .contentType(contentType)
                                .checksumSHA256(checksum)
                                .metadata(metadata),
                        RequestBody.fromBytes(bytes));
                return true;
            } catch (S3Exception e) {
                if (e.statusCode() == EXISTS) {
                    return false;
                }
                if (e.statusCode() != CONFLICT || conflicts == CONFLICTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Optional<byte[]> only(ObjectKey key) {
        var listed = s3.listObjectVersions(list -> list.bucket(bucket).prefix(key.text()));
        var versions = listed.versions().stream()
                .filter(v -> v.key().equals(key.text()))
                .toList();
        boolean deleted = listed.deleteMarkers().stream().anyMatch(d -> d.key().equals(key.text()));
        if (versions.size() > 1 || deleted) {
            throw new IllegalStateException(key + " has " + versions.size() + " versions"
                    + (deleted ? " and a delete marker" : "") + "; an object of the record has one");
        }
        return versions.isEmpty()
                ? Optional.empty()
                : Optional.of(s3.getObjectAsBytes(get -> get.bucket(bucket)
                                .key(key.text())
                                .versionId(versions.getFirst().versionId()))
                        .asByteArrayUnsafe());
    }
}
