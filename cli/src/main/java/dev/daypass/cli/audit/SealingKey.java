package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import dev.daypass.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/** The public half of the key that signs seals: its SubjectPublicKeyInfo (RFC 5280 §4.1). */
record SealingKey(byte[] spki) {
    private static final int LINE = 64;

    static SealingKey of(Aws aws, String keyId) throws Failure {
        GetPublicKeyResponse answer = aws.kms().getPublicKey(request -> request.keyId(keyId));
        if (answer.keySpec() != KeySpec.ECC_NIST_P256 || answer.keyUsage() != KeyUsageType.SIGN_VERIFY) {
            throw Failure.couldNot("that key is no sealing key: expected ECC_NIST_P256 for SIGN_VERIFY, found "
                    + answer.keySpecAsString() + " for " + answer.keyUsageAsString());
        }
        return new SealingKey(answer.publicKey().asByteArray());
    }

    /** RFC 7468 §13. */
    String pem() {
        String base64 = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(spki);
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    /** As seals and heads name it. */
    Sha256 id() {
        return Sha256.of(spki);
    }
}
