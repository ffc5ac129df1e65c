package dev.daypass.functions.identity;

import dev.daypass.identity.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The good token, of which a test changes one thing before it is signed. Values are raw JSON. */
final class TestToken {
    final SignatureAlgorithm algorithm;
    final Map<String, String> header = new LinkedHashMap<>();
    final Map<String, String> claims = new LinkedHashMap<>();

    private TestToken(SignatureAlgorithm algorithm) {
        this.algorithm = algorithm;
        header("alg", TestIssuer.quoted(algorithm.jwsName()));
        header("typ", "\"at+jwt\"");
        header("kid", TestIssuer.quoted(algorithm.name()));
        long now = TestIssuer.NOW.getEpochSecond();
        claim("iss", TestIssuer.quoted(TestIssuer.ISS));
        claim("aud", TestIssuer.quoted(TestIssuer.AUDIENCE));
        claim("sub", "\"service-account-7\"");
        claim("agent", "\"support-bot\"");
        claim("owner", "\"team-payments\"");
        claim("jti", "\"b7c1\"");
        claim("iat", Long.toString(now - 60));
        claim("exp", Long.toString(now + 300));
    }

    static TestToken good() {
        return good(SignatureAlgorithm.ES256);
    }

    static TestToken good(SignatureAlgorithm algorithm) {
        return new TestToken(algorithm);
    }

    TestToken header(String name, String raw) {
        header.put(name, raw);
        return this;
    }

    TestToken claim(String name, String raw) {
        claims.put(name, raw);
        return this;
    }

    TestToken withoutHeader(String name) {
        header.remove(name);
        return this;
    }

    TestToken without(String name) {
        claims.remove(name);
        return this;
    }

    String headerText() {
        return TestIssuer.json(header);
    }

    String claimsText() {
        return TestIssuer.json(claims);
    }

    String sign() {
        return TestIssuer.sign(
                algorithm,
                headerText().getBytes(StandardCharsets.UTF_8),
                claimsText().getBytes(StandardCharsets.UTF_8));
    }
}
