package dev.daypass.functions.identity;

import static dev.daypass.functions.identity.TestIssuer.NOW;
import static dev.daypass.functions.identity.TestIssuer.base64;
import static dev.daypass.functions.identity.TestIssuer.quoted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.daypass.functions.identity.Verification.Rejected;
import dev.daypass.functions.identity.Verification.Verified;
import dev.daypass.identity.SignatureAlgorithm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The good token, and key sets that differ from the good one in one place. */
class JwkSetTest {
    /** One fault in the key that the token means. */
    record Case(String name, SignatureAlgorithm algorithm, Map<String, String> jwk) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> unusableKeys() throws Exception {
        var small = ((RSAPublicKey) TestIssuer.rsa(1024).getPublic()).getModulus();
        var modulus = ((RSAPublicKey) TestIssuer.key(SignatureAlgorithm.RS256).getPublic()).getModulus();
        var y = Base64.getUrlDecoder().decode(unquoted(TestIssuer.jwk(SignatureAlgorithm.ES256), "y"));
        y[31] ^= 1;
        return Stream.of(
                changed("another kty", SignatureAlgorithm.ES256, "kty", "\"RSA\""),
                changed("a kty as list", SignatureAlgorithm.ES256, "kty", "[\"EC\"]"),
                changed("no kty", SignatureAlgorithm.ES256, "kty", "null"),
                changed("a symmetric key", SignatureAlgorithm.ES256, "kty", "\"oct\""),
                changed("another curve", SignatureAlgorithm.ES256, "crv", "\"P-384\""),
                changed("a curve of nobody", SignatureAlgorithm.ES256, "crv", "\"secp256k1\""),
                changed("Ed448", SignatureAlgorithm.ED25519, "crv", "\"Ed448\""),
                changed("use for encryption", SignatureAlgorithm.ES256, "use", "\"enc\""),
                changed("key_ops without verify", SignatureAlgorithm.ES256, "key_ops", "[\"sign\"]"),
                changed("key_ops as text", SignatureAlgorithm.ES256, "key_ops", "\"verify\""),
                changed("another alg", SignatureAlgorithm.ES256, "alg", "\"ES384\""),
                changed("a private d", SignatureAlgorithm.ES256, "d", "\"AA\""),
                changed("a private p", SignatureAlgorithm.RS256, "p", "\"AA\""),
                changed("a secret k", SignatureAlgorithm.ES256, "k", "\"AA\""),
                changed("no x", SignatureAlgorithm.ES256, "x", "null"),
                changed("an x with padding", SignatureAlgorithm.ES256, "x", quoted(base64(new byte[32]) + "=")),
                changed("an x a byte short", SignatureAlgorithm.ES256, "x", quoted(base64(new byte[31]))),
                changed("an x a byte long", SignatureAlgorithm.ES256, "x", quoted(base64(new byte[33]))),
                changed("a point beside the curve", SignatureAlgorithm.ES256, "y", quoted(base64(y))),
                changed("a coordinate outside the field", SignatureAlgorithm.ES256, "x", quoted(base64(ones(32)))),
                changed("a point beside P-384", SignatureAlgorithm.ES384, "x", quoted(base64(new byte[48]))),
                changed("a point beside P-521", SignatureAlgorithm.ES512, "x", quoted(base64(new byte[66]))),
                // RFC 8032 §5.1.3: y = 2 has no x.
                changed("no point of Ed25519", SignatureAlgorithm.ED25519, "x", quoted(base64(littleEndian(2)))),
                changed("an Ed25519 key a byte short", SignatureAlgorithm.ED25519, "x", quoted(base64(new byte[31]))),
                changed(
                        "a coordinate outside Ed25519's field",
                        SignatureAlgorithm.ED25519,
                        "x",
                        quoted(base64(ones(32)))),
                changed(
                        "an RSA key of 1024 bits",
                        SignatureAlgorithm.RS256,
                        "n",
                        quoted(base64(TestIssuer.unsigned(small, 0)))),
                changed(
                        "a modulus of 8193 bits",
                        SignatureAlgorithm.RS256,
                        "n",
                        quoted(base64(TestIssuer.unsigned(
                                BigInteger.ONE.shiftLeft(8192).setBit(0), 0)))),
                changed(
                        "an even modulus",
                        SignatureAlgorithm.RS256,
                        "n",
                        quoted(base64(TestIssuer.unsigned(modulus.clearBit(0), 0)))),
                changed("an exponent of 1", SignatureAlgorithm.RS256, "e", "\"AQ\""),
                changed("an even exponent", SignatureAlgorithm.RS256, "e", "\"AQAA\""),
                changed("an exponent of 72 bits", SignatureAlgorithm.RS256, "e", "\"AQAAAAAAAAAB\""),
                changed("an empty modulus", SignatureAlgorithm.RS256, "n", "\"\""));
    }

