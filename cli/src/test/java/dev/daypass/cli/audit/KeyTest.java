package dev.daypass.cli.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.digest.Sha256;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(AwsProperties.class)
class KeyTest {
    private StubAws aws;

    @BeforeEach
    void anEndpoint() throws IOException {
        aws = new StubAws();
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void thePublicKeyIsPemThatOthersRead() throws GeneralSecurityException {
        byte[] spki = key("secp256r1");
        aws.publicKey(spki, "ECC_NIST_P256");
        var run = run();
        assertEquals(0, run.exitCode(), run.err());
        var generator = KeyFactory.getInstance("EC");
        String base64 =
                run.out().lines().filter(line -> !line.startsWith("-----")).reduce("", String::concat);
        var read = generator.generatePublic(
                new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        assertArrayEquals(spki, read.getEncoded());
        assertTrue(run.out().startsWith("-----BEGIN PUBLIC KEY-----\n"), run.out());
        assertTrue(run.out().endsWith("\n-----END PUBLIC KEY-----\n"), run.out());
        assertTrue(run.err().contains(Sha256.of(spki).toString()), run.err());
    }

    @Test
    void aKeyOfAnotherKindIsRefused() throws GeneralSecurityException {
        aws.publicKey(key("secp384r1"), "ECC_NIST_P384");
        var run = run();
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().contains("expected ECC_NIST_P256 for SIGN_VERIFY, found ECC_NIST_P384"), run.err());
    }

    private Command run() {
        return Command.run(
                Instant.EPOCH,
                "audit",
                "key",
                "--key-id",
                "alias/seal",
                "--endpoint-url",
                aws.url(),
                "--region",
                "eu-central-1");
    }

    private static byte[] key(String curve) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair().getPublic().getEncoded();
    }
}
