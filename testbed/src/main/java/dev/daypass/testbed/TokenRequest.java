package dev.daypass.testbed;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link DevIdp} is asked to put into a token, beyond what it puts there anyway. Immutable; each method returns a changed
 * copy.
 *
 * @param claims set over the defaults; {@link DevIdp#ABSENT} leaves one out
 * @param header likewise, for the header
 * @param signing something else than the provider's current key
 */
public record TokenRequest(
        String subject, Map<String, Object> claims, Map<String, Object> header, Optional<Signing> signing) {

    /** Keeps copies. */
    public TokenRequest {
        claims = Map.copyOf(claims);
        header = Map.copyOf(header);
    }

    /** A good token for this subject. */
    public static TokenRequest of(String subject) {
        return new TokenRequest(subject, Map.of(), Map.of(), Optional.empty());
    }

    /** With this claim: a string, a number, a list or a map. */
    public TokenRequest claim(String name, Object value) {
        return new TokenRequest(subject, with(claims, name, value), header, signing);
    }

    /** Without this claim. */
    public TokenRequest withoutClaim(String name) {
        return claim(name, DevIdp.ABSENT);
    }

    /** With this header parameter. */
    public TokenRequest header(String name, Object value) {
        return new TokenRequest(subject, claims, with(header, name, value), signing);
    }

    /** Without this header parameter. */
    public TokenRequest withoutHeader(String name) {
        return header(name, DevIdp.ABSENT);
    }

    /** Signed by somebody else, who may still claim the provider's {@code kid}. Sets {@code alg}. */
    public TokenRequest signedBy(JWSAlgorithm algorithm, JWSSigner signer) {
        return new TokenRequest(subject, claims, header, Optional.of(new Signing(algorithm, Optional.of(signer))));
    }

    /** {@code alg} "none" and an empty signature (RFC 7519 §6). */
    public TokenRequest unsigned() {
        return new TokenRequest(
                subject, claims, header, Optional.of(new Signing(new JWSAlgorithm("none"), Optional.empty())));
    }

    private static Map<String, Object> with(Map<String, Object> all, String name, Object value) {
        var changed = new LinkedHashMap<>(all);
        changed.put(name, value);
        return changed;
    }

    /** How to sign; with no signer, not at all. */
    public record Signing(JWSAlgorithm algorithm, Optional<JWSSigner> signer) {}
}