    @ParameterizedTest
    @MethodSource("unusableKeys")
    void tokenWhoseKeyHasOneFaultIsRefusedWithKeyUnusable(Case fault) {
        var jwks = "{\"keys\":[" + TestIssuer.json(fault.jwk()) + "]}";
        assertReason(TokenRejection.KEY_UNUSABLE, jwks, TestToken.good(fault.algorithm()));
    }

    @Test
    void twoKeysOfOneKidForOneAlgorithmAreRefused() {
        var key = TestIssuer.json(TestIssuer.jwk(SignatureAlgorithm.ES256));
        assertReason(TokenRejection.KEY_UNUSABLE, "{\"keys\":[" + key + "," + key + "]}", TestToken.good());
    }

    @Test
    void twoKeysOfOneKidForDifferentTypesAreToldApart() {
        // RFC 7517 §4.5.
        var rsa = TestIssuer.jwk(SignatureAlgorithm.RS256);
        rsa.put("kid", "\"ES256\"");
        var keys = "{\"keys\":[" + TestIssuer.json(rsa) + ","
                + TestIssuer.json(TestIssuer.jwk(SignatureAlgorithm.ES256)) + "]}";
        assertReason(null, keys, TestToken.good());
    }

    @Test
    void kidMayBeMissingWhereOnlyOneKeyCanBeMeant() {
        assertReason(null, TestIssuer.jwks(), TestToken.good().withoutHeader("kid"));
        var other = TestIssuer.jwk(SignatureAlgorithm.ES256);
        other.put("kid", "\"next\"");
        var two = TestIssuer.jwks().replace("]}", "," + TestIssuer.json(other) + "]}");
        assertReason(TokenRejection.KEY_UNKNOWN, two, TestToken.good().withoutHeader("kid"));
        assertReason(
                TokenRejection.KEY_UNKNOWN, "{\"keys\":[]}", TestToken.good().withoutHeader("kid"));
    }

    @Test
    void keyThatSaysNothingOfItsUseIsUsed() {
        var key = TestIssuer.jwk(SignatureAlgorithm.ES256);
        key.keySet().removeAll(java.util.Set.of("use", "alg"));
        key.put("key_ops", "[\"verify\"]");
        assertReason(null, "{\"keys\":[" + TestIssuer.json(key) + "]}", TestToken.good());
    }

    @Test
    void keysNobodyAsksForMayBeOdd() {
        // RFC 7517 §5.
        var odd = "{\"kty\":\"oct\",\"k\":\"AA\",\"kid\":\"x\"},{\"kty\":\"new\",\"kid\":7},{}";
        assertReason(null, TestIssuer.jwks().replace("]}", "," + odd + "]}"), TestToken.good());
    }

    @Test
    void leadingZeroOctetOfTheModulusIsHarmless() {
        var modulus = ((RSAPublicKey) TestIssuer.key(SignatureAlgorithm.RS256).getPublic()).getModulus();
        var key = TestIssuer.jwk(SignatureAlgorithm.RS256);
        key.put("n", quoted(base64(modulus.toByteArray())));
        assertReason(null, "{\"keys\":[" + TestIssuer.json(key) + "]}", TestToken.good(SignatureAlgorithm.RS256));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[1]}", "{\"keys\":[],\"keys\":[]}", "{\"keys\":[]}x"
            })
    void otherDocumentsAreNoKeySet(String text) {
        assertNull(JwkSet.parse(text.getBytes(StandardCharsets.UTF_8)));
        assertReason(TokenRejection.KEYS_UNAVAILABLE, text, TestToken.good());
    }

    private static void assertReason(@Nullable TokenRejection expected, String jwks, TestToken token) {
        var verifier = TestIssuer.verifier(TestIssuer.strict(), new FakeJwks(jwks));
        var result = verifier.verify(BearerToken.parse(token.sign()), NOW);
        if (expected == null) {
            assertInstanceOf(Verified.class, result, result.toString());
        } else {
            assertEquals(expected, assertInstanceOf(Rejected.class, result).reason(), result.toString());
        }
    }

    private static Case changed(String name, SignatureAlgorithm algorithm, String member, String raw) {
        var jwk = TestIssuer.jwk(algorithm);
        jwk.put(member, raw);
        return new Case(name, algorithm, jwk);
    }

    private static String unquoted(Map<String, String> jwk, String member) {
        return String.valueOf(jwk.get(member)).replace("\"", "");
    }

    private static byte[] ones(int length) {
        var bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) 0xff);
        return bytes;
    }

    private static byte[] littleEndian(int value) {
        var bytes = new byte[32];
        bytes[0] = (byte) value;
        return bytes;
    }
}
