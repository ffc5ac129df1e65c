package dev.daypass.functions.identity;

import java.util.Locale;

/** Why a token is refused: the closed list. Names are stable, since they are what audit and callers see as codes. */
public enum TokenRejection {
    /** More than {@link BearerToken#MAX_BYTES}. */
    TOKEN_TOO_LARGE,
    /** Not three parts, or a part is not a JSON object. */
    TOKEN_MALFORMED,
    /** A part has base64 padding (RFC 7515 §2: all trailing '=' omitted). */
    TOKEN_PADDED,
    /** A blank or line break in a part (RFC 7515 §2). */
    TOKEN_WHITESPACE,
    /** Another character outside base64url, or an impossible length (RFC 4648 §5). */
    TOKEN_NOT_BASE64URL,
    /** Unused bits of the last base64url character are not zero (RFC 4648 §3.5): a second spelling of the same bytes. */
    TOKEN_NOT_CANONICAL,
    /** Header or claims are not UTF-8 (RFC 7515 §5.2 step 3, RFC 7519 §7.2 step 10). */
    TOKEN_NOT_UTF8,
    /** U+0000 in header or claims. */
    TOKEN_HOLDS_NUL,
    /** Half a surrogate pair in header or claims. */
    TOKEN_LONE_SURROGATE,
    /** Something after the JSON object of header or claims. */
    TOKEN_TRAILING_BYTES,
    /** A name twice in one object (RFC 7515 §4, RFC 7519 §4). */
    DUPLICATE_MEMBER,
    /** Header or claims nest deeper than {@value TokenVerifier#MAX_DEPTH}. */
    NESTING_TOO_DEEP,
    /** A JWE (RFC 7516 §3.1). */
    TOKEN_ENCRYPTED,
    /** A header parameter is missing or of the wrong type. */
    HEADER_MALFORMED,
    /** {@code alg} is {@code none} in any spelling (RFC 8725 §3.2). */
    ALGORITHM_NONE,
    /** {@code alg} is {@code HS…} (RFC 8725 §2.1: an RSA key used as an HMAC secret). */
    ALGORITHM_SYMMETRIC,
    /** {@code alg} is not among the issuer's. */
    ALGORITHM_NOT_ACCEPTED,
    /** {@code jwk}, {@code jku}, {@code x5c} or {@code x5u} in the header (RFC 8725 §3.10). */
    EMBEDDED_KEY,
    /** {@code crit} names an extension, and none is supported (RFC 7515 §4.1.11). */
    CRITICAL_HEADER_UNKNOWN,
    /** {@code typ} is not among the issuer's (RFC 8725 §3.11). */
    TYPE_NOT_ACCEPTED,
    /** No {@code typ}, and the issuer does not allow that. */
    TYPE_MISSING,
    /** {@code iss} is not, character by character, one that is configured (RFC 8725 §3.8). */
    ISSUER_UNKNOWN,
    /** No key of the issuer has the token's {@code kid}, or it has none and more than one key could be meant. */
    KEY_UNKNOWN,
    /** The key of that {@code kid} cannot be used, or not with that {@code alg} (RFC 8725 §3.1). */
    KEY_UNUSABLE,
    /** The issuer's keys cannot be had, and none that are young enough are kept. The only one worth a retry. */
    KEYS_UNAVAILABLE,
    /** The signature does not verify (RFC 7515 §5.2 step 8). */
    SIGNATURE_INVALID,
    /** {@code aud} is another (RFC 7519 §4.1.3). */
    AUDIENCE_WRONG,
    /** {@code aud} is a list, and the issuer's entry does not allow one. */
    AUDIENCE_LIST_NOT_ALLOWED,
    /** No {@code aud}. */
    AUDIENCE_MISSING,
    /** On or after {@code exp} (RFC 7519 §4.1.4). */
    TOKEN_EXPIRED,
    /** Before {@code nbf} (RFC 7519 §4.1.5). */
    TOKEN_NOT_YET_VALID,
    /** {@code iat} is later than now. */
    ISSUED_IN_FUTURE,
    /** The token lives, or has lived, longer than the issuer's entry allows. */
    TOKEN_TOO_OLD,
    /** No {@code exp}. */
    EXPIRY_MISSING,
    /** No {@code iat}. */
    ISSUED_AT_MISSING,
    /** No {@code sub}. */
    SUBJECT_MISSING,
    /** Not the claim that names the agent. */
    AGENT_MISSING,
    /** Not the claim that names the owner, and the issuer does not allow that. */
    OWNER_MISSING,
    /** No {@code jti}, and the issuer's tokens are for single use. */
    TOKEN_ID_MISSING,
    /** A claim is of the wrong type or out of range. */
    CLAIM_MALFORMED;

    /** The stable code, such as {@code token_expired}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the very same request may succeed later, though nothing about it changes. */
    public boolean retryable() {
        return this == KEYS_UNAVAILABLE;
    }
}
