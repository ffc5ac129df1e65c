package dev.daypass.functions.priming;

import dev.daypass.digest.Sha256;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Runs one whole vend through the real classes, with every address in the environment pointing at a {@link StandIn}: a
 * configuration of its own, a key of its own, and a token signed with it. Nothing of it is shared with the function that
 * will serve, so neither its key nor its grant is ever trusted there.
 */
public final class Priming {
    /** Reserved by RFC 6761 §6.4: nobody's name. */
    private static final String ISSUER = "https://priming.invalid";

    private Priming() {}

    /**
     * @param environment the function's own
     * @param function answers one of API Gateway's events as a function with that environment, and leaves nothing open
     * @throws IllegalStateException if the vend did not come to its answer: then less is loaded than was meant to be
     */
    public static void run(Map<String, String> environment, BiFunction<Map<String, String>, byte[], byte[]> function) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var keys = generator.generateKeyPair();
            byte[] jwks = jwks((ECPublicKey) keys.getPublic());
            // The configuration holds the key server's address, and the stand-in holds the configuration: two
            // stand-ins,
            // so that the second one's address is known when the first one's text is written.
            try (var keyServer = new StandIn(new byte[0], jwks)) {
                byte[] configuration = configuration(keyServer.address());
                try (var peers = new StandIn(configuration, jwks)) {
                    var token = token(keys.getPrivate());
                    var answer = function.apply(
                            pointed(environment, peers.address(), Sha256.of(configuration)), event(token));
                    String text = new String(answer, StandardCharsets.UTF_8);
                    if (!text.startsWith("{\"statusCode\":201")) {
                        throw new IllegalStateException(
                                "priming ended without a session: " + text.substring(0, Math.min(text.length(), 700)));
                    }
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("priming could not be set up", e);
        }
    }

    private static Map<String, String> pointed(Map<String, String> environment, String address, Sha256 configuration) {
        var pointed = new HashMap<>(environment);
        for (var service : new String[] {"S3", "DYNAMODB", "LAMBDA", "SSM"}) {
            pointed.put("AWS_ENDPOINT_URL_" + service, address);
        }
        pointed.put("AWS_ACCESS_KEY_ID", "priming");
        pointed.put("AWS_SECRET_ACCESS_KEY", "priming");
        pointed.remove("AWS_SESSION_TOKEN");
        pointed.remove("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        pointed.put("DAYPASS_VAULT_ADDRESS", address);
        pointed.remove("DAYPASS_VAULT_SOURCE_ADDRESS");
        pointed.remove("DAYPASS_VAULT_CA");
        pointed.put("DAYPASS_CONFIGURATION", configuration.toString());
        return pointed;
    }

    private static byte[] configuration(String keyServer) {
        return """
                {"format":"daypass-configuration/2",
                "issuers":[{"name":"priming","issuer":"@issuer@","audience":"daypass","allowAudienceList":false,
                "types":["at+jwt"],"allowAbsentType":false,"algorithms":["ES256"],"jwksUri":"@jwks@",
                "allowPlainHttpJwks":true,"agentClaim":"sub","ownerClaim":"owner","allowOwnerless":false,
                "actorClaim":"act","singleUse":true,"maxTokenAge":"PT2M","clockSkew":"PT30S","vaultMount":"jwt-priming"}],
                "databases":[{"name":"priming","engine":"postgresql","host":"127.0.0.1","port":5432,"database":"priming","tls":"verify-full",
                "vaultConnection":"priming","witnessRole":"witness-priming"}],
                "grants":[{"name":"priming","version":"1","digest":"@digest@","database":"priming","defaultTtl":"PT1S",
                "maxTtl":"PT1S","window":"PT1M","renewals":0,"sessions":1,"purposeRequired":true,"purposePattern":"prim[a-z]+","statementTimeout":"PT1S",
                "entitlements":[{"issuer":"priming","claims":{"sub":{"values":["priming"],"patterns":[]}},"vaultRole":"priming--1"}],
                "scope":["nothing"],"description":"priming","text":"priming"}]}
                """.replace("@issuer@", ISSUER)
                .replace("@jwks@", keyServer + "/jwks")
                .replace(
                        "@digest@",
                        Sha256.of("priming".getBytes(StandardCharsets.UTF_8)).toString())
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] jwks(ECPublicKey key) {
        var point = key.getW();
        return ("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"priming\",\"x\":\""
                        + coordinate(point.getAffineX()) + "\",\"y\":\"" + coordinate(point.getAffineY()) + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** RFC 7518 §6.2.1.2: as many octets as the field has, here 32. */
    private static String coordinate(BigInteger value) {
        byte[] signed = value.toByteArray();
        var octets = new byte[32];
        int length = Math.min(signed.length, 32);
        System.arraycopy(signed, signed.length - length, octets, 32 - length, length);
        return base64Url(octets);
    }

    private static String token(PrivateKey key) throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String head = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"priming\"}";
        String claims =
                "{\"iss\":\"" + ISSUER + "\",\"sub\":\"priming\",\"aud\":\"daypass\",\"owner\":\"daypass\",\"iat\":"
                        + now + ",\"exp\":" + (now + 60) + ",\"jti\":\"priming\"}";
        String signed = base64Url(head.getBytes(StandardCharsets.UTF_8)) + "."
                + base64Url(claims.getBytes(StandardCharsets.UTF_8));
        var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64Url(signature.sign());
    }

    private static byte[] event(String token) {
        return ("{\"version\":\"2.0\",\"rawPath\":\"/v1/sessions\",\"headers\":{\"authorization\":\"Bearer " + token
                        + "\",\"user-agent\":\"priming\",\"idempotency-key\":\"priming\"},"
                        + "\"requestContext\":{\"http\":{\"method\":\"POST\",\"sourceIp\":\"127.0.0.1\"},"
                        + "\"requestId\":\"priming\"},\"isBase64Encoded\":false,"
                        + "\"body\":\"{\\\"grant\\\":\\\"priming\\\",\\\"ttl\\\":\\\"PT1S\\\",\\\"purpose\\\":\\\"priming\\\"}\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
