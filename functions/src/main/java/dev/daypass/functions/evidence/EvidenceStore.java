package dev.daypass.functions.evidence;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.peer.PeerException;

/**
 * The locked store. It offers no way to overwrite or delete, because its writers have no such right. Thread-safe. Throws
 * {@link PeerException} of peer EVIDENCE.
 */
public interface EvidenceStore {
    /**
     * Creates an object, in one PUT with its SHA-256, under the bucket's own default retention. After an attempt whose
     * outcome is unknown it asks again with the same bytes, and then takes "already there" for its own success: the keys
     * that are written through here hold 80 random bits.
     *
     * @return whether this call, or its own earlier attempt, created it; {@code ALREADY_THERE} if somebody else did
     */
    Put create(ObjectKey key, byte[] body) throws PeerException;

    /**
     * The compiled configuration of this digest.
     *
     * @throws PeerException REFUSED if there is none, or if its bytes have another digest
     */
    byte[] configuration(Sha256 digest) throws PeerException;

    /** What became of a create-only PUT. */
    enum Put {
        CREATED,
        ALREADY_THERE
    }
}
