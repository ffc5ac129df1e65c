package dev.daypass.grant;

import java.util.Map;

/**
 * One way of being entitled to a grant: tokens of one issuer in which every claim named holds an accepted value.
 *
 * @param issuer the name of a trusted issuer in the same configuration
 * @param claims claim name to what it must hold; never empty, since "anybody of that issuer" has to be said by a claim
 * @param vaultRole the JWT role in the issuer's Vault mount that checks the same claims a second time
 */
public record Entitlement(String issuer, Map<String, ClaimValues> claims, String vaultRole) {
    public Entitlement {
        if (claims.isEmpty()) {
            throw new IllegalArgumentException("an entitlement names at least one claim");
        }
        claims = Map.copyOf(claims);
    }
}
