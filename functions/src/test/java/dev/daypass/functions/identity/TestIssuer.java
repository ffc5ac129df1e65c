package dev.daypass.functions.identity;

import dev.daypass.configuration.Configuration;
import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** An identity provider with a fresh key per algorithm; signs anything, however wrong. */
final class TestIssuer {
    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    static final String ISS = "https://idp.test";
    static final String AUDIENCE = "https://daypass.test";

    private static final Map<SignatureAlgorithm, KeyPair> KEYS = keys();

    private TestIssuer() {}

    /** What is strictest: one type, no list, owner and {@code jti} required; 10 min, 30 s skew. */
    static TrustedIssuer strict() {
        return entry("dev", Set.of("at+jwt"), EnumSet.allOf(SignatureAlgorithm.class), false);
    }

    /** What is loosest. */
    static TrustedIssuer loose() {
        return entry("dev", Set.of(), EnumSet.allOf(SignatureAlgorithm.class), true);
    }

    static TrustedIssuer accepting(SignatureAlgorithm algorithm) {
        return entry("dev", Set.of("at+jwt"), EnumSet.of(algorithm), false);
    }

    /** {@link #strict} under another name. */
    static TrustedIssuer named(String name) {
        return entry(name, Set.of("at+jwt"), EnumSet.allOf(SignatureAlgorithm.class), false);
    }

    private static TrustedIssuer entry(
            String name, Set<String> types, Set<SignatureAlgorithm> algorithms, boolean loose) {
        return new TrustedIssuer(
                name,
                ISS,
                AUDIENCE,
                loose,
                types,
                loose,
                algorithms,
                FakeJwks.ADDRESS,
                false,
                "agent",
                "owner",
                loose,
                Optional.of("act"),
                !loose,
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                "jwt-dev");
    }

    static TokenVerifier verifier(TrustedIssuer issuer, JwksFetcher fetcher) {
        var issuers = new TreeMap<>(Map.of(issuer.name(), issuer));
        var configuration = new Configuration(issuers, new TreeMap<>(), new TreeMap<>());
        return new TokenVerifier(configuration, new JwksCache(fetcher, JwksCache.Options.DEFAULT));
    }

    static KeyPair key(SignatureAlgorithm algorithm) {
        return Objects.requireNonNull(KEYS.get(algorithm));
    }

    /** The whole key set, the {@code kid} being the algorithm's constant. */
    static String jwks() {
        var all = new StringBuilder();
        for (var algorithm : SignatureAlgorithm.values()) {
            all.append(all.isEmpty() ? "" : ",").append(json(jwk(algorithm)));
        }
        return "{\"keys\":[" + all + "]}";
    }

    /** Member name to raw JSON. */
    static Map<String, String> jwk(SignatureAlgorithm algorithm) {
        var jwk = new LinkedHashMap<String, String>();
        jwk.put("kid", quoted(algorithm.name()));
        jwk.put("use", "\"sig\"");
        jwk.put("alg", quoted(algorithm.jwsName()));
        var key = key(algorithm).getPublic();
        if (key instanceof RSAPublicKey rsa) {
            jwk.put("kty", "\"RSA\"");
            jwk.put("n", quoted(base64(unsigned(rsa.getModulus(), 0))));
            jwk.put("e", quoted(base64(unsigned(rsa.getPublicExponent(), 0))));
        } else if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getCurve().getField().getFieldSize();
            jwk.put("kty", "\"EC\"");
            jwk.put("crv", quoted("P-" + bits));
            jwk.put("x", quoted(base64(unsigned(ec.getW().getAffineX(), (bits + 7) / 8))));
            jwk.put("y", quoted(base64(unsigned(ec.getW().getAffineY(), (bits + 7) / 8))));
        } else if (key instanceof EdECPublicKey) {
            var encoded = key.getEncoded();
            jwk.put("kty", "\"OKP\"");
            jwk.put("crv", "\"Ed25519\"");
            jwk.put("x", quoted(base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))));
        }
        return jwk;
    }

    static byte[] unsigned(BigInteger value, int length) {
        var bytes = value.toByteArray();
        if (bytes.length > 1 && bytes[0] == 0) {
            bytes = Arrays.copyOfRange(bytes, 1, bytes.length);
        }
        if (length == 0) {
            return bytes;
        }
        var padded = new byte[length];
        System.arraycopy(bytes, 0, padded, length - bytes.length, bytes.length);
        return padded;
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String quoted(String text) {
        return "\"" + text + "\"";
    }

    static String json(Map<String, String> members) {
        var text = new StringBuilder("{");
        members.forEach((name, raw) -> text.append(text.length() == 1 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(raw));
        return text.append('}').toString();
    }

    static String sign(SignatureAlgorithm algorithm, byte[] header, byte[] claims) {
        return signParts(algorithm, base64(header) + "." + base64(claims));
    }

    /** Signs the text as it is. */
    static String signParts(SignatureAlgorithm algorithm, String input) {
        try {
            return input + "." + base64(signature(algorithm, input));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] signature(SignatureAlgorithm algorithm, String input) throws GeneralSecurityException {
        var bits = algorithm.name().replaceAll("\\D", "");
        Signature signer;
        if (algorithm == SignatureAlgorithm.ED25519) {
            signer = Signature.getInstance("Ed25519");
        } else if (algorithm.name().startsWith("ES")) {
            signer = Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
        } else if (algorithm.name().startsWith("RS")) {
            signer = Signature.getInstance("SHA" + bits + "withRSA");
        } else {
            signer = Signature.getInstance("RSASSA-PSS");
            signer.setParameter(new PSSParameterSpec(
                    "SHA-" + bits,
                    "MGF1",
                    new MGF1ParameterSpec("SHA-" + bits),
                    Integer.parseInt(bits) / 8,
                    PSSParameterSpec.TRAILER_FIELD_BC));
        }
        signer.initSign(key(algorithm).getPrivate());
        signer.update(input.getBytes(StandardCharsets.UTF_8));
        return signer.sign();
    }

    private static Map<SignatureAlgorithm, KeyPair> keys() {
        try {
            var keys = new EnumMap<SignatureAlgorithm, KeyPair>(SignatureAlgorithm.class);
            keys.put(SignatureAlgorithm.ES256, ec("secp256r1"));
            keys.put(SignatureAlgorithm.ES384, ec("secp384r1"));
            keys.put(SignatureAlgorithm.ES512, ec("secp521r1"));
            keys.put(
                    SignatureAlgorithm.ED25519,
                    KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
            for (var algorithm : SignatureAlgorithm.values()) {
                if (!keys.containsKey(algorithm)) {
                    keys.put(algorithm, rsa(2048));
                }
            }
            return keys;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair ec(String curve) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    static KeyPair rsa(int bits) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }
}
