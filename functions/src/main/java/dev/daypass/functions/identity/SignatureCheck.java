package dev.daypass.functions.identity;

import dev.daypass.identity.SignatureAlgorithm;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** Signatures of RFC 7518 §3 and RFC 8037 §3.1 by the platform's own providers. */
final class SignatureCheck {
    private SignatureCheck() {}

    /**
     * Whether the signature over the first {@code signedLength} bytes verifies.
     *
     * @param key of the type and strength that {@link VerificationKey} demands for the algorithm
     * @throws RefusedException with {@link TokenRejection#KEY_UNUSABLE} if the provider refuses the key
     */
    static boolean verifies(
            SignatureAlgorithm algorithm, PublicKey key, byte[] message, int signedLength, byte[] signature)
            throws RefusedException {
        // RFC 7518 §3.4 and RFC 8037 §3.1: these have one length; RSA's is the modulus', which the provider compares.
        int length = fixedLength(algorithm);
        if (length != 0 && (signature.length != length || isEcdsa(algorithm) && hasZeroHalf(signature))) {
            return false;
        }
        try {
            var verifier = verifier(algorithm);
            verifier.initVerify(key);
            verifier.update(message, 0, signedLength);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            // What providers throw for a signature that is not even well-formed.
            return false;
        } catch (InvalidKeyException e) {
            throw new RefusedException(TokenRejection.KEY_UNUSABLE, "the issuer's key is not a valid public key");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks " + algorithm.jwsName(), e);
        }
    }

    private static Signature verifier(SignatureAlgorithm algorithm) throws GeneralSecurityException {
        return switch (algorithm) {
            case ES256 -> Signature.getInstance("SHA256withECDSAinP1363Format");
            case ES384 -> Signature.getInstance("SHA384withECDSAinP1363Format");
            case ES512 -> Signature.getInstance("SHA512withECDSAinP1363Format");
            case RS256 -> Signature.getInstance("SHA256withRSA");
            case RS384 -> Signature.getInstance("SHA384withRSA");
            case RS512 -> Signature.getInstance("SHA512withRSA");
            case PS256 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
            case PS384 -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
            case PS512 -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
            case ED25519 -> Signature.getInstance("Ed25519");
        };
    }

    // RFC 7518 §3.5: MGF1 with the same hash, and a salt as long as the hash.
    private static Signature pss(String hash, MGF1ParameterSpec mask, int saltBytes) throws GeneralSecurityException {
        var signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec(hash, "MGF1", mask, saltBytes, PSSParameterSpec.TRAILER_FIELD_BC));
        return signature;
    }

    /** The signature's bytes, or 0 where they depend on the key. */
    private static int fixedLength(SignatureAlgorithm algorithm) {
        return switch (algorithm) {
            case ES256, ED25519 -> 64;
            case ES384 -> 96;
            case ES512 -> 132;
            case RS256, RS384, RS512, PS256, PS384, PS512 -> 0;
        };
    }

    private static boolean isEcdsa(SignatureAlgorithm algorithm) {
        return algorithm == SignatureAlgorithm.ES256
                || algorithm == SignatureAlgorithm.ES384
                || algorithm == SignatureAlgorithm.ES512;
    }

    // FIPS 186-5 §6.4.2: r and s are at least 1. JDK 15 to 18 accepted zeros for any message (CVE-2022-21449).
    private static boolean hasZeroHalf(byte[] signature) {
        int half = signature.length / 2;
        return isZero(signature, 0, half) || isZero(signature, half, signature.length);
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
