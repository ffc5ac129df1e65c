package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.cli.local.LocalDaypass;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Slow on purpose: it waits for leases to run out and for the schedule to come round. */
@ExtendWith(RunningDaypass.class)
@DisplayName("5. After expiry nobody is left: within TTL + 60 s with the database up")
class AfterExpiryNobodyIsLeftIT {
    private final LocalDaypass daypass;
    private final Api api;

    AfterExpiryNobodyIsLeftIT(LocalDaypass daypass) {
        this.daypass = daypass;
        this.api = new Api(daypass.api());
    }

    @Test
    void userAndConnectionAreGoneAndTheSweepSaysSo() throws Exception {
        var vended = api.vend(
                daypass.token(),
                Map.of("grant", "orders-support-read", "purpose", "TICKET-7", "ttl", "PT4S"),
                Map.of());
        assertEquals(201, vended.status(), vended.body().toString());
        Instant expiry = Instant.parse(vended.text("expiresAt"));
        assertFalse(expiry.isAfter(Instant.now().plusSeconds(4)));
        try (var connection = Database.connect(vended.body())) {
            assertEquals(1, Database.count(connection, "SELECT 1"));
            Instant bound = expiry.plus(Duration.ofSeconds(60));
            while (Database.roleExists(daypass, vended.text("user"))
                    || Database.backends(daypass, vended.text("user")) > 0) {
                assertTrue(Instant.now().isBefore(bound), "the user is still there 60 s after its end");
                Thread.sleep(250);
            }
        }
        // The schedule runs each minute; two of them leave room for the one that just began.
        Instant patience = Instant.now().plusSeconds(150);
        Api.Answer status = api.session("GET", vended.text("session"), vended.text("handle"));
        while (!status.text("status").equals("ENDED")) {
            assertTrue(Instant.now().isBefore(patience), "the sweep has not ended it: " + status.body());
            Thread.sleep(1000);
            status = api.session("GET", vended.text("session"), vended.text("handle"));
        }
        assertEquals("expired", status.text("endReason"));
        assertFalse(status.text("verifiedAt").isEmpty());
    }

    @Test
    void aRenewalMovesTheEndButNeverPastTheWindow() throws Exception {
        // A lease of 5 s, at most 10 s, in a window of 20 s.
        var vended = api.vend(daypass.token(), Map.of("grant", "orders-glance", "ttl", "PT5S"), Map.of());
        assertEquals(201, vended.status(), vended.body().toString());
        Instant begun = Instant.now();
        Instant window = Instant.parse(vended.text("window"));
        Instant end = Instant.parse(vended.text("expiresAt"));

        Thread.sleep(2000);
        var renewed = api.renew(vended.text("session"), vended.text("handle"), Map.of("ttl", "PT10S"));
        assertEquals(200, renewed.status(), renewed.body().toString());
        assertTrue(Instant.parse(renewed.text("expiresAt")).isAfter(end));

        Thread.sleep(Duration.between(Instant.now(), begun.plusSeconds(11)));
        assertTrue(Database.roleExists(daypass, vended.text("user")), "alive past its first end");
        var last = api.renew(vended.text("session"), vended.text("handle"), Map.of("ttl", "PT10S"));
        assertEquals(200, last.status(), last.body().toString());
        assertFalse(Instant.parse(last.text("expiresAt")).isAfter(window), "capped by the window");

        Thread.sleep(Duration.between(Instant.now(), window).plusSeconds(3));
        assertFalse(Database.roleExists(daypass, vended.text("user")), "gone at the end of the window");
        var over = api.renew(vended.text("session"), vended.text("handle"), Map.of("ttl", "PT5S"));
        assertEquals(409, over.status());
        assertEquals("session_not_active", over.code());
    }
}
