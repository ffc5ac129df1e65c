package dev.daypass.functions.identity;

import dev.daypass.configuration.Configuration;
import dev.daypass.functions.identity.Verification.Rejected;
import dev.daypass.functions.identity.Verification.Verified;
import dev.daypass.functions.json.JsonNumber;
import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.Printable;
import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies bearer tokens: signed JWTs (RFC 7519) in JWS compact serialisation (RFC 7515 §7.1), as RFC 8725 advises.
 *
 * <p>The order of checks, each of which ends the verification where it fails:
 *
 * <ol>
 *   <li>form: size, three parts, base64url, strict JSON of the header;
 *   <li>header: algorithm is not {@code none} or symmetric, not a JWE, no embedded key, no critical extension;
 *   <li>issuer: strict JSON of the claims, and {@code iss} is exactly one that is configured. Until the signature is
 *       verified it serves for nothing but to choose that entry, and until here no key was asked for;
 *   <li>what that issuer may send: algorithm, type;
 *   <li>key: by {@code kid}, from {@link JwksCache}, fit for the algorithm;
 *   <li>signature;
 *   <li>claims: audience, {@code exp}, {@code iat}, {@code nbf}, age, subject, agent, owner, actors, {@code jti}.
 * </ol>
 *
 * That a token of a {@code singleUse} issuer is used once only is for state to enforce: {@code jti} is there. Safe for
 * threads.
 */
public final class TokenVerifier {
    /** The deepest nesting of objects and lists in header, claims or key set. */
    public static final int MAX_DEPTH = 8;

    /** The longest {@code sub}, agent, owner, actor or {@code jti}, in characters; these go on into records and logs. */
    public static final int MAX_IDENTIFIER_LENGTH = 512;

    // The last second of the year 9999, the end of what RFC 3339 can write.
    private static final long MAX_NUMERIC_DATE = 253_402_300_799L;
    // RFC 7519 §2 allows fractions; a 64-bit float written out has at most 17 digits and "e-308".
    private static final int MAX_NUMERIC_DATE_LENGTH = 32;

    private final Map<String, TrustedIssuer> issuers = new HashMap<>();
    private final JwksCache keys;

    /** A verifier for the issuers of one configuration, which holds no {@code iss} twice. */
    public TokenVerifier(Configuration configuration, JwksCache keys) {
        for (var issuer : configuration.issuers().values()) {
            issuers.put(issuer.issuer(), issuer);
        }
        this.keys = keys;
    }

    /** Verifies one token as of one moment, to be read once per request. */
    public Verification verify(BearerToken token, Instant now) {
        @Nullable TrustedIssuer issuer = null;
        try {
            var jws = CompactJws.split(token.reveal());
            var header = jws.header();
            var algorithmName = checkHeader(header);
            var claims = jws.claims();
            issuer = issuerOf(claims);
            var algorithm = checkAccepted(issuer, header, algorithmName);
            var kid = text(header, "kid", TokenRejection.HEADER_MALFORMED);
            var signature = jws.signature();
            var key = keys.find(issuer, algorithm, kid, now);
            // RFC 7515 §5.2 step 8.
            if (!SignatureCheck.verifies(algorithm, key, jws.ascii(), jws.signedLength(), signature)) {
                throw new RefusedException(
                        TokenRejection.SIGNATURE_INVALID,
                        "the " + algorithm.jwsName() + " signature does not verify with the issuer's key");
            }
            return new Verified(agent(token, issuer, claims, now), keys.isStale(issuer, now));
        } catch (RefusedException e) {
            return new Rejected(e.reason(), String.valueOf(e.getMessage()), Optional.ofNullable(issuer));
        }
    }

    /**
     * Gets the issuer's keys anew if they are due, waiting for the answer; otherwise, or while another thread does it,
     * returns at once. Where the keys cannot be had the ones that are kept stay in use up to their bound.
     *
     * <p>{@link #verify} never waits for keys that it can do without, and a function instance is frozen between requests,
     * so nothing can be left to a background thread: the caller runs this beside its other calls and waits for both.
     */
    public void refreshKeys(TrustedIssuer issuer, Instant now) {
        keys.refreshIfStale(issuer, now);
    }

