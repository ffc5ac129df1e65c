package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.cli.local.LocalDaypass;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningDaypass.class)
@DisplayName(
        "4. When revoke returns success, the user cannot log in and its open connections are closed; the catalog was"
                + " read to know it")
class WhenRevokeReturnsSuccessTheUserIsGoneIT {
    private final LocalDaypass daypass;
    private final Api api;

    WhenRevokeReturnsSuccessTheUserIsGoneIT(LocalDaypass daypass) {
        this.daypass = daypass;
        this.api = new Api(daypass.api());
    }

    @Test
    void theOpenConnectionBreaksTheLoginIsRefusedAndTheCatalogWasRead() throws Exception {
        var vended = api.vend(daypass.token(), "orders-support-read");
        assertEquals(201, vended.status(), vended.body().toString());
        try (var connection = Database.connect(vended.body())) {
            assertTrue(Database.count(connection, "SELECT count(*) FROM customers") > 0);
            Instant before = Instant.now();

            var ended = api.session("DELETE", vended.text("session"), vended.text("handle"));

            assertEquals(200, ended.status(), ended.body().toString());
            assertEquals("ENDED", ended.text("status"));
            assertFalse(Instant.parse(ended.text("verifiedAt")).isBefore(before.minusSeconds(1)));
            assertThrows(SQLException.class, () -> Database.count(connection, "SELECT count(*) FROM customers"));
        }
        var refused = assertThrows(SQLException.class, () -> Database.connect(vended.body()));
        assertEquals("28P01", refused.getSQLState(), "a login that is refused, and nothing else");
        assertFalse(Database.roleExists(daypass, vended.text("user")));
        assertTrue(
                daypass.databaseLog()
                        .lines()
                        .anyMatch(line -> line.contains("\"user\":\"dpw_")
                                && line.contains("pg_catalog.pg_roles")
                                && line.contains(vended.text("user"))),
                "the witness's own login read the catalog about this user");
    }

    @RepeatedTest(10)
    void aClientThatKeepsReconnectingDoesNotOutliveTheRevoke() throws Exception {
        var vended = api.vend(daypass.token(), "orders-support-read");
        assertEquals(201, vended.status(), vended.body().toString());
        var stop = new AtomicBoolean();
        var queries = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 3; i++) {
                var _ = threads.submit(() -> {
                    while (!stop.get()) {
                        try (var connection = Database.connect(vended.body())) {
                            while (!stop.get()) {
                                Database.count(connection, "SELECT 1");
                                queries.incrementAndGet();
                            }
                        } catch (SQLException e) {
                            // Cut off, or refused: try again at once, as a connection pool does.
                        }
                    }
                });
            }
            while (queries.get() < 30) {
                Thread.sleep(5);
            }
            var ended = api.session("DELETE", vended.text("session"), vended.text("handle"));
            int left = Database.backends(daypass, vended.text("user"));
            stop.set(true);
            assertEquals("ENDED", ended.text("status"), ended.body().toString());
            assertEquals(0, left, "connections after the revoke returned");
        }
    }

    @Test
    void theEndingIsInTheLockedStore() throws Exception {
        var vended = api.vend(daypass.token(), "orders-support-read");
        api.session("DELETE", vended.text("session"), vended.text("handle"));
        var ending = Api.JSON.readTree(daypass.evidence("endings", vended.text("session")));
        assertEquals(vended.text("user"), ending.path("user").asText());
        assertEquals("requested", ending.path("reason").asText());
        assertFalse(ending.path("verifiedAt").asText().isEmpty());
    }

    @Test
    void endingTwiceIsTheSameEnding() {
        var vended = api.vend(daypass.token(), "orders-support-read");
        var first = api.session("DELETE", vended.text("session"), vended.text("handle"));
        var second = api.session("DELETE", vended.text("session"), vended.text("handle"));
        assertEquals(200, second.status());
        assertEquals(first.text("verifiedAt"), second.text("verifiedAt"));
    }

    @Test
    void nobodyElseCanEndIt() throws SQLException {
        var mine = api.vend(daypass.token(), "orders-support-read");
        var other = api.vend(daypass.token(), "orders-support-read");
        var refused = api.session("DELETE", mine.text("session"), other.text("handle"));
        assertEquals(403, refused.status());
        assertEquals("session_not_yours", refused.code());
        assertTrue(Database.roleExists(daypass, mine.text("user")));
    }

    @Test
    void aSecondRequestWithTheSameIdempotencyKeyLeavesOneLiveSession() throws SQLException {
        var request = Map.of("grant", "orders-support-read", "purpose", "TICKET-7");
        var key = Map.of("Idempotency-Key", "retry-" + System.nanoTime());
        var first = api.vend(daypass.token(), request, key);
        var second = api.vend(daypass.token(), request, key);
        assertEquals(201, first.status(), first.body().toString());
        assertEquals(201, second.status(), second.body().toString());
        assertFalse(Database.roleExists(daypass, first.text("user")));
        assertTrue(Database.roleExists(daypass, second.text("user")));
        assertEquals(
                "replaced",
                api.session("GET", first.text("session"), first.text("handle")).text("endReason"));
    }

    @Test
    void anOperatorEndsSessionsByAttributeAndOnlyThroughIam() throws Exception {
        String agent = "agent:to-be-ended-" + System.nanoTime();
        List<String> users = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            users.add(api.vend(daypass.tokenOf(agent), "orders-support-read").text("user"));
        }
        String body = "{\"agent\":\"" + agent + "\"}";
        var unsigned = api.send("POST", "/v1/endings", "", body, Map.of());
        assertEquals(403, unsigned.status(), unsigned.body().toString());
        for (var user : users) {
            assertTrue(Database.roleExists(daypass, user));
        }

        var signed = api.sendSigned(daypass.administratorCredentials(), daypass.region(), "POST", "/v1/endings", body);

        assertEquals(200, signed.status(), signed.body().toString());
        assertEquals(3, signed.body().path("ended").size(), signed.body().toString());
        for (var user : users) {
            assertFalse(Database.roleExists(daypass, user));
        }
        var ending = Api.JSON.readTree(
                daypass.evidence("endings", signed.body().path("ended").path(0).asText()));
        assertEquals("operator", ending.path("reason").asText());
        assertTrue(ending.path("requestedBy").asText().startsWith("arn:aws:iam::"), ending.toString());
    }
}
