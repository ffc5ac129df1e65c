package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.cli.local.LocalDaypass;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningDaypass.class)
@DisplayName("8. No issued secret reaches the locked store or any log that Daypass writes")
class NoSecretReachesStoreOrLogIT {
    private final LocalDaypass daypass;
    private final Api api;

    NoSecretReachesStoreOrLogIT(LocalDaypass daypass) {
        this.daypass = daypass;
        this.api = new Api(daypass.api());
    }

    @Test
    void passwordHandleAndTokenAreNowhereButInTheAnswer() throws Exception {
        Map<String, String> secrets = new LinkedHashMap<>();
        var token = daypass.token();
        var vended = api.vend(token, "orders-support-read");
        assertEquals(201, vended.status(), vended.body().toString());
        secrets.put("password", vended.text("password"));
        secrets.put("handle", vended.text("handle"));
        secrets.put("token", token);
        // A refusal writes more than a success does, so it is looked at as well.
        var refused = daypass.idp().token("agent:a", Map.of("aud", "another"));
        assertEquals("audience_wrong", api.vend(refused, "orders-support-read").code());
        secrets.put("refused token", refused);
        Database.connect(vended.body()).close();
        api.renew(vended.text("session"), vended.text("handle"), Map.of());
        api.session("DELETE", vended.text("session"), vended.text("handle"));

        var places = everythingWritten();
        assertTrue(
                in(places, "evidence").contains(vended.text("session")), "the search looks where something is written");
        assertTrue(in(places, "state").contains(vended.text("session")));
        assertTrue(in(places, "function logs").contains(vended.text("session")));
        assertTrue(in(places, "vault audit").contains(vended.text("session")));
        assertTrue(in(places, "database log").contains(vended.text("session")));
        places.forEach((place, text) -> secrets.forEach(
                (name, secret) -> assertFalse(text.contains(secret), "the " + name + " stands in the " + place)));
    }

    private Map<String, String> everythingWritten() throws IOException {
        var evidence = new StringBuilder();
        for (var key : daypass.evidenceKeys()) {
            evidence.append(key).append('\n').append(new String(daypass.evidence(key), StandardCharsets.UTF_8));
        }
        return Map.of(
                "evidence", evidence.toString(),
                "state", daypass.state(),
                "function logs", daypass.functionLog(),
                "vault audit", daypass.vaultAudit(),
                "database log", daypass.databaseLog());
    }

    private static String in(Map<String, String> places, String place) {
        return places.getOrDefault(place, "");
    }

    @Test
    void theAnswersUrlsHoldNoPassword() {
        var vended = api.vend(daypass.token(), "orders-support-read");
        assertFalse(vended.text("jdbcUrl").contains(vended.text("password")));
        assertFalse(vended.text("libpqUri").contains(vended.text("password")));
        assertEquals(
                "no-store", vended.raw().headers().firstValue("cache-control").orElse(""));
    }
}
