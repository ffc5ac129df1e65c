package dev.daypass.audit.reconcile.aws;

import dev.daypass.audit.reconcile.Reports;
import dev.daypass.audit.store.LockedStore;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/** {@link Reports} in the locked bucket. Thread-safe. */
public final class S3Reports implements Reports {
    private final S3Client s3;
    private final String bucket;
    private final LockedStore store;
    private final Place place;

    /** @param store of the same bucket */
    public S3Reports(S3Client s3, String bucket, LockedStore store, Place place) {
        this.s3 = s3;
        this.bucket = bucket;
        this.store = store;
        this.place = place;
    }

    /** Days and the seconds in them sort as text. */
    @Override
    public Optional<byte[]> last() {
        String all = ObjectKey.objects(Source.RECONCILIATIONS, place);
        var day =
                s3
                        .listObjectVersionsPaginator(
                                r -> r.bucket(bucket).prefix(all).delimiter("/"))
                        .commonPrefixes()
                        .stream()
                        .map(CommonPrefix::prefix)
                        .max(Comparator.naturalOrder());
        if (day.isEmpty()) {
            return Optional.empty();
        }
        return s3.listObjectVersionsPaginator(r -> r.bucket(bucket).prefix(day.get())).versions().stream()
                .map(ObjectVersion::key)
                .max(Comparator.naturalOrder())
                .flatMap(key -> store.only(new ObjectKey(key)));
    }

    @Override
    public void write(Instant to, byte[] report) {
        var key = ObjectKey.reconciliation(place, to);
        if (store.create(key, report, "application/json", Map.of())) {
            return;
        }
        // An attempt of ours that timed out after it had succeeded, if the bytes are the same.
        var there = store.only(key);
        if (there.isEmpty() || !Arrays.equals(there.get(), report)) {
            throw new IllegalStateException(key + " is there already, and is not this report: two runs at once");
        }
    }
}
