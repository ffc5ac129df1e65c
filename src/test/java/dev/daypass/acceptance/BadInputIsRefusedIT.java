package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.cli.local.LocalDaypass;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(RunningDaypass.class)
@DisplayName("Every request problem is an RFC 9457 document with a code, the field, and what would be accepted")
class BadInputIsRefusedIT {
    private static final String GOOD = "{\"grant\":\"orders-support-read\",\"purpose\":\"TICKET-7\"}";

    private final LocalDaypass daypass;
    private final Api api;

    BadInputIsRefusedIT(LocalDaypass daypass) {
        this.daypass = daypass;
        this.api = new Api(daypass.api());
    }

    static Stream<Arguments> oneFaultEach() {
        return Stream.of(
                Arguments.of(400, "request_malformed", "", "{\"grant\":"),
                Arguments.of(400, "request_malformed", "", "[]"),
                Arguments.of(400, "request_malformed", "", "{\"grant\":\"a\",\"grant\":\"b\"}"),
                Arguments.of(400, "request_malformed", "", "{\"grant\":[[[[[[[[[[1]]]]]]]]]]}"),
                Arguments.of(400, "field_missing", "grant", "{\"purpose\":\"TICKET-7\"}"),
                Arguments.of(400, "field_unknown", "grants", "{\"grants\":\"orders-support-read\"}"),
                Arguments.of(400, "field_malformed", "grant", "{\"grant\":\"Orders'; DROP\"}"),
                Arguments.of(400, "field_malformed", "grant", "{\"grant\":7}"),
                Arguments.of(400, "field_malformed", "ttl", "{\"grant\":\"orders-support-read\",\"ttl\":\"ten\"}"),
                Arguments.of(400, "field_malformed", "ttl", "{\"grant\":\"orders-support-read\",\"ttl\":\"PT1.5S\"}"),
                Arguments.of(422, "ttl_too_short", "ttl", withTtl("PT0S")),
                Arguments.of(422, "ttl_too_short", "ttl", withTtl("PT-5M")),
                Arguments.of(422, "ttl_too_long", "ttl", withTtl("PT15M1S")),
                Arguments.of(422, "purpose_missing", "purpose", "{\"grant\":\"orders-support-read\"}"),
                Arguments.of(
                        422,
                        "purpose_holds_card_number",
                        "purpose",
                        "{\"grant\":\"orders-support-read\",\"purpose\":\"TICKET-4111111111111111\"}"),
                Arguments.of(
                        422,
                        "purpose_not_accepted",
                        "purpose",
                        "{\"grant\":\"orders-support-read\",\"purpose\":\"TICKET-7x\"}"),
                Arguments.of(
                        404, "grant_unknown", "grant", "{\"grant\":\"orders-support-rea\",\"purpose\":\"TICKET-7\"}"));
    }

    @ParameterizedTest(name = "{1} {3}")
    @MethodSource("oneFaultEach")
    void aBodyWithOneFaultIsRefusedForIt(int status, String code, String field, String body) {
        var refused = api.send("POST", "/v1/sessions", daypass.token(), body, Map.of());
        assertEquals(status, refused.status(), refused.body().toString());
        assertEquals(code, refused.code());
        assertEquals(field, refused.text("field"));
        assertFalse(refused.text("correlationId").isEmpty());
        assertEquals("https://daypass.dev/problems/" + code, refused.text("type"));
    }

    @Test
    void theSameBodyWithoutAFaultIsAccepted() {
        assertEquals(
                201,
                api.send("POST", "/v1/sessions", daypass.token(), GOOD, Map.of())
                        .status());
    }

    @Test
    void aBodyOf16KiBIsReadAndOneByteMoreIsNot() {
        String padded = GOOD + " ".repeat(16 * 1024 - GOOD.length());
        assertEquals(
                201,
                api.send("POST", "/v1/sessions", daypass.token(), padded, Map.of())
                        .status());
        var refused = api.send("POST", "/v1/sessions", daypass.token(), padded + " ", Map.of());
        assertEquals(413, refused.status());
        assertEquals("request_too_large", refused.code());
    }

    @Test
    void aMisspeltGrantIsAnsweredWithTheNearestOne() {
        var refused = api.vend(daypass.token(), "orders-suport-read");
        assertEquals("grant_unknown", refused.code());
        assertEquals("orders-support-read", refused.text("nearestGrant"));
    }

    @Test
    void aRequestWithoutATokenIsToldWhereToGetOne() {
        var refused = api.send("POST", "/v1/sessions", "", GOOD, Map.of());
        assertEquals(401, refused.status());
        assertEquals("token_missing", refused.code());
        assertTrue(refused.raw()
                .headers()
                .firstValue("www-authenticate")
                .orElse("")
                .contains("resource_metadata="));
        var metadata = api.send("GET", "/.well-known/oauth-protected-resource", "", "", Map.of());
        assertEquals(200, metadata.status());
        assertEquals(
                daypass.idp().issuer(),
                metadata.body().path("authorization_servers").path(0).asText());
    }

    @Test
    void aMalformedIdempotencyKeyIsRefused() {
        var refused =
                api.send("POST", "/v1/sessions", daypass.token(), GOOD, Map.of("Idempotency-Key", "x".repeat(129)));
        assertEquals(400, refused.status());
        assertEquals("header_malformed", refused.code());
        assertEquals("Idempotency-Key", refused.text("field"));
    }

    @Test
    void anUnknownSessionIsNotFound() {
        var handle = api.vend(daypass.token(), "orders-support-read").text("handle");
        var refused = api.session("GET", "00000000000000000000000000", handle);
        assertEquals(404, refused.status());
        assertEquals("session_unknown", refused.code());
    }

    @Test
    void aSessionCalledRenewIsNotFoundEither() {
        var handle = api.vend(daypass.token(), "orders-support-read").text("handle");
        assertEquals("session_unknown", api.session("GET", "renew", handle).code());
    }

    private static String withTtl(String ttl) {
        return "{\"grant\":\"orders-support-read\",\"purpose\":\"TICKET-7\",\"ttl\":\"" + ttl + "\"}";
    }
}
