package dev.daypass.audit.reconcile.aws;

import dev.daypass.audit.store.LockedStore;
import dev.daypass.evidence.ObjectKey;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.paginators.ListObjectVersionsIterable;

/**
 * A bucket in memory, as far as the reconciler may use one: versions are listed, two keys a page, and read by their id. Any other request
 * is refused by the interface's own defaults.
 */
final class OneBucket implements S3Client, LockedStore {
    static final String NAME = "evidence";

    final TreeMap<String, byte[]> objects = new TreeMap<>();
    private int gets;

    int gets() {
        return gets;
    }

    static String version(String key) {
        return "version of " + key;
    }

    @Override
    public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        gets++;
        byte[] bytes = objects.get(request.key());
        if (bytes == null
                || !NAME.equals(request.bucket())
                || !version(request.key()).equals(request.versionId())) {
            throw new IllegalStateException("no such version: " + request);
        }
        try {
            return transformer.transform(
                    GetObjectResponse.builder().build(), AbortableInputStream.create(new ByteArrayInputStream(bytes)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public ResponseBytes<GetObjectResponse> getObjectAsBytes(GetObjectRequest request) {
        return getObject(request, ResponseTransformer.toBytes());
    }

    @Override
    public ListObjectVersionsIterable listObjectVersionsPaginator(ListObjectVersionsRequest request) {
        return new ListObjectVersionsIterable(this, request);
    }

    @Override
    public ListObjectVersionsResponse listObjectVersions(ListObjectVersionsRequest request) {
        var after = Optional.ofNullable(request.keyMarker()).orElse("");
        var entries = new TreeSet<String>();
        for (var key : objects.keySet()) {
            if (key.startsWith(request.prefix())) {
                int slash = request.delimiter() == null
                        ? -1
                        : key.indexOf('/', request.prefix().length());
                entries.add(slash < 0 ? key : key.substring(0, slash + 1));
            }
        }
        var page = entries.tailSet(after, false).stream().limit(2).toList();
        boolean more = entries.tailSet(after, false).size() > page.size();
        return ListObjectVersionsResponse.builder()
                .isTruncated(more)
                .nextKeyMarker(more ? page.getLast() : null)
                .versions(page.stream()
                        .filter(objects::containsKey)
                        .map(k -> ObjectVersion.builder()
                                .key(k)
                                .versionId(version(k))
                                .build())
                        .toList())
                .commonPrefixes(page.stream()
                        .filter(k -> !objects.containsKey(k))
                        .map(k -> CommonPrefix.builder().prefix(k).build())
                        .toList())
                .deleteMarkers(List.of())
                .build();
    }

    @Override
    public boolean create(ObjectKey key, byte[] bytes, String contentType, Map<String, String> metadata) {
        return objects.putIfAbsent(key.text(), bytes) == null;
    }

    @Override
    public Optional<byte[]> only(ObjectKey key) {
        return Optional.ofNullable(objects.get(key.text()));
    }

    @Override
    public String serviceName() {
        return "s3";
    }

    @Override
    public void close() {}
}
