package dev.daypass.acceptance;

import static dev.daypass.testbed.DevIdp.ABSENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daypass.cli.local.LocalDaypass;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(RunningDaypass.class)
@DisplayName(
        "6. No token outside (issuer, audience, type, algorithm, time) is accepted; a singleUse issuer's token works"
                + " once")
class NoTokenOutsideIsAcceptedIT {
    private final LocalDaypass daypass;
    private final Api api;

    NoTokenOutsideIsAcceptedIT(LocalDaypass daypass) {
        this.daypass = daypass;
        this.api = new Api(daypass.api());
    }

    static Stream<Arguments> oneFaultEach() {
        long now = Instant.now().getEpochSecond();
        return Stream.of(
                bad("issuer_unknown", d -> token(d, Map.of("iss", "https://another.example"))),
                bad("audience_wrong", d -> token(d, Map.of("aud", "another"))),
                bad("audience_missing", d -> token(d, Map.of("aud", ABSENT))),
                bad("audience_list_not_allowed", d -> token(d, Map.of("aud", List.of("daypass", "another")))),
                bad("type_not_accepted", d -> d.idp().token("agent:a", Map.of(), Map.of("typ", "JWT"))),
                bad("type_missing", d -> d.idp().token("agent:a", Map.of(), Map.of("typ", ABSENT))),
                bad("token_expired", d -> token(d, Map.of("iat", now - 700, "nbf", now - 700, "exp", now - 120))),
                bad("token_not_yet_valid", d -> token(d, Map.of("nbf", now + 200))),
                bad("issued_in_future", d -> token(d, Map.of("iat", now + 200))),
                bad("expiry_missing", d -> token(d, Map.of("exp", ABSENT))),
                bad("owner_missing", d -> token(d, Map.of("owner", ABSENT))),
                bad("token_id_missing", d -> token(d, Map.of("jti", ABSENT))),
                bad("key_unknown", d -> d.idp().token("agent:a", Map.of(), Map.of("kid", "another"))),
                bad("signature_invalid", d -> tampered(token(d, Map.of()))),
                bad("algorithm_none", d -> withHeader(token(d, Map.of()), "{\"alg\":\"none\",\"typ\":\"at+jwt\"}")),
                bad(
                        "algorithm_symmetric",
                        d -> withHeader(token(d, Map.of()), "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}")),
                bad("token_too_large", d -> token(d, Map.of("padding", "x".repeat(9000)))),
                bad("token_malformed", d -> "not-a-token"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oneFaultEach")
    void aTokenWithOneFaultIsRefusedForThatFault(String code, Function<LocalDaypass, String> token) {
        var refused = api.vend(token.apply(daypass), "orders-support-read");
        assertEquals(401, refused.status(), refused.body().toString());
        assertEquals(code, refused.code());
        assertEquals(
                "application/problem+json",
                refused.raw().headers().firstValue("content-type").orElse(""));
    }

    @Test
    void theSameTokenWithoutTheFaultIsAccepted() {
        assertEquals(
                201, api.vend(token(daypass, Map.of()), "orders-support-read").status());
    }

    @Test
    void aSingleUseTokenWorksOnce() {
        var token = daypass.token();
        assertEquals(201, api.vend(token, "orders-support-read").status());
        var again = api.vend(token, "orders-support-read");
        assertEquals(409, again.status());
        assertEquals("token_replayed", again.code());
    }

    @Test
    void aTokenThatIsEntitledToNothingGetsNoGrant() {
        var refused = api.vend(token(daypass, Map.of("team", "billing")), "orders-support-read");
        assertEquals(403, refused.status());
        assertEquals("grant_not_allowed", refused.code());
    }

    @Test
    void listingGrantsDoesNotUseATokenUp() {
        var token = daypass.token();
        var listed = api.send("GET", "/v1/grants", token, "", Map.of());
        assertEquals(200, listed.status());
        assertEquals(201, api.vend(token, "orders-support-read").status());
    }

    private static Arguments bad(String code, Function<LocalDaypass, String> token) {
        return Arguments.of(code, token);
    }

    private static String token(LocalDaypass daypass, Map<String, ?> change) {
        return daypass.idp().token("agent:a", change);
    }

    /** Changes one character in the middle of the signature. */
    private static String tampered(String token) {
        int at = token.length() - 40;
        char other = token.charAt(at) == 'A' ? 'B' : 'A';
        return token.substring(0, at) + other + token.substring(at + 1);
    }

    private static String withHeader(String token, String header) {
        var encoded = java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(header.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return encoded + token.substring(token.indexOf('.'));
    }
}
