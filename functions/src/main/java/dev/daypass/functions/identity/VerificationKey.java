package dev.daypass.functions.identity;

import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.Printable;
import dev.daypass.identity.SignatureAlgorithm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of an issuer's set (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). What it says is checked when a token asks for it, so
 * that a key nobody uses costs nothing and breaks nothing (RFC 7517 §5). Safe for threads.
 */
final class VerificationKey {
    private static final int MIN_RSA_BITS = 2048; // RFC 7518 §3.3
    // Verification time grows with the square of it; 4096 is the longest seen from an identity provider.
    private static final int MAX_RSA_BITS = 8192;
    private static final int MAX_EXPONENT_BITS = 64;

    private static final String[] PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

    // SubjectPublicKeyInfo up to the key's own bytes: RFC 5480 §2 (with the uncompressed point's 04), RFC 8410 §4.
    private static final String P256_PREFIX = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
    private static final String P384_PREFIX = "3076301006072a8648ce3d020106052b8104002203620004";
    private static final String P521_PREFIX = "30819b301006072a8648ce3d020106052b810400230381860004";
    private static final String ED25519_PREFIX = "302a300506032b6570032100";

    private final JsonObject jwk;
    private volatile @Nullable PublicKey publicKey;

    VerificationKey(JsonObject jwk) {
        this.jwk = jwk;
    }

    boolean hasKid(String kid) {
        return kid.equals(jwk.get("kid"));
    }

    /** Why the key is not for verifying with that algorithm, or null if by what it says of itself it is. */
    @Nullable String unfitFor(SignatureAlgorithm algorithm) {
        for (var member : PRIVATE_MEMBERS) {
            if (jwk.has(member)) {
                // RFC 7517 §9.2: whoever could read the set could sign.
                return "has the private member " + member;
            }
        }
        if (!keyType(algorithm).equals(jwk.get("kty"))) {
            return "has another kty than " + keyType(algorithm);
        }
        var curve = curve(algorithm);
        if (curve != null && !curve.equals(jwk.get("crv"))) {
            return "has another crv than " + curve;
        }
        // RFC 7517 §4.2 to §4.4: optional, and binding where they are there.
        if (jwk.has("use") && !"sig".equals(jwk.get("use"))) {
            return "has another use than sig";
        }
        if (jwk.has("key_ops")
                && !(jwk.get("key_ops") instanceof List<?> operations && operations.contains("verify"))) {
            return "has key_ops without verify";
        }
        if (jwk.has("alg") && !algorithm.jwsName().equals(jwk.get("alg"))) {
            return "has another alg than " + algorithm.jwsName();
        }
        return null;
    }

    /**
     * The key itself, for an algorithm that it is not {@link #unfitFor}.
     *
     * @throws RefusedException with {@link TokenRejection#KEY_UNUSABLE}
     */
    PublicKey publicKey(SignatureAlgorithm algorithm) throws RefusedException {
        var known = publicKey;
        if (known != null) {
            return known;
        }
        try {
            // An unfit algorithm of the same type differs in nothing that is checked here.
            var read = switch (algorithm) {
                case ES256 -> ec(P256_PREFIX, 32);
                case ES384 -> ec(P384_PREFIX, 48);
                case ES512 -> ec(P521_PREFIX, 66);
                case RS256, RS384, RS512, PS256, PS384, PS512 -> rsa();
                case ED25519 -> ed25519();
            };
            publicKey = read;
            return read;
        } catch (GeneralSecurityException e) {
            throw unusable("is not a valid public key");
        }
    }