    private static String checkHeader(JsonObject header) throws RefusedException {
        // RFC 7515 §4.1.1: alg is required and case-sensitive.
        var algorithm = text(header, "alg", TokenRejection.HEADER_MALFORMED);
        if (algorithm == null) {
            throw new RefusedException(TokenRejection.HEADER_MALFORMED, "alg is missing (RFC 7515 section 4.1.1)");
        }
        // RFC 7516 §9: enc tells a JWE from a JWS.
        if (header.has("enc")) {
            throw new RefusedException(TokenRejection.TOKEN_ENCRYPTED, "enc is there: an encrypted token");
        }
        // RFC 8725 §3.2; without case, since "nOnE" has passed elsewhere.
        if (algorithm.equalsIgnoreCase("none")) {
            throw new RefusedException(TokenRejection.ALGORITHM_NONE, "alg " + Printable.of(algorithm));
        }
        // RFC 7518 §3.2, RFC 8725 §2.1.
        if (algorithm.regionMatches(true, 0, "HS", 0, 2)) {
            throw new RefusedException(TokenRejection.ALGORITHM_SYMMETRIC, "alg " + Printable.of(algorithm));
        }
        // RFC 8725 §3.10 and RFC 7515 §4.1.2 to §4.1.6: keys come from the configured address only.
        refuseEmbedded(header, "jwk");
        refuseEmbedded(header, "jku");
        refuseEmbedded(header, "x5c");
        refuseEmbedded(header, "x5u");
        // RFC 7515 §4.1.11: none of the extensions that crit may list is supported; an empty list is not allowed
        // either.
        if (header.has("crit")) {
            throw new RefusedException(
                    TokenRejection.CRITICAL_HEADER_UNKNOWN, "crit is there, and no extension is supported");
        }
        // RFC 7797 §7: a JWT must not use b64, and changing what is signed only means something if crit lists it.
        if (header.has("b64")) {
            throw new RefusedException(
                    TokenRejection.CRITICAL_HEADER_UNKNOWN, "b64 is not for JWTs (RFC 7797 section 7)");
        }
        // RFC 7515 §4.1.7, §4.1.8, §4.1.10: of no use here, but what is registered as text has to be text.
        text(header, "x5t", TokenRejection.HEADER_MALFORMED);
        text(header, "x5t#S256", TokenRejection.HEADER_MALFORMED);
        text(header, "cty", TokenRejection.HEADER_MALFORMED);
        return algorithm;
    }

    private static void refuseEmbedded(JsonObject header, String parameter) throws RefusedException {
        if (header.has(parameter)) {
            throw new RefusedException(
                    TokenRejection.EMBEDDED_KEY, parameter + " is there; keys come from the issuer's entry only");
        }
    }

    private TrustedIssuer issuerOf(JsonObject claims) throws RefusedException {
        var iss = text(claims, "iss", TokenRejection.CLAIM_MALFORMED);
        if (iss == null) {
            throw new RefusedException(TokenRejection.ISSUER_UNKNOWN, "iss is missing");
        }
        // RFC 8725 §3.8, RFC 7519 §4.1.1: compared character by character, nothing normalised.
        var issuer = issuers.get(iss);
        if (issuer == null) {
            throw new RefusedException(
                    TokenRejection.ISSUER_UNKNOWN, "iss " + Printable.of(iss) + " is not a trusted issuer");
        }
        return issuer;
    }

    private static SignatureAlgorithm checkAccepted(TrustedIssuer issuer, JsonObject header, String algorithmName)
            throws RefusedException {
        // RFC 8725 §3.1: the list is the issuer's entry's, never the token's.
        var algorithm = SignatureAlgorithm.parse(algorithmName);
        if (algorithm.isEmpty() || !issuer.algorithms().contains(algorithm.get())) {
            throw new RefusedException(
                    TokenRejection.ALGORITHM_NOT_ACCEPTED,
                    "alg " + Printable.of(algorithmName) + ", accepted are " + issuer.algorithms());
        }
        // RFC 8725 §3.11.
        var type = text(header, "typ", TokenRejection.HEADER_MALFORMED);
        if (type == null) {
            if (!issuer.allowAbsentType()) {
                throw new RefusedException(
                        TokenRejection.TYPE_MISSING, "typ is missing, accepted are " + issuer.types());
            }
        } else if (!accepts(issuer, type)) {
            throw new RefusedException(
                    TokenRejection.TYPE_NOT_ACCEPTED, "typ " + Printable.of(type) + ", accepted are " + issuer.types());
        }
        return algorithm.get();
    }

    private static boolean accepts(TrustedIssuer issuer, String type) {
        var normalised = mediaType(type);
        for (var accepted : issuer.types()) {
            if (mediaType(accepted).equals(normalised)) {
                return true;
            }
        }
        return false;
    }

