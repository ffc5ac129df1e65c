package dev.daypass.audit.seal;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** A key in this process's memory, for tests: whoever runs as this process can sign with it. Thread-safe. */
public final class LocalSigner implements Signer {
    private final KeyPair keys;

    private LocalSigner(KeyPair keys) {
        this.keys = keys;
    }

    /** A new key. */
    public static LocalSigner generate() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new LocalSigner(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // Temurin has P-256.
        }
    }

    @Override
    public String keyId() {
        return PublicKeys.keyId(keys.getPublic());
    }

    @Override
    public byte[] signDigest(byte[] sha256) {
        try {
            var signature = Signature.getInstance("NONEwithECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(sha256);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The public half, as {@link PublicKeys#read} takes it. */
    public String publicPem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    @Override
    public String toString() {
        return keyId();
    }
}