    private PublicKey ec(String prefix, int coordinateBytes) throws RefusedException, GeneralSecurityException {
        // RFC 7518 §6.2.1.2: the full size of a coordinate, leading zeros included.
        var encoded = spki(prefix, 2 * coordinateBytes);
        int at = encoded.length - 2 * coordinateBytes;
        System.arraycopy(bytes("x", coordinateBytes), 0, encoded, at, coordinateBytes);
        System.arraycopy(bytes("y", coordinateBytes), 0, encoded, at + coordinateBytes, coordinateBytes);
        var key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
        // SEC 1 §3.2.2.1: both coordinates in the field, on the curve. (The cofactor is 1, and the point at infinity
        // has no
        // coordinates.) A point elsewhere would be arithmetic on another, weaker curve.
        var curve = key.getParams().getCurve();
        var p = ((ECFieldFp) curve.getField()).getP();
        var x = key.getW().getAffineX();
        var y = key.getW().getAffineY();
        var right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB());
        if (x.compareTo(p) >= 0
                || y.compareTo(p) >= 0
                || y.multiply(y).subtract(right).mod(p).signum() != 0) {
            throw unusable("is not a point of its curve");
        }
        return key;
    }

    private PublicKey ed25519() throws RefusedException, GeneralSecurityException {
        var encoded = spki(ED25519_PREFIX, 32);
        System.arraycopy(bytes("x", 32), 0, encoded, encoded.length - 32, 32);
        // Whether it is a point is for the provider to find when the key is used (RFC 8032 §5.1.3).
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private PublicKey rsa() throws RefusedException, GeneralSecurityException {
        // RFC 7518 §6.3.1.1 forbids a leading zero octet and notes that libraries send one; it changes nothing here.
        var modulus = new BigInteger(1, bytes("n", 0));
        if (modulus.bitLength() < MIN_RSA_BITS || modulus.bitLength() > MAX_RSA_BITS || !modulus.testBit(0)) {
            throw unusable("has " + modulus.bitLength() + " bits, accepted are odd moduli of " + MIN_RSA_BITS + " to "
                    + MAX_RSA_BITS);
        }
        var exponent = new BigInteger(1, bytes("e", 0));
        if (exponent.bitLength() < 2 || exponent.bitLength() > MAX_EXPONENT_BITS || !exponent.testBit(0)) {
            throw unusable("has an exponent that is even, 1, or longer than " + MAX_EXPONENT_BITS + " bits");
        }
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    private static byte[] spki(String prefix, int keyBytes) {
        var start = HexFormat.of().parseHex(prefix);
        var encoded = new byte[start.length + keyBytes];
        System.arraycopy(start, 0, encoded, 0, start.length);
        return encoded;
    }

    /** A member's base64url bytes, of that length unless it is 0. */
    private byte[] bytes(String member, int length) throws RefusedException {
        if (!(jwk.get(member) instanceof String text)) {
            throw unusable("has no text in " + member);
        }
        byte[] bytes;
        try {
            var ascii = text.getBytes(StandardCharsets.UTF_8);
            bytes = CompactJws.decode(member, ascii, 0, ascii.length);
        } catch (RefusedException e) {
            throw unusable("has a malformed " + e.getMessage());
        }
        if (length != 0 && bytes.length != length) {
            throw unusable("has " + bytes.length + " bytes in " + member + ", accepted are " + length);
        }
        return bytes;
    }

    private RefusedException unusable(String why) {
        return new RefusedException(TokenRejection.KEY_UNUSABLE, name() + " " + why);
    }

    /** How a refusal names the key. */
    String name() {
        return jwk.get("kid") instanceof String kid ? "the key " + Printable.of(kid) : "the key without kid";
    }

    // RFC 7518 §6.1, RFC 8037 §2.
    private static String keyType(SignatureAlgorithm algorithm) {
        return switch (algorithm) {
            case ES256, ES384, ES512 -> "EC";
            case RS256, RS384, RS512, PS256, PS384, PS512 -> "RSA";
            case ED25519 -> "OKP";
        };
    }

    // RFC 7518 §3.4 ties curve to algorithm.
    private static @Nullable String curve(SignatureAlgorithm algorithm) {
        return switch (algorithm) {
            case ES256 -> "P-256";
            case ES384 -> "P-384";
            case ES512 -> "P-521";
            case ED25519 -> "Ed25519";
            case RS256, RS384, RS512, PS256, PS384, PS512 -> null;
        };
    }
}
