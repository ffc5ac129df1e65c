package dev.daypass.configuration;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    @Test
    void twoIssuersMayNotClaimTheSameIss() {
        assertDoesNotThrow(() -> with("https://a.example", "https://b.example"));
        var refused =
                assertThrows(IllegalArgumentException.class, () -> with("https://a.example", "https://a.example"));
        assertTrue(String.valueOf(refused.getMessage()).contains("https://a.example"));
    }

    private static Configuration with(String first, String second) {
        return new Configuration(
                new TreeMap<>(Map.of("one", issuer("one", first), "two", issuer("two", second))),
                new TreeMap<>(),
                new TreeMap<>());
    }

    private static TrustedIssuer issuer(String name, String iss) {
        return new TrustedIssuer(
                name,
                iss,
                "daypass",
                false,
                Set.of("at+jwt"),
                false,
                Set.of(SignatureAlgorithm.ES256),
                URI.create(iss + "/jwks"),
                false,
                "sub",
                "owner",
                false,
                Optional.empty(),
                true,
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                "jwt-" + name);
    }
}
