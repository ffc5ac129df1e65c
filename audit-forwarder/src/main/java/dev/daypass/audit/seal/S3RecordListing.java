package dev.daypass.audit.seal;

import dev.daypass.audit.seal.Seal.Range;
import dev.daypass.digest.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;

/** {@link RecordListing} of an S3 bucket. Thread-safe. */
public final class S3RecordListing implements RecordListing {
    private final S3Client s3;
    private final String bucket;

    public S3RecordListing(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    @Override
    public List<Entry> list(Range range, Instant since) {
        String prefix = common(range);
        var entries = new ArrayList<Entry>();
        var key = new ArrayList<Entry>();
        for (var page : s3.listObjectVersionsPaginator(
                r -> r.bucket(bucket).prefix(prefix).keyMarker(range.after()).encodingType(EncodingType.URL))) {
            for (var entry : inOrder(page)) {
                if (RangeCheck.KEYS.compare(entry.key(), range.until()) > 0) {
                    keep(key, since, entries);
                    return entries;
                }
                if (!key.isEmpty() && !key.getFirst().key().equals(entry.key())) {
                    keep(key, since, entries);
                    key.clear();
                }
                if (RangeCheck.holds(range, entry.key())) {
                    key.add(entry);
                }
            }
        }
        keep(key, since, entries);
        return entries;
    }

    /** Versions and delete markers come in two lists. */
    private static List<Entry> inOrder(ListObjectVersionsResponse page) {
        return Stream.concat(
                        page.versions().stream()
                                .map(v -> new Entry(v.key(), v.versionId(), v.size(), v.lastModified(), false)),
                        page.deleteMarkers().stream()
                                .map(m -> new Entry(m.key(), m.versionId(), 0, m.lastModified(), true)))
                .sorted(Comparator.comparing(Entry::key, RangeCheck.KEYS).thenComparing(Entry::lastModified))
                .toList();
    }

    private static void keep(List<Entry> key, Instant since, List<Entry> entries) {
        boolean isKnown = key.size() == 1
                && !key.getFirst().isDeleteMarker()
                && !key.getFirst().lastModified().isAfter(since);
        if (!isKnown) {
            entries.addAll(key);
        }
    }

    @Override
    public Optional<String> next(String prefix, String after) {
        var page = s3.listObjectVersions(
                r -> r.bucket(bucket).prefix(prefix).keyMarker(after).maxKeys(1).encodingType(EncodingType.URL));
        // A delete marker counts: whoever reads what is under it will say what is wrong with it.
        return Stream.concat(
                        page.versions().stream().map(v -> v.key()),
                        page.deleteMarkers().stream().map(m -> m.key()))
                .findFirst();
    }

    @Override
    public Facts facts(String key, String versionId) {
        var head = s3.headObject(
                r -> r.bucket(bucket).key(key).versionId(versionId).checksumMode(ChecksumMode.ENABLED));
        String checksum = head.checksumSHA256();
        var sha256 = checksum == null
                ? digest(key, versionId)
                : new Sha256(HexFormat.of().formatHex(Base64.getDecoder().decode(checksum)));
        return new Facts(sha256, head.metadata());
    }

    /** Of an object whose writer gave no checksum; it may be of any size. */
    private Sha256 digest(String key, String versionId) {
        try (var in = s3.getObject(r -> r.bucket(bucket).key(key).versionId(versionId))) {
            var digest = MessageDigest.getInstance("SHA-256");
            in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return new Sha256(HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new UncheckedIOException(key + " cannot be read", e);
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has SHA-256: java.security.MessageDigest, "Every implementation".
            throw new IllegalStateException(e);
        }
    }

    /** What all keys of a range begin with, so that the store is not asked for others. */
    private static String common(Range range) {
        int length = 0;
        int most = Math.min(range.after().length(), range.until().length());
        while (length < most && range.after().charAt(length) == range.until().charAt(length)) {
            length++;
        }
        return range.until().substring(0, length);
    }
}
