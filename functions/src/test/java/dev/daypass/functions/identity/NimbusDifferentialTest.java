package dev.daypass.functions.identity;

import static dev.daypass.functions.identity.TestIssuer.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jwt.SignedJWT;
import dev.daypass.functions.identity.Verification.Rejected;
import dev.daypass.functions.identity.Verification.Verified;
import dev.daypass.identity.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A second opinion: whatever we accept, Nimbus accepts, and reads the same claims in it. Ed25519 is left out, since
 * Nimbus needs a further library for it; its published vectors are in {@link RfcVectorsTest}.
 */
class NimbusDifferentialTest {
    private static final long SEED = 20261123;
    private static final int MUTATIONS = 3_000;

    /** Mostly the one that is quick to sign with. */
    private static final List<SignatureAlgorithm> ALGORITHMS = List.of(
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES384,
            SignatureAlgorithm.ES512,
            SignatureAlgorithm.RS256,
            SignatureAlgorithm.RS512,
            SignatureAlgorithm.PS256,
            SignatureAlgorithm.PS384);

    private static final List<String> NAMES = List.of(
            "iss",
            "sub",
            "aud",
            "exp",
            "nbf",
            "iat",
            "jti",
            "agent",
            "owner",
            "act",
            "groups",
            "typ",
            "kid",
            "alg",
            "crit",
            "b64",
            "cty",
            "jku",
            "x5t",
            "\\u0061ud",
            "\u00e9",
            "");

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1e3",
            "1.5",
            "\"\"",
            "\"a\"",
            "\"\\u0061\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "[]",
            "[\"a\",\"b\"]",
            "[1]",
            "{}",
            "{\"sub\":\"a\"}",
            "{\"a\":1,\"a\":2}",
            "[[[[[[[[[]]]]]]]]]",
            "\"https://daypass.test\"",
            "[\"https://daypass.test\"]",
            "\"https://idp.test\"",
            "\"ES256\"",
            "\"none\"",
            "\"at+jwt\"",
            "\"AT+JWT\"",
            Long.toString(NOW.getEpochSecond()),
            NOW.getEpochSecond() + 120 + ".75",
            "18446744073709551616",
            "1e99999",
            "01",
            "NaN");

    private final Random random = new Random(SEED);

    @Test
    void whateverWeAcceptNimbusAcceptsWithTheSameClaims() throws Exception {
        var jwks = TestIssuer.jwks();
        var verifier = TestIssuer.verifier(TestIssuer.strict(), new FakeJwks(jwks));
        var nimbusKeys = JWKSet.parse(jwks);
        var reasons = new EnumMap<TokenRejection, Integer>(TokenRejection.class);
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            var text = mutation();
            var what = "mutation " + i + " of seed " + SEED + ": " + text;
            switch (verifier.verify(BearerToken.parse(text), NOW)) {
                case Rejected rejected -> reasons.merge(rejected.reason(), 1, Integer::sum);
                case Verified verified -> {
                    accepted++;
                    try {
                        assertSame(verified.agent(), text, nimbusKeys, what);
                    } catch (ParseException e) {
                        throw new AssertionError("we accept what Nimbus cannot read, " + what, e);
                    }
                }
            }
        }
        // Else the comparison compared nothing.
        assertTrue(accepted >= MUTATIONS / 10, accepted + " accepted, refused: " + reasons);
        assertTrue(reasons.size() >= 20, accepted + " accepted, refused: " + reasons);
    }

    private static void assertSame(VerifiedAgent agent, String text, JWKSet keys, String what) throws Exception {
        var jwt = SignedJWT.parse(text);
        assertTrue(jwt.verify(nimbusVerifier(jwt, keys)), what);
        var claims = jwt.getJWTClaimsSet();
        assertEquals(claims.getIssuer(), agent.issuer().issuer(), what);
        assertEquals(claims.getSubject(), agent.subject(), what);
        assertEquals(claims.getAudience(), List.copyOf(agent.claim("aud")), what);
        assertEquals(claims.getJWTID(), agent.tokenId().orElse(null), what);
        assertEquals(claims.getStringClaim("agent"), agent.agent(), what);
        assertEquals(claims.getStringClaim("owner"), agent.owner().orElse(null), what);
        assertEquals(
                claims.getExpirationTime().toInstant().getEpochSecond(),
                agent.expiresAt().getEpochSecond(),
                what);
        assertEquals(
                claims.getIssueTime().toInstant().getEpochSecond(),
                agent.issuedAt().getEpochSecond(),
                what);
        if (claims.getClaim("groups") instanceof List<?> groups
                && groups.stream().allMatch(String.class::isInstance)) {
            assertEquals(groups, new ArrayList<Object>(agent.claim("groups")), what);
        }
    }

    private static JWSVerifier nimbusVerifier(SignedJWT jwt, JWKSet keys) throws Exception {
        var algorithm = jwt.getHeader().getAlgorithm().getName();
        var kid = jwt.getHeader().getKeyID();
        var key = keys.getKeys().stream()
                .filter(k ->
                        kid == null ? algorithm.equals(String.valueOf(k.getAlgorithm())) : kid.equals(k.getKeyID()))
                .findFirst()
                .orElseThrow();
        return key.getKeyType().equals(KeyType.EC)
                ? new ECDSAVerifier(key.toECKey())
                : new RSASSAVerifier(key.toRSAKey());
    }

    private String mutation() {
        var token = TestToken.good(pick(ALGORITHMS));
        return switch (random.nextInt(8)) {
            // Signed again after the change, so that what is after the signature is reached.
            case 0, 1, 2 -> {
                for (int n = random.nextInt(3); n >= 0; n--) {
                    token.claim(pick(NAMES), pick(VALUES));
                }
                yield token.sign();
            }
            case 3 -> token.header(pick(NAMES), pick(VALUES)).sign();
            case 4 ->
                random.nextBoolean()
                        ? token.without(pick(NAMES)).sign()
                        : token.withoutHeader(pick(NAMES)).sign();
            case 5 -> TestIssuer.sign(token.algorithm, bytes(token.headerText(), 0), bytes(token.claimsText(), 2));
            case 6 -> TestIssuer.sign(token.algorithm, bytes(token.headerText(), 2), bytes(token.claimsText(), 0));
            // The signed text itself.
            default -> {
                var text = new StringBuilder(token.sign());
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(128));
                    case 1 -> text.deleteCharAt(at);
                    case 2 -> text.insert(at, (char) (random.nextInt(26) + 'a'));
                    default -> text.setLength(at);
                }
                yield text.toString();
            }
        };
    }

    /** The text with that many of its bytes changed. */
    private byte[] bytes(String text, int changes) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < changes; i++) {
            bytes[random.nextInt(bytes.length)] =
                    (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : ' ' + random.nextInt(95));
        }
        return bytes;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
