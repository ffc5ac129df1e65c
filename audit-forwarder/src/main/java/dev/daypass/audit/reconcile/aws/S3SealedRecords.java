package dev.daypass.audit.reconcile.aws;

import com.github.luben.zstd.ZstdInputStream;
import dev.daypass.audit.reconcile.JsonTree;
import dev.daypass.audit.reconcile.SealedRecord;
import dev.daypass.audit.reconcile.SealedRecords;
import dev.daypass.audit.seal.Envelope;
import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.Seal;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.SealJson;
import dev.daypass.audit.store.LockedStore;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * {@link SealedRecords} in the locked bucket. It goes from the seals to the objects and never lists objects: what no seal names is
 * not sealed. Whether a seal's signature is good is for {@code verify} to say. Thread-safe.
 */
public final class S3SealedRecords implements SealedRecords {
    /** Seals never change, and each run but the first of a function needs those of the run before. */
    private static final int REMEMBERED = 512;

    private final S3Client s3;
    private final String bucket;
    private final LockedStore store;
    private final Place place;
    private final Map<String, Seal> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seal> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** @param store of the same bucket */
    public S3SealedRecords(S3Client s3, String bucket, LockedStore store, Place place) {
        this.s3 = s3;
        this.bucket = bucket;
        this.store = store;
        this.place = place;
    }

    @Override
    public List<Seal> sealsAfter(Source source, long number, Instant until) {
        var seals = new ArrayList<Seal>();
        for (long next = number + 1; ; next++) {
            var seal = seal(source, next);
            if (seal.isEmpty()) {
                return seals;
            }
            seals.add(seal.get());
            if (!seal.get().from().isBefore(until)) {
                return seals;
            }
        }
    }

    private Optional<Seal> seal(Source source, long number) {
        var key = ObjectKey.seal(source, place, number);
        synchronized (remembered) {
            var seal = remembered.get(key.text());
            if (seal != null) {
                return Optional.of(seal);
            }
        }
        var bytes = store.only(key);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            var seal = SealJson.read(Envelope.parse(bytes.get()).payload()).seal();
            if (seal.source() != source || seal.number() != number) {
                throw new FormatException(
                        "it is seal " + seal.number() + " of " + seal.source().code());
            }
            synchronized (remembered) {
                remembered.put(key.text(), seal);
            }
            return Optional.of(seal);
        } catch (FormatException e) {
            throw new IllegalStateException(key + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void read(Source source, SealedObject object, Consumer<SealedRecord> each) {
        var bytes = sealedBytes(object);
        if (bytes == null) {
            return;
        }
        try (var lines = new BufferedReader(
                new InputStreamReader(new ZstdInputStream(new ByteArrayInputStream(bytes)), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                RecordLine.parse(source, line).ifPresent(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(object.key() + " is sealed so, and cannot be unpacked", e);
        }
    }

    @Override
    public Optional<SealedIntent> intent(SealedObject object) {
        return Optional.ofNullable(sealedBytes(object)).flatMap(S3SealedRecords::intent);
    }

    @Override
    public Optional<SealedEnding> ending(SealedObject object) {
        return Optional.ofNullable(sealedBytes(object)).flatMap(JsonTree::parse).flatMap(json -> {
            var session = json.text("session").flatMap(SessionId::parse);
            var reason = json.text("reason").flatMap(EndReason::parse);
            var verifiedAt = json.instant("verifiedAt");
            return session.isPresent() && reason.isPresent() && verifiedAt.isPresent()
                    ? Optional.of(new SealedEnding(session.get(), reason.get(), verifiedAt.get()))
                    : Optional.empty();
        });
    }

    @Override
    public Optional<SealedIntent> intentOf(SessionId session) {
        return store.only(ObjectKey.intent(place, session)).flatMap(S3SealedRecords::intent);
    }

    private static Optional<SealedIntent> intent(byte[] bytes) {
        return JsonTree.parse(bytes).flatMap(json -> {
            var session = json.text("session").flatMap(SessionId::parse);
            var createdAt = json.instant("createdAt");
            var window = json.instant("window");
            return session.isPresent() && createdAt.isPresent() && window.isPresent()
                    ? Optional.of(new SealedIntent(session.get(), createdAt.get(), window.get()))
                    : Optional.empty();
        });
    }

    private byte @Nullable [] sealedBytes(SealedObject object) {
        byte[] bytes = s3.getObjectAsBytes(
                        get -> get.bucket(bucket).key(object.key()).versionId(object.versionId()))
                .asByteArrayUnsafe();
        return Sha256.of(bytes).equals(object.sha256()) ? bytes : null;
    }
}
