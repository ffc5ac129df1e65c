package dev.daypass.audit.store;

import dev.daypass.evidence.ObjectKey;
import java.util.Map;
import java.util.Optional;

/** Where objects are created once and never changed. */
public interface LockedStore {
    /**
     * Creates an object, unless there is one of that name: whole, checked by its SHA-256, or not at all.
     *
     * @param metadata what differs between two deliveries of the same bytes, and what a sealer wants to know without reading them
     * @return whether it is new; false if there was one already, whatever its bytes
     * @throws RuntimeException if it cannot be known to be stored
     */
    boolean create(ObjectKey key, byte[] bytes, String contentType, Map<String, String> metadata);

    /**
     * The bytes of the only version under this key.
     *
     * @return empty if there is none
     * @throws IllegalStateException if there is more than one version, or a delete marker
     */
    Optional<byte[]> only(ObjectKey key);
}