    /** RFC 7515 §4.1.9: without case (ASCII's only), and {@code application/} is implied where there is no other slash. */
    private static String mediaType(String type) {
        var lower = new StringBuilder(type.length());
        for (int i = 0; i < type.length(); i++) {
            char c = type.charAt(i);
            lower.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        var text = lower.toString();
        var prefix = "application/";
        return text.startsWith(prefix) && text.indexOf('/', prefix.length()) < 0
                ? text.substring(prefix.length())
                : text;
    }

    private static VerifiedAgent agent(BearerToken token, TrustedIssuer issuer, JsonObject claims, Instant now)
            throws RefusedException {
        checkAudience(issuer, claims);

        var expiresAt = date(claims, "exp", TokenRejection.EXPIRY_MISSING);
        var skew = issuer.clockSkew();
        // RFC 7519 §4.1.4: reject on or after exp.
        if (!now.isBefore(expiresAt.plus(skew))) {
            throw times(TokenRejection.TOKEN_EXPIRED, "exp ", expiresAt, now, issuer);
        }
        var issuedAt = date(claims, "iat", TokenRejection.ISSUED_AT_MISSING);
        // RFC 7519 §4.1.6 leaves iat to the reader: here it cannot be later than now.
        if (issuedAt.isAfter(now.plus(skew))) {
            throw times(TokenRejection.ISSUED_IN_FUTURE, "iat ", issuedAt, now, issuer);
        }
        if (claims.has("nbf")) {
            var notBefore = date(claims, "nbf", TokenRejection.CLAIM_MALFORMED);
            // RFC 7519 §4.1.5: accept on or after nbf.
            if (notBefore.isAfter(now.plus(skew))) {
                throw times(TokenRejection.TOKEN_NOT_YET_VALID, "nbf ", notBefore, now, issuer);
            }
        }
        if (!expiresAt.isAfter(issuedAt)) {
            throw new RefusedException(
                    TokenRejection.CLAIM_MALFORMED, "exp " + expiresAt + " is not after iat " + issuedAt);
        }
        var lifetime = Duration.between(issuedAt, expiresAt);
        if (lifetime.compareTo(issuer.maxTokenAge()) > 0) {
            throw new RefusedException(
                    TokenRejection.TOKEN_TOO_OLD,
                    "from iat to exp " + lifetime + ", accepted are " + issuer.maxTokenAge());
        }
        // No skew here: it is a bound on trust, not on clocks. So a token of exactly that length ends on time.
        var age = Duration.between(issuedAt, now);
        if (age.compareTo(issuer.maxTokenAge()) > 0) {
            throw new RefusedException(
                    TokenRejection.TOKEN_TOO_OLD, "since iat " + age + ", accepted are " + issuer.maxTokenAge());
        }

        var subject = identifier(claims, "sub");
        if (subject == null) {
            throw new RefusedException(TokenRejection.SUBJECT_MISSING, "sub is missing (RFC 7519 section 4.1.2)");
        }
        var agent = identifier(claims, issuer.agentClaim());
        if (agent == null) {
            throw new RefusedException(
                    TokenRejection.AGENT_MISSING, issuer.agentClaim() + ", which names the agent, is missing");
        }
        var owner = identifier(claims, issuer.ownerClaim());
        if (owner == null && !issuer.allowOwnerless()) {
            throw new RefusedException(
                    TokenRejection.OWNER_MISSING, issuer.ownerClaim() + ", which names the owner, is missing");
        }
        var actors = issuer.actorClaim().isPresent()
                ? actors(claims, issuer.actorClaim().get())
                : List.<String>of();
        var tokenId = identifier(claims, "jti");
        if (tokenId == null && issuer.singleUse()) {
            throw new RefusedException(
                    TokenRejection.TOKEN_ID_MISSING, "jti is missing, and tokens of this issuer are for single use");
        }
        return new VerifiedAgent(
                issuer, subject, agent, owner, actors, tokenId, issuedAt, expiresAt, token.digest(), claims);
    }

    // RFC 7519 §4.1.3: a text, or a list of texts.
    private static void checkAudience(TrustedIssuer issuer, JsonObject claims) throws RefusedException {
        var audience = claims.get("aud");
        if (audience == null) {
            throw new RefusedException(
                    TokenRejection.AUDIENCE_MISSING, "aud is missing, accepted is " + Printable.of(issuer.audience()));
        }
        if (audience instanceof String text) {
            if (!text.equals(issuer.audience())) {
                throw new RefusedException(
                        TokenRejection.AUDIENCE_WRONG,
                        "aud " + Printable.of(text) + ", accepted is " + Printable.of(issuer.audience()));
            }
            return;
        }
        if (!(audience instanceof List<?> list)) {
            throw new RefusedException(TokenRejection.CLAIM_MALFORMED, "aud is neither text nor a list of texts");
        }
        for (var member : list) {
            if (!(member instanceof String)) {
                throw new RefusedException(TokenRejection.CLAIM_MALFORMED, "aud is neither text nor a list of texts");
            }
        }
        if (!issuer.allowAudienceList()) {
            throw new RefusedException(
                    TokenRejection.AUDIENCE_LIST_NOT_ALLOWED,
                    "aud is a list of " + list.size() + ", accepted is the text " + Printable.of(issuer.audience()));
        }
        if (!list.contains(issuer.audience())) {
            throw new RefusedException(
                    TokenRejection.AUDIENCE_WRONG,
                    "aud is a list of " + list.size() + " without " + Printable.of(issuer.audience()));
        }
    }

    private static RefusedException times(
            TokenRejection reason, String claim, Instant value, Instant now, TrustedIssuer issuer) {
        return new RefusedException(reason, claim + value + ", now " + now + ", skew tolerated " + issuer.clockSkew());
    }

    /** RFC 8693 §4.1: an object whose {@code sub} is the current actor, and whose own claim of that name the one before. */
    private static List<String> actors(JsonObject claims, String claim) throws RefusedException {
        var actors = new ArrayList<String>();
        // Ends: the depth of the claims is bounded.
        for (var at = claims; at.has(claim); ) {
            if (!(at.get(claim) instanceof JsonObject actor)) {
                throw new RefusedException(TokenRejection.CLAIM_MALFORMED, claim + " is not an object");
            }
            var subject = identifier(actor, "sub");
            if (subject == null) {
                throw new RefusedException(
                        TokenRejection.CLAIM_MALFORMED, claim + " has no sub (RFC 8693 section 4.1)");
            }
            actors.add(subject);
            at = actor;
        }
        return List.copyOf(actors);
    }

    private static @Nullable String text(JsonObject object, String name, TokenRejection ifOther)
            throws RefusedException {
        var value = object.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new RefusedException(ifOther, name + " is not text");
    }

    /** Text that can be kept, compared and printed: neither empty nor long, no control or direction characters. */
    private static @Nullable String identifier(JsonObject claims, String name) throws RefusedException {
        var text = text(claims, name, TokenRejection.CLAIM_MALFORMED);
        if (text == null) {
            return null;
        }
        if (text.isEmpty() || text.length() > MAX_IDENTIFIER_LENGTH) {
            throw new RefusedException(
                    TokenRejection.CLAIM_MALFORMED,
                    name + " has " + text.length() + " characters, accepted are 1 to " + MAX_IDENTIFIER_LENGTH);
        }
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int type = Character.getType(c);
            if (type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                throw new RefusedException(TokenRejection.CLAIM_MALFORMED, name + " has a control or format character");
            }
            i += Character.charCount(c);
        }
        return text;
    }

