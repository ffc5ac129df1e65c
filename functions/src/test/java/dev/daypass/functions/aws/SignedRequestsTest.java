package dev.daypass.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.digest.Sha256;
import dev.daypass.functions.aws.SignedRequests.Unsigned;
import dev.daypass.functions.net.HttpCall;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What is signed, checked against the algorithm as the IAM User Guide describes it, written here a second time. */
class SignedRequestsTest {
    private static final AwsEndpoints AWS = AwsEndpoints.of(Map.of("AWS_REGION", "eu-central-1"));
    private final SignedRequests requests = AwsFixtures.requests(AWS);

    @Test
    void everyHeaderTheTokenAndThePayloadAreSigned() throws Exception {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        var call = requests.signed(
                AwsService.S3,
                new Unsigned(
                        "PUT",
                        URI.create("https://e-1.s3.eu-central-1.amazonaws.com/intents/region%3Da/x.json"),
                        Map.of("If-None-Match", "*", "x-amz-checksum-sha256", "abc="),
                        body));

        assertEquals(AwsFixtures.SESSION_TOKEN, header(call, "X-Amz-Security-Token"));
        assertEquals(Sha256.of(body).hex(), header(call, "x-amz-content-sha256"));
        assertEquals("20261123T010203Z", header(call, "X-Amz-Date"));
        String authorization = header(call, "Authorization");
        for (var name : new String[] {
            "host",
            "if-none-match",
            "x-amz-checksum-sha256",
            "x-amz-content-sha256",
            "x-amz-date",
            "x-amz-security-token"
        }) {
            assertTrue(signedHeaders(authorization).contains(name), name);
        }
        assertTrue(authorization.startsWith(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/eu-central-1/s3/aws4_request, "));
        assertFalse(authorization.contains(AwsFixtures.SECRET_KEY));
    }

    @Test
    void hundredsOfRequestsCarryTheSignatureThatTheAlgorithmGives() throws Exception {
        var random = new Random(20261123);
        var services = List.copyOf(EnumSet.allOf(AwsService.class));
        for (int i = 0; i < 300; i++) {
            var service = services.get(random.nextInt(services.size()));
            byte[] body = new byte[random.nextInt(400)];
            random.nextBytes(body);
            // S3's keys as we encode them; the other services have fixed paths.
            String path = service == AwsService.S3
                    ? "/intents/region%3D" + random.nextInt(1000) + "/eventDay%3D20261123/k" + random.nextInt()
                            + ".json"
                    : service == AwsService.LAMBDA
                            ? "/2015-03-31/functions/f-" + random.nextInt(9) + "/invocations"
                            : "/";
            var call = requests.signed(
                    service,
                    new Unsigned(
                            random.nextBoolean() ? "POST" : "PUT",
                            URI.create(AWS.of(service) + path),
                            Map.of("X-Amz-Target", "T." + random.nextInt(), "Content-Type", "application/json"),
                            body));

            assertEquals(
                    expected(call, service, Sha256.of(body).hex()),
                    header(call, "Authorization").replaceAll(".*Signature=", ""),
                    call::toString);
        }
    }

    @Test
    void anotherBodyHasAnotherSignature() throws Exception {
        var uri = URI.create("https://dynamodb.eu-central-1.amazonaws.com/");
        var one = requests.signed(AwsService.DYNAMODB, new Unsigned("POST", uri, Map.of(), new byte[] {1}));
        var two = requests.signed(AwsService.DYNAMODB, new Unsigned("POST", uri, Map.of(), new byte[] {2}));

        assertNotEquals(header(one, "Authorization"), header(two, "Authorization"));
    }

    private static String expected(HttpCall call, AwsService service, String payload) throws GeneralSecurityException {
        var names = signedHeaders(header(call, "Authorization"));
        var canonical = new TreeMap<String, String>();
        for (var name : names.split(";")) {
            canonical.put(name, name.equals("host") ? call.uri().getRawAuthority() : header(call, name));
        }
        // Twice encoded for all but S3; no other path of ours holds a percent sign.
        var text = new StringBuilder(call.method() + "\n" + call.uri().getRawPath() + "\n\n");
        canonical.forEach(
                (name, value) -> text.append(name).append(':').append(value).append('\n'));
        text.append('\n').append(names).append('\n').append(payload);
        String scope = "20261123/eu-central-1/" + service.code() + "/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n20261123T010203Z\n" + scope + "\n"
                + Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8)).hex();
        byte[] key = ("AWS4" + AwsFixtures.SECRET_KEY).getBytes(StandardCharsets.UTF_8);
        for (var part : scope.split("/")) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String signedHeaders(String authorization) {
        return authorization.replaceAll(".*SignedHeaders=", "").replaceAll(",.*", "");
    }

    private static String header(HttpCall call, String name) {
        return call.header(name).orElseThrow(() -> new AssertionError(name + " is missing"));
    }
}
