package dev.daypass.audit.seal;

import dev.daypass.digest.Sha256;
import java.util.Base64;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** Signs with an asymmetric KMS key, whose private half nobody has. Thread-safe. */
public final class KmsSigner implements Signer {
    private final KmsClient kms;
    private final String key;
    private final PublicKeys publicKeys;
    private final String keyId;

    /** @param key ARN of an {@code ECC_NIST_P256} key for signing; its public half is asked for at once */
    public KmsSigner(KmsClient kms, String key) {
        this.kms = kms;
        this.key = key;
        byte[] spki = kms.getPublicKey(get -> get.keyId(key)).publicKey().asByteArrayUnsafe();
        try {
            this.publicKeys = PublicKeys.read(pem(spki));
        } catch (FormatException e) {
            throw new IllegalArgumentException(
                    key + " is not a key that can sign seals: expected ECC_NIST_P256 for SIGN_VERIFY", e);
        }
        this.keyId = Sha256.of(spki).toString();
    }

    /** RFC 7468 §13. */
    public static String pem(byte[] spki) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(spki)
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** Its public half. */
    public PublicKeys publicKeys() {
        return publicKeys;
    }

    @Override
    public String keyId() {
        return keyId;
    }

    @Override
    public byte[] signDigest(byte[] sha256) {
        return kms.sign(sign -> sign.keyId(key)
                        .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)
                        .messageType(MessageType.DIGEST)
                        .message(SdkBytes.fromByteArray(sha256)))
                .signature()
                .asByteArrayUnsafe();
    }
}
