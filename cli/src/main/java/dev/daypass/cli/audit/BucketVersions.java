package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A bucket's versions and delete markers, and the lock of each. It asks for what a reader has: {@code s3:ListBucketVersions},
 * {@code s3:GetObjectVersion}, {@code s3:GetObjectRetention}. Thread-safe.
 */
final class BucketVersions {
    private static final Comparator<Version> BY_KEY =
            Comparator.comparing(version -> version.key().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private static final String SEALS = "seals/";

    private final S3Client s3;
    private final String bucket;

    BucketVersions(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    /** One version, or one delete marker (which has no size). */
    record Version(
            String key, String versionId, long size, Instant lastModified, boolean latest, boolean deleteMarker) {}

    /** All that there is under one key, newest first; delete markers after the versions. */
    record KeyVersions(String key, List<Version> versions) {
        /** The earliest version that is not a delete marker. */
        Optional<Version> earliest() {
            // S3 lists the versions of a key from the newest to the oldest.
            return versions.reversed().stream()
                    .filter(version -> !version.deleteMarker())
                    .findFirst();
        }
    }

    /** How long S3 keeps a version from everybody. */
    record Lock(String mode, Instant retainUntil) {}

    /** What is done with each key. */
    interface KeyVisitor {
        void visit(KeyVersions key) throws Failure, IOException;
    }

    /** All keys that begin with the prefix, in the order of their UTF-8 bytes. */
    void forEachKey(String prefix, KeyVisitor visitor) throws Failure, IOException {
        var held = new ArrayList<Version>();
        @Nullable String keyMarker = null;
        @Nullable String versionMarker = null;
        while (true) {
            var page = s3.listObjectVersions(request(prefix)
                    .keyMarker(keyMarker)
                    .versionIdMarker(versionMarker)
                    .build());
            for (var version : sorted(page)) {
                if (!held.isEmpty() && !held.getFirst().key().equals(version.key())) {
                    visitor.visit(key(held));
                    held.clear();
                }
                held.add(version);
            }
            if (!Boolean.TRUE.equals(page.isTruncated())) {
                break;
            }
            keyMarker = page.nextKeyMarker();
            versionMarker = page.nextVersionIdMarker();
            if (keyMarker == null) {
                throw Failure.couldNot("the endpoint lists a part of the bucket and does not say where to go on");
            }
        }
        if (!held.isEmpty()) {
            visitor.visit(key(held));
        }
    }

    /**
     * All keys of some prefixes, seals before the rest. The bucket may grow in the meantime: what a seal names was there before the seal,
     * so that a listing which comes after the seals' has it.
     */
    void sealsFirst(List<String> prefixes, KeyVisitor visitor) throws Failure, IOException {
        for (var prefix : prefixes) {
            if (prefix.startsWith(SEALS) || SEALS.startsWith(prefix)) {
                forEachKey(prefix.startsWith(SEALS) ? prefix : SEALS, visitor);
            }
        }
        for (var prefix : prefixes) {
            if (!prefix.startsWith(SEALS)) {
                forEachKey(prefix, key -> {
                    if (!key.key().startsWith(SEALS)) {
                        visitor.visit(key);
                    }
                });
            }
        }
    }

    /** The first key after another one, in a prefix. */
    Optional<String> keyAfter(String prefix, String after) {
        return sorted(s3.listObjectVersions(
                        request(prefix).keyMarker(after).maxKeys(1).build()))
                .stream()
                .map(Version::key)
                .findFirst();
    }

    /** The names directly below a prefix that ends in a slash. */
    List<String> folders(String prefix) {
        var names = new ArrayList<String>();
        s3.listObjectVersionsPaginator(request(prefix).delimiter("/").build())
                .forEach(page -> page.commonPrefixes().stream()
                        .map(CommonPrefix::prefix)
                        .map(text -> text.substring(prefix.length(), text.length() - 1))
                        .forEach(names::add));
        return names;
    }

    /** The bytes of a version, with its lock when S3 tells it. */
    ResponseInputStream<GetObjectResponse> open(String key, String versionId) {
        return s3.getObject(
                request -> request.bucket(bucket).key(key).versionId(versionId).build());
    }

    /** The lock of a version that is not read. */
    Optional<Lock> lock(String key, String versionId) {
        HeadObjectResponse head = s3.headObject(
                request -> request.bucket(bucket).key(key).versionId(versionId).build());
        return lock(key, versionId, head.objectLockModeAsString(), head.objectLockRetainUntilDate());
    }

    /** The lock of a version that was read. */
    Optional<Lock> lock(String key, String versionId, GetObjectResponse got) {
        return lock(key, versionId, got.objectLockModeAsString(), got.objectLockRetainUntilDate());
    }

    /** S3 leaves these headers out both when there is no lock and when the reader may not know; then it is asked directly. */
    private Optional<Lock> lock(String key, String versionId, @Nullable String mode, @Nullable Instant until) {
        if (mode != null && until != null) {
            return Optional.of(new Lock(mode, until));
        }
        try {
            var retention = s3.getObjectRetention(request ->
                            request.bucket(bucket).key(key).versionId(versionId).build())
                    .retention();
            return retention == null || retention.modeAsString() == null || retention.retainUntilDate() == null
                    ? Optional.empty()
                    : Optional.of(new Lock(retention.modeAsString(), retention.retainUntilDate()));
        } catch (S3Exception e) {
            String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
            if (code.equals("NoSuchObjectLockConfiguration")
                    || code.equals("ObjectLockConfigurationNotFoundError")
                    || e.statusCode() == 400 && code.equals("InvalidRequest")) { // a bucket without Object Lock
                return Optional.empty();
            }
            throw e;
        }
    }

    private ListObjectVersionsRequest.Builder request(String prefix) {
        // A key may hold characters that XML cannot: url encoding, which the SDK takes off again.
        return ListObjectVersionsRequest.builder().bucket(bucket).prefix(prefix).encodingType(EncodingType.URL);
    }

    private static KeyVersions key(List<Version> held) {
        return new KeyVersions(held.getFirst().key(), List.copyOf(held));
    }

    private static List<Version> sorted(ListObjectVersionsResponse page) {
        var all = new ArrayList<Version>();
        page.versions()
                .forEach(version -> all.add(new Version(
                        version.key(),
                        version.versionId(),
                        version.size(),
                        version.lastModified(),
                        Boolean.TRUE.equals(version.isLatest()),
                        false)));
        page.deleteMarkers()
                .forEach(marker -> all.add(new Version(
                        marker.key(),
                        marker.versionId(),
                        0,
                        marker.lastModified(),
                        Boolean.TRUE.equals(marker.isLatest()),
                        true)));
        all.sort(BY_KEY); // stable: the order within a key stays
        return all;
    }
}
