package dev.daypass.grant;

import java.util.Map;
import java.util.Set;

/**
 * One way of being entitled to a grant: tokens of one issuer whose claims have, for every claim named, one of the
 * values listed (the whole value, exactly; a claim that is a list of strings matches if one of its members does).
 *
 * @param issuer the name of a trusted issuer in the same configuration
 * @param claims claim name to accepted values; never empty, since "anybody of that issuer" has to be said by a claim
 * @param vaultRole the JWT role in the issuer's Vault mount that checks the same claims a second time
 */
public record Entitlement(String issuer, Map<String, Set<String>> claims, String vaultRole) {
    public Entitlement {
        if (claims.isEmpty()) {
            throw new IllegalArgumentException("an entitlement names at least one claim");
        }
        claims = Map.copyOf(claims);
    }
}
