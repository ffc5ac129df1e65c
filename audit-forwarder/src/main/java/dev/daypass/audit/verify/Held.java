package dev.daypass.audit.verify;

import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.verify.Evidence.Bytes;
import dev.daypass.audit.verify.Evidence.DeleteMarker;
import dev.daypass.audit.verify.Evidence.Entry;
import dev.daypass.audit.verify.Evidence.Strange;
import dev.daypass.audit.verify.Evidence.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of one key: what the listing says, and who sealed it. Not thread-safe; there is one for every object. */
final class Held {
    private final String key;
    private @Nullable Version earliest;
    private @Nullable List<String> laterVersions;
    private int deleteMarkers;
    private long bytes = -1;
    private boolean strange;
    private @Nullable SealedObject sealed;
    private long seal;

    Held(String key) {
        this.key = key;
    }

    void add(Entry entry) throws FormatException {
        switch (entry) {
            case Version version -> add(version);
            case DeleteMarker marker -> deleteMarkers++;
            case Bytes walked -> bytes = walked.size();
            case Strange none -> strange = true;
        }
    }

    private void add(Version version) throws FormatException {
        if (earliest == null) {
            earliest = version;
            return;
        }
        if (laterVersions == null) {
            laterVersions = new ArrayList<>(1);
        }
        if (earliest.versionId().equals(version.versionId()) || laterVersions.contains(version.versionId())) {
            throw new FormatException("a version is listed twice");
        }
        // Of two of the same time the one listed later is the older.
        if (version.lastModified().isAfter(earliest.lastModified())) {
            laterVersions.add(version.versionId());
        } else {
            laterVersions.add(earliest.versionId());
            earliest = version;
        }
    }

    /** Says which seal names it; empty, or the seal that did before. */
    Optional<Long> seal(SealedObject object, long number) {
        if (sealed != null) {
            return Optional.of(seal);
        }
        sealed = object;
        seal = number;
        return Optional.empty();
    }

    String key() {
        return key;
    }

    /** The version that was written first. */
    Optional<Version> version() {
        return Optional.ofNullable(earliest);
    }

    List<String> laterVersions() {
        return laterVersions == null ? List.of() : laterVersions;
    }

    int deleteMarkers() {
        return deleteMarkers;
    }

    /** Whether its bytes can be read. */
    boolean isHere(Evidence evidence) {
        return evidence.isWalked() ? bytes >= 0 : earliest != null;
    }

    boolean isStrange() {
        return strange;
    }

    Optional<SealedObject> sealed() {
        return Optional.ofNullable(sealed);
    }

    Optional<String> versionId() {
        return version().map(Version::versionId);
    }
}
