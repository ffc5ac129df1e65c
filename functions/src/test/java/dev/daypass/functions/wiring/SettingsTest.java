package dev.daypass.functions.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static Map<String, String> good() {
        return new HashMap<>(Map.of(
                "DAYPASS_TABLE", "sessions",
                "DAYPASS_EVIDENCE_BUCKET", "evidence",
                "DAYPASS_CONFIGURATION", "sha256:" + "0".repeat(64),
                "DAYPASS_ACCOUNT_ID", "111122223333",
                "AWS_REGION", "eu-central-1",
                "DAYPASS_VAULT_ADDRESS", "https://vault.example:8200",
                "DAYPASS_RESOURCE", "https://daypass.example",
                "DAYPASS_SESSIONS_FUNCTION", "daypass-sessions"));
    }

    @Test
    void aGoodEnvironmentIsTaken() {
        assertEquals("111122223333", Settings.forVend(good()).settings().place().accountId());
    }

    @Test
    void everyFaultIsListedAtOnce() {
        var refused = assertThrows(IllegalStateException.class, () -> Settings.forVend(Map.of()));
        for (var name : good().keySet()) {
            assertTrue(String.valueOf(refused.getMessage()).contains(name), name);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DAYPASS_CONFIGURATION, sha256:xyz",
        "DAYPASS_ACCOUNT_ID, 12345",
        "DAYPASS_VAULT_ADDRESS, http://vault.example:8200",
        "DAYPASS_VAULT_ADDRESS, https://vault.example:8200/",
        "DAYPASS_VAULT_ADDRESS, http://127.example.com:8200",
        "DAYPASS_RESOURCE, http://daypass.example",
        "DAYPASS_VAULT_SOURCE_ADDRESS, vault.example",
        "DAYPASS_VAULT_CA, /etc/ca.pem"
    })
    void aMalformedValueIsRefusedByItsName(String name, String value) {
        var environment = good();
        environment.put(name, value);
        var refused = assertThrows(IllegalStateException.class, () -> Settings.forVend(environment));
        assertTrue(String.valueOf(refused.getMessage()).contains(name + " is malformed"));
    }

    @Test
    void plainHttpIsForLoopbackOnly() {
        var environment = good();
        environment.put("DAYPASS_VAULT_ADDRESS", "http://127.0.0.1:8200");
        assertEquals(
                "127.0.0.1",
                Settings.forVend(environment).settings().vaultAddress().getHost());
    }

    @Test
    void theFunctionsOwnCredentialsAreNotPrinted() {
        var environment = good();
        environment.put("AWS_SECRET_ACCESS_KEY", "a-secret-key");
        assertFalse(Settings.forVend(environment).toString().contains("a-secret-key"));
    }
}
