package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DevIdpTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    private DevIdp idp;
    private HttpClient http;

    @BeforeEach
    void start() throws IOException {
        idp = DevIdp.start(Clock.fixed(NOW, ZoneOffset.UTC));
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        http.close();
        idp.close();
    }

    @Test
    void aTokenHasWhatAGoodOneHasAndItsSignatureVerifies() throws Exception {
        var token = SignedJWT.parse(idp.issue(TokenRequest.of("agent:a")));
        assertEquals(JWSAlgorithm.ES256, token.getHeader().getAlgorithm());
        assertEquals(new JOSEObjectType("at+jwt"), token.getHeader().getType());
        var claims = token.getJWTClaimsSet();
        assertEquals(idp.issuer(), claims.getIssuer());
        assertEquals(List.of("daypass"), claims.getAudience());
        assertEquals("agent:a", claims.getSubject());
        assertEquals("team-support", claims.getStringClaim("owner"));
        assertEquals("support", claims.getStringClaim("team"));
        assertEquals(Date.from(NOW), claims.getIssueTime());
        assertEquals(Date.from(NOW), claims.getNotBeforeTime());
        assertEquals(Date.from(NOW.plusSeconds(300)), claims.getExpirationTime());
        assertTrue(verifies(token));
        assertEquals(1, idp.keyFetches());
        var another = SignedJWT.parse(idp.issue(TokenRequest.of("agent:a")));
        assertNotEquals(claims.getJWTID(), another.getJWTClaimsSet().getJWTID());
    }

    @Test
    void everyPartOfATokenCanBeMadeBad() throws Exception {
        var bad = SignedJWT.parse(idp.issue(TokenRequest.of("agent:a")
                .claim("aud", List.of("daypass", "another"))
                .withoutClaim("owner")
                .withoutHeader("typ")
                .header("kid", "unknown")));
        assertEquals(List.of("daypass", "another"), bad.getJWTClaimsSet().getAudience());
        assertFalse(bad.getJWTClaimsSet().getClaims().containsKey("owner"));
        assertFalse(bad.getHeader().toJSONObject().containsKey("typ"));
        assertEquals("unknown", bad.getHeader().getKeyID());

        assertTrue(idp.issue(TokenRequest.of("agent:a").unsigned()).endsWith("."));
        var symmetric = SignedJWT.parse(
                idp.issue(TokenRequest.of("agent:a").signedBy(JWSAlgorithm.HS256, new MACSigner(new byte[32]))));
        assertEquals(JWSAlgorithm.HS256, symmetric.getHeader().getAlgorithm());
        try (var other = DevIdp.start(Clock.systemUTC())) {
            var foreign = SignedJWT.parse(other.token("agent:a", java.util.Map.of("iss", idp.issuer())));
            assertFalse(verifies(foreign));
        }
    }

    @Test
    void afterARotationOnlyTheNewKeyIsPublished() throws Exception {
        var old = SignedJWT.parse(idp.issue(TokenRequest.of("agent:a")));
        idp.rotateKey();
        assertFalse(verifies(old));
        assertTrue(verifies(SignedJWT.parse(idp.issue(TokenRequest.of("agent:a")))));
    }

    @Test
    void whileStoppedNobodyAnswersAndAfterwardsTheKeyIsTheSame() throws Exception {
        var token = SignedJWT.parse(idp.issue(TokenRequest.of("agent:a")));
        idp.stop();
        assertThrows(IOException.class, () -> get(idp.jwksUri()));
        idp.restart();
        assertTrue(verifies(token));
    }

    @Test
    void aPersonWithCurlGetsATokenForTheClientSheNames() throws Exception {
        var answer = post("client_id=agent%3Ademo&grant_type=client_credentials");
        assertEquals(200, answer.statusCode());
        var token = new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(answer.body())
                .path("access_token")
                .asText();
        assertEquals("agent:demo", SignedJWT.parse(token).getJWTClaimsSet().getSubject());
        assertEquals(400, post("grant_type=client_credentials").statusCode());
    }

    @Test
    void discoveryLeadsToTheKeys() throws Exception {
        var document = get(URI.create(idp.issuer() + "/.well-known/openid-configuration"))
                .body();
        assertTrue(document.contains("\"jwks_uri\":\"" + idp.jwksUri() + "\""), document);
        assertTrue(document.contains("\"issuer\":\"" + idp.issuer() + "\""), document);
    }

    private boolean verifies(SignedJWT token) throws Exception {
        var keys = JWKSet.parse(get(idp.jwksUri()).body());
        var key = keys.getKeyByKeyId(token.getHeader().getKeyID());
        return key != null && token.verify(new ECDSAVerifier(key.toECKey()));
    }

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String form) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(idp.tokenUri())
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }
}
