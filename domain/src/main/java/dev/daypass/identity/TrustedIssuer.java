package dev.daypass.identity;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How far one identity provider is trusted. Nothing is trusted that is not written here, and every loosening is spelt
 * {@code allow…}.
 *
 * @param name the issuer's name in grants, and the last part of its Vault mount
 * @param issuer the exact {@code iss} (RFC 7519 §4.1.1)
 * @param audience the exact {@code aud} that a token for Daypass carries (RFC 7519 §4.1.3)
 * @param allowAudienceList whether {@code aud} may be a list that contains the audience among others
 * @param types accepted {@code typ} header values, compared without case and without a leading {@code application/}
 *     (RFC 7515 §4.1.9)
 * @param allowAbsentType whether a token without {@code typ} is accepted
 * @param algorithms accepted {@code alg} values, asymmetric only
 * @param jwksUri where the issuer's keys are; https unless {@code allowPlainHttpJwks}
 * @param agentClaim the claim that names the agent, {@code sub} for most
 * @param ownerClaim the claim that names the accountable person or team
 * @param allowOwnerless whether a token without an owner is accepted
 * @param actorClaim the claim with the delegation chain (RFC 8693 §4.1), if the issuer sends one
 * @param singleUse whether a token is accepted once only; then {@code jti} is required
 * @param maxTokenAge the longest time between {@code iat} and {@code exp}, and since {@code iat}
 * @param clockSkew tolerated on every time claim; at most 60 s
 * @param vaultMount the JWT auth mount in Vault that trusts the same issuer, such as {@code jwt-dev}
 */
public record TrustedIssuer(
        String name,
        String issuer,
        String audience,
        boolean allowAudienceList,
        Set<String> types,
        boolean allowAbsentType,
        Set<SignatureAlgorithm> algorithms,
        URI jwksUri,
        boolean allowPlainHttpJwks,
        String agentClaim,
        String ownerClaim,
        boolean allowOwnerless,
        Optional<String> actorClaim,
        boolean singleUse,
        Duration maxTokenAge,
        Duration clockSkew,
        String vaultMount) {
    /** The most that clocks may differ. */
    public static final Duration MAX_CLOCK_SKEW = Duration.ofSeconds(60);

    public TrustedIssuer {
        if (algorithms.isEmpty()) {
            throw new IllegalArgumentException("issuer " + name + ": no algorithm is accepted");
        }
        if (types.isEmpty() && !allowAbsentType) {
            throw new IllegalArgumentException("issuer " + name + ": no token type is accepted");
        }
        if (clockSkew.isNegative() || clockSkew.compareTo(MAX_CLOCK_SKEW) > 0) {
            throw new IllegalArgumentException("issuer " + name + ": clock skew must be between 0 and 60 s");
        }
        if (maxTokenAge.isNegative() || maxTokenAge.isZero()) {
            throw new IllegalArgumentException("issuer " + name + ": the maximum token age must be positive");
        }
        if (!"https".equals(jwksUri.getScheme()) && !("http".equals(jwksUri.getScheme()) && allowPlainHttpJwks)) {
            throw new IllegalArgumentException("issuer " + name + ": the JWKS address must be https");
        }
        types = Set.copyOf(types);
        algorithms = Set.copyOf(algorithms);
    }
}
