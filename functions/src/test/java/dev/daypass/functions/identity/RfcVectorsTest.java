package dev.daypass.functions.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published examples; each folder's note says where it comes from. */
class RfcVectorsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rfc7515-a1-hs256",
                "rfc7515-a2-rs256",
                "rfc7515-a3-es256",
                "rfc7515-a4-es512",
                "rfc7515-a5-none",
                "rfc8037-a4-ed25519"
            })
    void publishedTokenEndsAsItsFolderSays(String folder) throws Exception {
        var verifier = TestIssuer.verifier(joe(), new FakeJwks(read(folder, "jwk.json")));
        var now = Instant.ofEpochSecond(1_300_819_000);
        var result = verifier.verify(BearerToken.parse(read(folder, "token.jws")), now);
        var rejected = (Verification.Rejected) result;
        assertEquals(read(folder, "expected").strip(), rejected.reason().code(), rejected.detail());
    }

    @ParameterizedTest
    @CsvSource({
        "rfc7515-a2-rs256, RS256",
        "rfc7515-a3-es256, ES256",
        "rfc7515-a4-es512, ES512",
        "rfc8037-a4-ed25519, ED25519"
    })
    void publishedSignatureVerifiesAndWithOneBitChangedDoesNot(String folder, SignatureAlgorithm algorithm)
            throws Exception {
        var keys = Objects.requireNonNull(JwkSet.parse(read(folder, "jwk.json").getBytes(StandardCharsets.UTF_8)));
        var key = Objects.requireNonNull(keys.find(algorithm, null));
        var jws = CompactJws.split(read(folder, "token.jws"));
        var signature = jws.signature();
        assertTrue(SignatureCheck.verifies(algorithm, key, jws.ascii(), jws.signedLength(), signature));
        signature[signature.length / 3] ^= 1;
        assertFalse(SignatureCheck.verifies(algorithm, key, jws.ascii(), jws.signedLength(), signature));
    }

    private static TrustedIssuer joe() {
        return new TrustedIssuer(
                "joe",
                "joe",
                "daypass",
                false,
                Set.of("JWT"),
                true,
                EnumSet.allOf(SignatureAlgorithm.class),
                FakeJwks.ADDRESS,
                false,
                "sub",
                "owner",
                true,
                Optional.empty(),
                false,
                Duration.ofHours(1),
                Duration.ZERO,
                "jwt-joe");
    }

    private static String read(String folder, String file) throws IOException {
        try (var in = Objects.requireNonNull(
                RfcVectorsTest.class.getResourceAsStream("/vectors/identity/" + folder + "/" + file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
