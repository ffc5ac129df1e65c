package dev.daypass.functions.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.daypass.database.Database;
import dev.daypass.database.Engine;
import dev.daypass.digest.Sha256;
import dev.daypass.functions.fakes.OneSession;
import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.JsonText;
import dev.daypass.functions.json.StrictJson;
import dev.daypass.functions.vault.Password;
import dev.daypass.functions.vend.VendOutcome.Vended;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.session.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionJsonTest {
    private final OneSession one = new OneSession(SessionStatus.ACTIVE, Optional.empty());
    private final String user = one.session.intent().user().name();

    @Test
    void aPostgresSessionIsToldAsItsClientsWriteIt() throws Exception {
        var answer = answer(Engine.POSTGRESQL, Optional.of(OneSession.BEGINNING));

        assertEquals(Optional.of("postgresql"), answer.text("engine"));
        assertEquals(Optional.of("orders"), answer.text("database"));
        assertEquals(
                Optional.of("jdbc:postgresql://db.example:5000/orders?sslmode=verify-full"), answer.text("jdbcUrl"));
        assertEquals(
                Optional.of("postgresql://" + user + "@db.example:5000/orders?sslmode=verify-full"),
                answer.text("libpqUri"));
        assertEquals(Optional.of(OneSession.BEGINNING.toString()), answer.text("renewBefore"));
    }

    @Test
    void aMariaDbSessionIsToldItsOwnDatabaseAndNoUriOfLibpq() throws Exception {
        var answer = answer(Engine.MARIADB, Optional.of(OneSession.BEGINNING));

        assertEquals(Optional.of("mariadb"), answer.text("engine"));
        assertEquals(Optional.of("dpg_orders_support_read"), answer.text("database"));
        assertEquals(
                Optional.of("jdbc:mariadb://db.example:5000/dpg_orders_support_read?sslMode=verify-full"),
                answer.text("jdbcUrl"));
        assertFalse(answer.has("libpqUri"));
    }

    @Test
    void aSessionThatCannotBeRenewedIsToldNoTimeToRenew() throws Exception {
        assertFalse(answer(Engine.POSTGRESQL, Optional.empty()).has("renewBefore"));
    }

    private JsonObject answer(Engine engine, Optional<Instant> renewBefore) throws Exception {
        var database = new Database(
                "orders", engine, "db.example", 5000, "orders", Database.Tls.VERIFY_FULL, "orders", "witness-orders");
        var policy = new GrantPolicy(
                new GrantName("orders-support-read"),
                "1",
                Sha256.of(new byte[] {1}),
                "orders",
                Duration.ofMinutes(5),
                Duration.ofMinutes(15),
                Duration.ofHours(1),
                3,
                20,
                false,
                Optional.empty(),
                Duration.ofSeconds(30),
                List.of(),
                List.of(),
                "read");
        var vended = new Vended(
                one.session.intent(),
                policy,
                database,
                one.handle,
                new Password("secret"),
                one.session.expiresAt(),
                renewBefore);
        return new StrictJson(1 << 16, 8).object(JsonText.object(json -> SessionJson.vended(json, vended)));
    }
}
