package dev.daypass.functions.identity;

import static dev.daypass.functions.identity.TestIssuer.NOW;
import static dev.daypass.functions.identity.TestIssuer.base64;
import static dev.daypass.functions.identity.TestToken.good;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.digest.Sha256;
import dev.daypass.functions.identity.Verification.Rejected;
import dev.daypass.functions.identity.Verification.Verified;
import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TokenVerifierTest {
    private static final long NOW_SECONDS = NOW.getEpochSecond();

    private final FakeJwks jwks = new FakeJwks(TestIssuer.jwks());
    private final TokenVerifier strict = TestIssuer.verifier(TestIssuer.strict(), jwks);
    private final TokenVerifier loose = TestIssuer.verifier(TestIssuer.loose(), jwks);

    @ParameterizedTest
    @EnumSource
    void goodTokenOfEveryAlgorithmIsVerified(SignatureAlgorithm algorithm) {
        var text = good(algorithm).sign();
        var agent = agent(strict, text);
        assertAll(
                () -> assertEquals(TestIssuer.strict(), agent.issuer()),
                () -> assertEquals("service-account-7", agent.subject()),
                () -> assertEquals("support-bot", agent.agent()),
                () -> assertEquals(Optional.of("team-payments"), agent.owner()),
                () -> assertEquals(List.of(), agent.actors()),
                () -> assertEquals(Optional.of("b7c1"), agent.tokenId()),
                () -> assertEquals(NOW.minusSeconds(60), agent.issuedAt()),
                () -> assertEquals(NOW.plusSeconds(300), agent.expiresAt()),
                () -> assertEquals(Sha256.of(text.getBytes(StandardCharsets.US_ASCII)), agent.tokenDigest()));
    }

    @ParameterizedTest
    @EnumSource
    void signatureWithOneBitChangedIsRefusedWithSignatureInvalid(SignatureAlgorithm algorithm) {
        var text = good(algorithm).sign();
        int dot = text.lastIndexOf('.');
        var signature = Base64.getUrlDecoder().decode(text.substring(dot + 1));
        signature[signature.length / 2 + 1] ^= 1;
        assertEquals(
                TokenRejection.SIGNATURE_INVALID,
                rejected(strict, text.substring(0, dot + 1) + base64(signature)).reason());
    }

    @ParameterizedTest
    @EnumSource
    void signatureOfAnotherLengthIsRefusedWithSignatureInvalid(SignatureAlgorithm algorithm) {
        var text = good(algorithm).sign();
        int dot = text.lastIndexOf('.');
        var signature = Base64.getUrlDecoder().decode(text.substring(dot + 1));
        for (int length : new int[] {0, 1, signature.length - 1, signature.length + 1}) {
            assertEquals(
                    TokenRejection.SIGNATURE_INVALID,
                    rejected(strict, text.substring(0, dot + 1) + base64(Arrays.copyOf(signature, length)))
                            .reason());
        }
    }

    @ParameterizedTest
    @EnumSource
    void zeroSignatureIsRefusedWithSignatureInvalid(SignatureAlgorithm algorithm) {
        var text = good(algorithm).sign();
        int dot = text.lastIndexOf('.');
        var signature = Base64.getUrlDecoder().decode(text.substring(dot + 1));
        int half = signature.length / 2;
        for (int[] zeroed : new int[][] {{0, signature.length}, {0, half}, {half, signature.length}}) {
            var changed = signature.clone();
            Arrays.fill(changed, zeroed[0], zeroed[1], (byte) 0);
            assertEquals(
                    TokenRejection.SIGNATURE_INVALID,
                    rejected(strict, text.substring(0, dot + 1) + base64(changed))
                            .reason());
        }
    }

    @ParameterizedTest
    @EnumSource
    void algorithmThatTheIssuerDoesNotHaveIsRefused(SignatureAlgorithm algorithm) {
        var other = algorithm == SignatureAlgorithm.ES256 ? SignatureAlgorithm.ES384 : SignatureAlgorithm.ES256;
        var verifier = TestIssuer.verifier(TestIssuer.accepting(other), jwks);
        assertEquals(
                TokenRejection.ALGORITHM_NOT_ACCEPTED,
                rejected(verifier, good(algorithm).sign()).reason());
    }

    /** One fault each; the name says which. */
    record Case(String name, String token, TokenRejection reason) {
        @Override
        public String toString() {
            return name + " is refused with " + reason.code();
        }
    }

    static Stream<Case> faults() {
        var text = good().sign();
        int first = text.indexOf('.');
        int second = text.lastIndexOf('.');
        var header = text.substring(0, first);
        var claims = text.substring(first + 1, second);
        var deep = "[".repeat(7) + "]".repeat(7);
        return Stream.of(
                // Form.
                new Case("empty text", "", TokenRejection.TOKEN_MALFORMED),
                new Case("one part", header, TokenRejection.TOKEN_MALFORMED),
                new Case("two parts", header + "." + claims, TokenRejection.TOKEN_MALFORMED),
                new Case("four parts", text + ".", TokenRejection.TOKEN_MALFORMED),
                new Case("JSON serialisation", "{\"payload\":\".\",\".\":1}", TokenRejection.TOKEN_NOT_BASE64URL),
                new Case("five parts", header + ".a.b.c.d", TokenRejection.TOKEN_ENCRYPTED),
                new Case(
                        "enc in the header",
                        good().header("enc", "\"A256GCM\"").sign(),
                        TokenRejection.TOKEN_ENCRYPTED),
                new Case("a token over 8 KiB", sized(BearerToken.MAX_BYTES + 1), TokenRejection.TOKEN_TOO_LARGE),
                new Case("8 KiB + 1 bytes in fewer characters", "\u00e9".repeat(4097), TokenRejection.TOKEN_TOO_LARGE),
                new Case("an empty header", "." + claims + ".AA", TokenRejection.TOKEN_MALFORMED),
                new Case(
                        "empty claims",
                        TestIssuer.signParts(SignatureAlgorithm.ES256, header + "."),
                        TokenRejection.TOKEN_MALFORMED),
                new Case(
                        "padding on the header",
                        TestIssuer.signParts(SignatureAlgorithm.ES256, base64("{\"alg\":\"ES256\"} ") + "=." + claims),
                        TokenRejection.TOKEN_PADDED),
                new Case(
                        "padding on the claims",
                        TestIssuer.signParts(
                                SignatureAlgorithm.ES256,
                                header + "." + base64(paddedTo(good().claimsText(), 2)) + "="),
                        TokenRejection.TOKEN_PADDED),
                new Case("padding on the signature", text + "==", TokenRejection.TOKEN_PADDED),
                new Case(
                        "padding inside",
                        header + "." + claims.substring(0, 8) + "=" + claims.substring(9) + ".AA",
                        TokenRejection.TOKEN_PADDED),
                new Case("a leading blank", " " + text, TokenRejection.TOKEN_WHITESPACE),
                new Case(
                        "a line break inside",
                        header + "." + claims.substring(0, 8) + "\n" + claims.substring(8) + ".AA",
                        TokenRejection.TOKEN_WHITESPACE),
                new Case("a trailing line break", text + "\n", TokenRejection.TOKEN_WHITESPACE),
                new Case(
                        "standard base64",
                        header + "." + claims.substring(0, 8) + "+" + claims.substring(9) + ".AA",
                        TokenRejection.TOKEN_NOT_BASE64URL),
                new Case(
                        "an impossible length",
                        header + "." + base64("{}{") + "A.AA",
                        TokenRejection.TOKEN_NOT_BASE64URL),
                new Case("a character outside ASCII", "\u00e9" + text, TokenRejection.TOKEN_NOT_BASE64URL),
                new Case(
                        "two unused bits set",
                        header + "." + lastBits(base64(paddedTo(good().claimsText(), 2))) + ".AA",
                        TokenRejection.TOKEN_NOT_CANONICAL),
                new Case(
                        "four unused bits set",
                        header + "." + lastBits(base64(paddedTo(good().claimsText(), 1))) + ".AA",
                        TokenRejection.TOKEN_NOT_CANONICAL),
                new Case("unused bits set in the signature", lastBits(text), TokenRejection.TOKEN_NOT_CANONICAL),
                // JSON.
                raw("a list as header", "[]", good().claimsText(), TokenRejection.TOKEN_MALFORMED),
                raw("a list as claims", good().headerText(), "[]", TokenRejection.TOKEN_MALFORMED),
                raw(
                        "claims cut short",
                        good().headerText(),
                        good().claimsText().replace("}", ""),
                        TokenRejection.TOKEN_MALFORMED),
                raw(
                        "a header member twice",
                        good().headerText().replace("{", "{\"alg\":\"ES256\","),
                        good().claimsText(),
                        TokenRejection.DUPLICATE_MEMBER),
                raw(
                        "a claim twice",
                        good().headerText(),
                        good().claimsText().replace("{", "{\"sub\":\"service-account-7\","),
                        TokenRejection.DUPLICATE_MEMBER),
                raw(
                        "a nested claim twice",
                        good().headerText(),
                        good().claim("x", "{\"a\":1,\"a\":1}").claimsText(),
                        TokenRejection.DUPLICATE_MEMBER),
                raw(
                        "something after the header",
                        good().headerText() + "{}",
                        good().claimsText(),
                        TokenRejection.TOKEN_TRAILING_BYTES),
                raw(
                        "something after the claims",
                        good().headerText(),
                        good().claimsText() + "x",
                        TokenRejection.TOKEN_TRAILING_BYTES),
                new Case("a NUL in a claim", good().claim("x", "\"\\u0000\"").sign(), TokenRejection.TOKEN_HOLDS_NUL),
                new Case(
                        "half a surrogate pair in a claim",
                        good().claim("x", "\"\\ud83d\"").sign(),
                        TokenRejection.TOKEN_LONE_SURROGATE),
                new Case(
                        "Latin-1 in the claims",
                        TestIssuer.sign(
                                SignatureAlgorithm.ES256,
                                good().headerText().getBytes(StandardCharsets.UTF_8),
                                good().claim("x", "\"\u00e9\"").claimsText().getBytes(StandardCharsets.ISO_8859_1)),
                        TokenRejection.TOKEN_NOT_UTF8),
                new Case(
                        "a byte order mark",
                        TestIssuer.sign(
                                SignatureAlgorithm.ES256,
                                ("\ufeff" + good().headerText()).getBytes(StandardCharsets.UTF_8),
                                good().claimsText().getBytes(StandardCharsets.UTF_8)),
                        TokenRejection.TOKEN_NOT_UTF8),
                new Case(
                        "claims nine deep",
                        good().claim("x", "[" + deep + "]").sign(),
                        TokenRejection.NESTING_TOO_DEEP),
                new Case(
                        "a header nine deep",
                        good().header("x", "[" + deep + "]").sign(),
                        TokenRejection.NESTING_TOO_DEEP),
                // Header.
                new Case("no alg", good().withoutHeader("alg").sign(), TokenRejection.HEADER_MALFORMED),
                new Case("alg as a number", good().header("alg", "256").sign(), TokenRejection.HEADER_MALFORMED),
                new Case("typ as a list", good().header("typ", "[\"at+jwt\"]").sign(), TokenRejection.HEADER_MALFORMED),
                new Case("cty as a list", good().header("cty", "[]").sign(), TokenRejection.HEADER_MALFORMED),
                new Case("x5t null", good().header("x5t", "null").sign(), TokenRejection.HEADER_MALFORMED),
                new Case("kid as a number", good().header("kid", "1").sign(), TokenRejection.HEADER_MALFORMED),
                new Case("alg none", unsigned(good().header("alg", "\"none\"")), TokenRejection.ALGORITHM_NONE),
                new Case("alg nOnE", unsigned(good().header("alg", "\"nOnE\"")), TokenRejection.ALGORITHM_NONE),
                new Case(
                        "alg none under a good signature",
                        good().header("alg", "\"none\"").sign(),
                        TokenRejection.ALGORITHM_NONE),
                new Case("alg HS256", good().header("alg", "\"HS256\"").sign(), TokenRejection.ALGORITHM_SYMMETRIC),
                new Case("alg hs512", good().header("alg", "\"hs512\"").sign(), TokenRejection.ALGORITHM_SYMMETRIC),
                new Case(
                        "alg ES256K", good().header("alg", "\"ES256K\"").sign(), TokenRejection.ALGORITHM_NOT_ACCEPTED),
                new Case("alg es256", good().header("alg", "\"es256\"").sign(), TokenRejection.ALGORITHM_NOT_ACCEPTED),
                new Case(
                        "jwk in the header",
                        good().header("jwk", TestIssuer.json(TestIssuer.jwk(SignatureAlgorithm.ES256)))
                                .sign(),
                        TokenRejection.EMBEDDED_KEY),
                new Case(
                        "jku in the header",
                        good().header("jku", "\"https://idp.test/jwks\"").sign(),
                        TokenRejection.EMBEDDED_KEY),
                new Case("x5c in the header", good().header("x5c", "[]").sign(), TokenRejection.EMBEDDED_KEY),
                new Case("x5u in the header", good().header("x5u", "null").sign(), TokenRejection.EMBEDDED_KEY),
                new Case(
                        "crit with an extension",
                        good().header("crit", "[\"exp\"]").header("exp", "1").sign(),
                        TokenRejection.CRITICAL_HEADER_UNKNOWN),
                new Case("an empty crit", good().header("crit", "[]").sign(), TokenRejection.CRITICAL_HEADER_UNKNOWN),
                new Case("b64", good().header("b64", "false").sign(), TokenRejection.CRITICAL_HEADER_UNKNOWN),
                // Issuer, and what it may send.
                new Case("no iss", good().without("iss").sign(), TokenRejection.ISSUER_UNKNOWN),
                new Case(
                        "iss with a slash more",
                        good().claim("iss", "\"https://idp.test/\"").sign(),
                        TokenRejection.ISSUER_UNKNOWN),
                new Case(
                        "iss in capitals",
                        good().claim("iss", "\"HTTPS://idp.test\"").sign(),
                        TokenRejection.ISSUER_UNKNOWN),
                new Case(
                        "iss as a list",
                        good().claim("iss", "[\"https://idp.test\"]").sign(),
                        TokenRejection.CLAIM_MALFORMED),
                new Case("another typ", good().header("typ", "\"JWT\"").sign(), TokenRejection.TYPE_NOT_ACCEPTED),
                new Case(
                        "a typ with another slash",
                        good().header("typ", "\"application/at+jwt/x\"").sign(),
                        TokenRejection.TYPE_NOT_ACCEPTED),
                new Case("no typ", good().withoutHeader("typ").sign(), TokenRejection.TYPE_MISSING),
                // Key and signature.
                new Case("an unknown kid", good().header("kid", "\"other\"").sign(), TokenRejection.KEY_UNKNOWN),
                new Case(
                        "a kid in other capitals",
                        good().header("kid", "\"es256\"").sign(),
                        TokenRejection.KEY_UNKNOWN),
                new Case(
                        "the kid of a key for another algorithm",
                        good().header("kid", "\"ES384\"").sign(),
                        TokenRejection.KEY_UNUSABLE),
                new Case(
                        "the kid of another key's algorithm family",
                        good().header("kid", "\"RS256\"").sign(),
                        TokenRejection.KEY_UNUSABLE),
                new Case(
                        "alg PS256 with an RS256 key",
                        good(SignatureAlgorithm.RS256)
                                .header("alg", "\"PS256\"")
                                .sign(),
                        TokenRejection.KEY_UNUSABLE),
                new Case(
                        "another token's signature",
                        text.substring(0, second)
                                + good().claim("sub", "\"x\"").sign().replaceAll(".*\\.", "."),
                        TokenRejection.SIGNATURE_INVALID),
                new Case(
                        "claims changed after signing",
                        header + "." + base64(good().claim("sub", "\"x\"").claimsText()) + text.substring(second),
                        TokenRejection.SIGNATURE_INVALID),
                new Case(
                        "a header changed after signing",
                        base64(good().header("x", "1").headerText()) + text.substring(first),
                        TokenRejection.SIGNATURE_INVALID),
                // Claims.
                new Case(
                        "another aud",
                        good().claim("aud", "\"https://other.test\"").sign(),
                        TokenRejection.AUDIENCE_WRONG),
                new Case(
                        "an aud that begins with ours",
                        good().claim("aud", "\"https://daypass.test/\"").sign(),
                        TokenRejection.AUDIENCE_WRONG),
                new Case(
                        "aud as a list of ours",
                        good().claim("aud", "[\"https://daypass.test\"]").sign(),
                        TokenRejection.AUDIENCE_LIST_NOT_ALLOWED),
                new Case("no aud", good().without("aud").sign(), TokenRejection.AUDIENCE_MISSING),
                new Case("aud as an object", good().claim("aud", "{}").sign(), TokenRejection.CLAIM_MALFORMED),
                new Case(
                        "a number in the aud list",
                        good().claim("aud", "[\"https://daypass.test\",1]").sign(),
                        TokenRejection.CLAIM_MALFORMED),
                new Case("no exp", good().without("exp").sign(), TokenRejection.EXPIRY_MISSING),
                new Case("no iat", good().without("iat").sign(), TokenRejection.ISSUED_AT_MISSING),
                new Case("exp as text", good().claim("exp", "\"4102444800\"").sign(), TokenRejection.CLAIM_MALFORMED),
                new Case("exp null", good().claim("exp", "null").sign(), TokenRejection.CLAIM_MALFORMED),
                new Case("a huge exp", good().claim("exp", "1e308").sign(), TokenRejection.CLAIM_MALFORMED),
                new Case(
                        "an exp whose exponent no integer holds",
                        good().claim("exp", "1e99999999999999999999").sign(),
                        TokenRejection.TOKEN_MALFORMED),
                new Case(
                        "an exp after the year 9999",
                        good().claim("exp", "253402300800").sign(),
                        TokenRejection.CLAIM_MALFORMED),
                new Case(
                        "an exp with many digits",
                        good().claim("exp", "9".repeat(300)).sign(),
                        TokenRejection.CLAIM_MALFORMED),
                new Case("an iat before 1970", good().claim("iat", "-1").sign(), TokenRejection.CLAIM_MALFORMED),
                new Case(
                        "an iat of a tiny fraction",
                        good().claim("iat", "1e-999999999").sign(),
                        TokenRejection.CLAIM_MALFORMED),
                new Case("nbf as text", good().claim("nbf", "\"1\"").sign(), TokenRejection.CLAIM_MALFORMED),
                new Case(
                        "exp equal to iat",
                        good().claim("iat", "" + NOW_SECONDS)
                                .claim("exp", "" + NOW_SECONDS)
                                .sign(),
                        TokenRejection.CLAIM_MALFORMED),
                new Case("no sub", good().without("sub").sign(), TokenRejection.SUBJECT_MISSING),
                new Case("no agent", good().without("agent").sign(), TokenRejection.AGENT_MISSING),
                new Case("no owner", good().without("owner").sign(), TokenRejection.OWNER_MISSING),
                new Case("no jti", good().without("jti").sign(), TokenRejection.TOKEN_ID_MISSING),
                new Case("an empty sub", good().claim("sub", "\"\"").sign(), TokenRejection.CLAIM_MALFORMED),
                new Case(
                        "a sub of 513 characters",
                        good().claim("sub", TestIssuer.quoted("x".repeat(513))).sign(),
                        TokenRejection.CLAIM_MALFORMED),
                new Case(
                        "a line break in the agent",
                        good().claim("agent", "\"a\\nb\"").sign(),
                        TokenRejection.CLAIM_MALFORMED),
                new Case(
                        "a direction override in the owner",
                        good().claim("owner", "\"a\\u202eb\"").sign(),
                        TokenRejection.CLAIM_MALFORMED),
                new Case("owner as a list", good().claim("owner", "[\"a\"]").sign(), TokenRejection.CLAIM_MALFORMED),
                new Case("jti as a number", good().claim("jti", "7").sign(), TokenRejection.CLAIM_MALFORMED),
                new Case("act as text", good().claim("act", "\"a\"").sign(), TokenRejection.CLAIM_MALFORMED),
                new Case(
                        "act without sub",
                        good().claim("act", "{\"iss\":\"a\"}").sign(),
                        TokenRejection.CLAIM_MALFORMED),
                new Case(
                        "a nested act without sub",
                        good().claim("act", "{\"sub\":\"a\",\"act\":{}}").sign(),
                        TokenRejection.CLAIM_MALFORMED));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void oneFaultIsRefusedWithItsOwnReason(Case fault) {
        var rejected = rejected(strict, fault.token());
        assertEquals(fault.reason(), rejected.reason(), rejected.detail());
        assertTrue(rejected.detail().length() <= 400, rejected.detail());
        assertTrue(rejected.detail().chars().allMatch(c -> c >= ' ' && c <= '~'), rejected.detail());
    }

    /** Those that this class's other tests, or the cache's, reach. */
    private static final Set<TokenRejection> ELSEWHERE = EnumSet.of(
            TokenRejection.KEYS_UNAVAILABLE,
            TokenRejection.TOKEN_EXPIRED,
            TokenRejection.TOKEN_NOT_YET_VALID,
            TokenRejection.ISSUED_IN_FUTURE,
            TokenRejection.TOKEN_TOO_OLD);

    @Test
    void everyReasonHasACase() {
        var covered = faults().map(Case::reason).collect(Collectors.toCollection(() -> EnumSet.copyOf(ELSEWHERE)));
        assertEquals(EnumSet.allOf(TokenRejection.class), covered);
    }

    @Test
    void codesAreStable() {
        var codes =
                Arrays.stream(TokenRejection.values()).map(TokenRejection::code).collect(Collectors.joining(" "));
        assertEquals(
                "token_too_large token_malformed token_padded token_whitespace token_not_base64url token_not_canonical "
                        + "token_not_utf8 token_holds_nul token_lone_surrogate token_trailing_bytes duplicate_member "
                        + "nesting_too_deep token_encrypted header_malformed algorithm_none algorithm_symmetric "
                        + "algorithm_not_accepted embedded_key critical_header_unknown type_not_accepted type_missing "
                        + "issuer_unknown key_unknown key_unusable keys_unavailable signature_invalid audience_wrong "
                        + "audience_list_not_allowed audience_missing token_expired token_not_yet_valid issued_in_future "
                        + "token_too_old expiry_missing issued_at_missing subject_missing agent_missing owner_missing "
                        + "token_id_missing claim_malformed",
                codes);
        assertEquals(
                List.of(TokenRejection.KEYS_UNAVAILABLE),
                Arrays.stream(TokenRejection.values())
                        .filter(TokenRejection::retryable)
                        .toList());
    }

    /** Milliseconds from the boundary that stands in the clause; 30 s of skew, 10 min of age. */
    @ParameterizedTest
    @CsvSource({
        // RFC 7519 §4.1.4: on or after exp is too late.
        "exp, -30000, TOKEN_EXPIRED",
        "exp, -29999, ",
        // RFC 7519 §4.1.5: on or after nbf is in time.
        "nbf, 30000, ",
        "nbf, 30001, TOKEN_NOT_YET_VALID",
        "iat, 30000, ",
        "iat, 30001, ISSUED_IN_FUTURE",
    })
    void timesAreJudgedToTheMillisecondAtTheBoundary(String claim, long fromNow, @Nullable TokenRejection expected) {
        var at = NOW.plusMillis(fromNow);
        var token = good().claim(claim, at.getEpochSecond() + "." + "%03d".formatted(at.getNano() / 1_000_000));
        expect(expected, strict, token.sign(), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "-300, 300, ",
        "-300, 301, TOKEN_TOO_OLD",
        // Alive by the skew alone, and of exactly the age that is accepted, and a second more.
        "-600, 0, ",
        "-601, -1, TOKEN_TOO_OLD"
    })
    void ageIsBoundedFromIssueToExpiryAndToNow(long issued, long expires, @Nullable TokenRejection expected) {
        var token = good().claim("iat", "" + (NOW_SECONDS + issued)).claim("exp", "" + (NOW_SECONDS + expires));
        expect(expected, strict, token.sign(), NOW);
    }

    @Test
    void fractionsAndExponentsOfDatesAreUnderstood() {
        var agent = agent(
                strict,
                good().claim("iat", NOW_SECONDS - 1 + ".123456789")
                        .claim("exp", (NOW_SECONDS + 300) * 10 + "e-1")
                        .sign());
        assertEquals(Instant.ofEpochSecond(NOW_SECONDS - 1, 123_456_789), agent.issuedAt());
        assertEquals(NOW.plusSeconds(300), agent.expiresAt());
    }

    @Test
    void tokenOfExactly8KibIsVerified() {
        assertEquals("support-bot", agent(strict, sized(BearerToken.MAX_BYTES)).agent());
    }

    @Test
    void claimsEightDeepAreVerified() {
        assertEquals(
                "support-bot",
                agent(strict, good().claim("x", "[".repeat(7) + "]".repeat(7)).sign())
                        .agent());
    }

    @ParameterizedTest
    @CsvSource({"AT+JWT", "application/at+jwt", "Application/At+Jwt"})
    void typeIsComparedWithoutCaseAndPrefix(String type) {
        assertEquals(
                "support-bot",
                agent(strict, good().header("typ", TestIssuer.quoted(type)).sign())
                        .agent());
    }

    @Test
    void typeIsNotFoldedBeyondAscii() {
        // U+212A, the Kelvin sign, is a k to String.equalsIgnoreCase.
        var issuer = with(Set.of("kt"));
        var verifier = TestIssuer.verifier(issuer, jwks);
        expect(null, verifier, good().header("typ", "\"KT\"").sign(), NOW);
        expect(
                TokenRejection.TYPE_NOT_ACCEPTED,
                verifier,
                good().header("typ", "\"\u212at\"").sign(),
                NOW);
    }

    @Test
    void looseIssuerAcceptsWhatItsEntryAllows() {
        var agent = agent(
                loose,
                good().withoutHeader("typ")
                        .claim("aud", "[\"https://other.test\",\"https://daypass.test\"]")
                        .without("owner")
                        .without("jti")
                        .sign());
        assertEquals(Optional.empty(), agent.owner());
        assertEquals(Optional.empty(), agent.tokenId());
    }

    @Test
    void looseIssuerRefusesWhatItsEntryDoesNotAllow() {
        expect(
                TokenRejection.AUDIENCE_WRONG,
                loose,
                good().withoutHeader("typ")
                        .claim("aud", "[\"https://other.test\"]")
                        .sign(),
                NOW);
        expect(
                TokenRejection.AUDIENCE_WRONG,
                loose,
                good().withoutHeader("typ").claim("aud", "[]").sign(),
                NOW);
        expect(TokenRejection.TYPE_NOT_ACCEPTED, loose, good().sign(), NOW);
        expect(
                TokenRejection.CLAIM_MALFORMED,
                loose,
                good().withoutHeader("typ").claim("owner", "null").sign(),
                NOW);
    }

    @Test
    void actorsAreListedFromTheCurrentOneBackwards() {
        var act = "{\"sub\":\"b\",\"act\":{\"sub\":\"a\",\"iss\":\"x\"}}";
        assertEquals(
                List.of("b", "a"),
                agent(strict, good().claim("act", act).sign()).actors());
    }

    @Test
    void claimsForPolicyAreFlat() {
        var agent = agent(
                strict,
                good().claim("groups", "[\"a\",\"b\",\"a\"]")
                        .claim("ok", "true")
                        .claim("level", "3")
                        .claim("nested", "{\"a\":\"b\"}")
                        .claim("mixed", "[\"a\",1]")
                        .claim("nothing", "null")
                        .sign());
        assertEquals(Set.of("a", "b"), agent.claim("groups"));
        assertEquals(Set.of("true"), agent.claim("ok"));
        assertEquals(Set.of("3"), agent.claim("level"));
        assertEquals(
                Set.of("iss", "aud", "sub", "agent", "owner", "jti", "iat", "exp", "groups", "ok", "level"),
                agent.claims().keySet());
        assertEquals(Set.of(), agent.claim("nested"));
    }

    @Test
    void unknownIssuerCausesNoFetch() {
        expect(
                TokenRejection.ISSUER_UNKNOWN,
                strict,
                good().claim("iss", "\"https://evil.test\"").sign(),
                NOW);
        expect(TokenRejection.TYPE_MISSING, strict, good().withoutHeader("typ").sign(), NOW);
        expect(TokenRejection.TOKEN_PADDED, strict, good().sign() + "==", NOW);
        assertEquals(0, jwks.fetches.get());
    }

    @Test
    void refusalShowsNoMoreThan64CharactersOfTheToken() {
        var detail = rejected(
                        strict,
                        good().claim("iss", TestIssuer.quoted("x".repeat(3000) + "\\n"))
                                .sign())
                .detail();
        assertTrue(detail.contains("x".repeat(64)) && !detail.contains("x".repeat(65)), detail);
    }

    @Test
    void refusalNamesTheTrustedIssuerOnceItIsKnown() {
        assertEquals(Optional.empty(), rejected(strict, "x").issuer());
        assertEquals(
                Optional.of(TestIssuer.strict()),
                rejected(strict, good().without("exp").sign()).issuer());
    }

    @Test
    void nothingPrintsTheToken() {
        var text = good().sign();
        var token = BearerToken.parse(text);
        var verification = strict.verify(token, NOW);
        var signature = text.substring(text.lastIndexOf('.') + 1);
        for (var printed : List.of(
                token.toString(), verification.toString(), agent(strict, text).toString())) {
            assertFalse(printed.contains(signature) || printed.contains(text.substring(0, 20)), printed);
        }
        assertEquals(text, token.reveal());
    }

    private static TrustedIssuer with(Set<String> types) {
        var s = TestIssuer.strict();
        return new TrustedIssuer(
                s.name(),
                s.issuer(),
                s.audience(),
                false,
                types,
                false,
                s.algorithms(),
                s.jwksUri(),
                false,
                s.agentClaim(),
                s.ownerClaim(),
                false,
                s.actorClaim(),
                true,
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                s.vaultMount());
    }

    private static Case raw(String name, String header, String claims, TokenRejection reason) {
        var token = TestIssuer.sign(
                SignatureAlgorithm.ES256,
                header.getBytes(StandardCharsets.UTF_8),
                claims.getBytes(StandardCharsets.UTF_8));
        return new Case(name, token, reason);
    }

    private static String unsigned(TestToken token) {
        return base64(token.headerText()) + "." + base64(token.claimsText()) + ".";
    }

    /** A good token of exactly that many bytes. */
    private static String sized(int bytes) {
        int base = good().claim("x", "\"\"").sign().length();
        for (int fill = (bytes - base) * 3 / 4 - 4; ; fill++) {
            var text = good().claim("x", TestIssuer.quoted("x".repeat(fill))).sign();
            if (text.length() == bytes) {
                return text;
            }
            if (text.length() > bytes) {
                // Some lengths are no base64 length: shift by the header.
                return sizedWithHeader(bytes, fill);
            }
        }
    }

    private static String sizedWithHeader(int bytes, int fill) {
        for (int header = 0; header < 8; header++) {
            for (int less = 0; less < 16; less++) {
                var text = good().header("x", TestIssuer.quoted("x".repeat(header)))
                        .claim("x", TestIssuer.quoted("x".repeat(fill - less)))
                        .sign();
                if (text.length() == bytes) {
                    return text;
                }
            }
        }
        throw new IllegalStateException("no token of " + bytes + " bytes");
    }

    /** The JSON with blanks inside, so that its length leaves that remainder by 3. */
    private static String paddedTo(String json, int remainder) {
        var text = json;
        while (text.length() % 3 != remainder) {
            text = text.replaceFirst("\\{", "{ ");
        }
        return text;
    }

    /** The base64url with the lowest bit of its last character set, which carries no data where the length allows. */
    private static String lastBits(String base64) {
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(base64.charAt(base64.length() - 1));
        return base64.substring(0, base64.length() - 1) + alphabet.charAt(last | 1);
    }

    private static VerifiedAgent agent(TokenVerifier verifier, String text) {
        return assertInstanceOf(Verified.class, verifier.verify(BearerToken.parse(text), NOW))
                .agent();
    }

    private static Rejected rejected(TokenVerifier verifier, String text) {
        return assertInstanceOf(Rejected.class, verifier.verify(BearerToken.parse(text), NOW));
    }

    private static void expect(@Nullable TokenRejection expected, TokenVerifier verifier, String text, Instant now) {
        var result = verifier.verify(BearerToken.parse(text), now);
        var reason = result instanceof Rejected rejected ? rejected.reason() : null;
        assertEquals(expected, reason, result.toString());
    }
}
