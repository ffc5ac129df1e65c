package dev.daypass.audit.seal;

/** Signs seals: ECDSA on P-256 over a SHA-256. Implementations are thread-safe. */
public interface Signer {
    /** {@code sha256:} and the hexadecimal SHA-256 of the public key's SubjectPublicKeyInfo. */
    String keyId();

    /**
     * @param sha256 the digest to sign, 32 bytes
     * @return the signature in DER
     */
    byte[] signDigest(byte[] sha256);
}
