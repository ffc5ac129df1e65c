package dev.daypass.functions.identity;

import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.Printable;
import dev.daypass.functions.json.StrictJson;
import dev.daypass.functions.json.StrictJsonException;
import dev.daypass.identity.SignatureAlgorithm;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An issuer's keys as they were at one moment (RFC 7517 §5). Safe for threads. */
final class JwkSet {
    private static final StrictJson JSON = new StrictJson(JwksCache.MAX_BYTES, TokenVerifier.MAX_DEPTH);

    private final List<VerificationKey> keys;

    private JwkSet(List<VerificationKey> keys) {
        this.keys = keys;
    }

    /** The set, or null if it is none at all; a single odd key does not spoil the others (RFC 7517 §5). */
    static @Nullable JwkSet parse(byte[] utf8) {
        try {
            var list = JSON.object(utf8).list("keys");
            if (list.isEmpty()) {
                return null;
            }
            var keys = new ArrayList<VerificationKey>();
            for (var member : list.get()) {
                if (!(member instanceof JsonObject jwk)) {
                    return null;
                }
                keys.add(new VerificationKey(jwk));
            }
            return new JwkSet(keys);
        } catch (StrictJsonException e) {
            return null;
        }
    }

    /**
     * The key that a token means.
     *
     * @param kid the header's, or null
     * @return null if none of these keys can be meant, so that newer ones are worth a look
     * @throws RefusedException if the key meant cannot be used, or more than one can be meant
     */
    @Nullable PublicKey find(SignatureAlgorithm algorithm, @Nullable String kid) throws RefusedException {
        @Nullable VerificationKey fit = null;
        @Nullable VerificationKey unfit = null;
        int fitting = 0;
        for (var key : keys) {
            if (kid != null && !key.hasKid(kid)) {
                continue;
            }
            if (key.unfitFor(algorithm) == null) {
                fit = key;
                fitting++;
            } else {
                unfit = key;
            }
        }
        if (fitting > 1) {
            // RFC 7515 §4.1.4 leaves kid optional; trying one key after the other would be guessing for the sender.
            throw kid == null
                    ? new RefusedException(
                            TokenRejection.KEY_UNKNOWN,
                            "kid is missing, and " + fitting + " keys of the issuer are for " + algorithm.jwsName())
                    : new RefusedException(
                            TokenRejection.KEY_UNUSABLE,
                            fitting + " keys of the issuer for " + algorithm.jwsName() + " have the kid "
                                    + Printable.of(kid));
        }
        if (fit != null) {
            return fit.publicKey(algorithm);
        }
        if (kid != null && unfit != null) {
            throw new RefusedException(TokenRejection.KEY_UNUSABLE, unfit.name() + " " + unfit.unfitFor(algorithm));
        }
        return null;
    }
}
