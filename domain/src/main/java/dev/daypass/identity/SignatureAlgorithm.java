package dev.daypass.identity;

import java.util.Optional;

/** The asymmetric signature algorithms of RFC 7518 §3.1 and RFC 8037 §3.1 that can be accepted at all. */
public enum SignatureAlgorithm {
    ES256("ES256"),
    ES384("ES384"),
    ES512("ES512"),
    RS256("RS256"),
    RS384("RS384"),
    RS512("RS512"),
    PS256("PS256"),
    PS384("PS384"),
    PS512("PS512"),
    ED25519("EdDSA");

    private final String jwsName;

    SignatureAlgorithm(String jwsName) {
        this.jwsName = jwsName;
    }

    /** The {@code alg} header's value. */
    public String jwsName() {
        return jwsName;
    }

    /** Untrusted text: empty unless it is exactly one of the names. {@code none} and {@code HS*} never are. */
    public static Optional<SignatureAlgorithm> parse(String jwsName) {
        for (var algorithm : values()) {
            if (algorithm.jwsName.equals(jwsName)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