    /** NumericDate, RFC 7519 §2: seconds since 1970, fractions allowed; here from 1970 to 9999 and down to a nanosecond. */
    private static Instant date(JsonObject claims, String name, TokenRejection ifMissing) throws RefusedException {
        var value = claims.get(name);
        if (value == null) {
            throw new RefusedException(ifMissing, name + " is missing");
        }
        if (value instanceof JsonNumber number && number.lexeme().length() <= MAX_NUMERIC_DATE_LENGTH) {
            try {
                var instant = instant(number.lexeme());
                if (instant != null) {
                    return instant;
                }
            } catch (NumberFormatException | ArithmeticException e) {
                // More than an exponent can hold, or finer than a nanosecond: refused as the other ones.
            }
        }
        throw new RefusedException(
                TokenRejection.CLAIM_MALFORMED, name + " is not a number of seconds between 1970 and 9999");
    }

    private static @Nullable Instant instant(String lexeme) {
        // Nearly all are whole seconds.
        if (lexeme.length() <= 12 && lexeme.indexOf('.') < 0 && lexeme.indexOf('e') < 0 && lexeme.indexOf('E') < 0) {
            long seconds = Long.parseLong(lexeme);
            return seconds >= 0 && seconds <= MAX_NUMERIC_DATE ? Instant.ofEpochSecond(seconds) : null;
        }
        var exact = new BigDecimal(lexeme);
        // Compared before it is expanded: 1e308 fits the length.
        if (exact.signum() < 0 || exact.compareTo(BigDecimal.valueOf(MAX_NUMERIC_DATE)) > 0) {
            return null;
        }
        long seconds = exact.longValue();
        long nanos =
                exact.subtract(BigDecimal.valueOf(seconds)).movePointRight(9).longValueExact();
        return Instant.ofEpochSecond(seconds, nanos);
    }
}
