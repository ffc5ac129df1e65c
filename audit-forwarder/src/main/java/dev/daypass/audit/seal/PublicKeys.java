package dev.daypass.audit.seal;

import dev.daypass.digest.Sha256;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The public keys that a checker was given, by their ids; at least one. Immutable and thread-safe. */
public final class PublicKeys {
    /** RFC 7468 §5.1: a block of any label, its content in group 2. Text outside of blocks is a comment. */
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final int P256_BITS = 256;

    /** An ECDSA signature on P-256 is never longer: two integers of at most 33 bytes. */
    private static final int LONGEST_SIGNATURE = 72;

    private final Map<String, PublicKey> keys;

    private PublicKeys(Map<String, PublicKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /**
     * The keys of a PEM file.
     *
     * @throws FormatException if there is none, or a block is not a public key on P-256
     */
    public static PublicKeys read(String pem) throws FormatException {
        var keys = new LinkedHashMap<String, PublicKey>();
        var block = BLOCK.matcher(pem);
        while (block.find()) {
            if (!block.group(1).equals("PUBLIC KEY")) {
                throw new FormatException("expected only blocks of the label PUBLIC KEY");
            }
            var key = key(SPACE.matcher(block.group(2)).replaceAll(""));
            keys.put(keyId(key), key);
        }
        if (keys.isEmpty()) {
            throw new FormatException("no public key in PEM");
        }
        return new PublicKeys(keys);
    }

    private static PublicKey key(String base64) throws FormatException {
        try {
            byte[] der = Base64.getDecoder().decode(base64);
            var key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
            if (key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() == P256_BITS && isP256(ec)) {
                return key;
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // said below
        }
        throw new FormatException("a block is not a public key on P-256");
    }

    private static boolean isP256(ECPublicKey key) {
        // The JDK prints a named curve's names and its object identifier; other curves of 256 bits have other ones.
        return String.valueOf(key.getParams()).contains("1.2.840.10045.3.1.7");
    }

    /** {@code sha256:} and the hexadecimal SHA-256 of the key's SubjectPublicKeyInfo. */
    public static String keyId(Key key) {
        return Sha256.of(key.getEncoded()).toString();
    }

    /** The ids. */
    public Set<String> ids() {
        return keys.keySet();
    }

    /** Whether the key of this id signed this message: ECDSA with SHA-256, in DER. */
    public Signed verify(String keyId, byte[] message, byte[] signature) {
        var key = keys.get(keyId);
        if (key == null) {
            return Signed.UNKNOWN_KEY;
        }
        try {
            var verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(key);
            verifier.update(message);
            return isDer(signature) && verifier.verify(signature) ? Signed.GOOD : Signed.BAD;
        } catch (GeneralSecurityException e) {
            return Signed.BAD;
        }
    }

    /** X.690 §10.1: one signature has one encoding, so that it cannot be changed and stay good. */
    private static boolean isDer(byte[] signature) {
        if (signature.length < 8
                || signature.length > LONGEST_SIGNATURE
                || signature[0] != 0x30
                || signature[1] != signature.length - 2) {
            return false;
        }
        int second = integer(signature, 2);
        return second > 0 && integer(signature, second) == signature.length;
    }

    /** Where the positive integer that begins at {@code at} ends; 0 if none does. */
    private static int integer(byte[] der, int at) {
        if (at + 2 >= der.length || der[at] != 0x02) {
            return 0;
        }
        int length = der[at + 1];
        int first = at + 2;
        if (length < 1 || first + length > der.length || der[first] < 0) {
            return 0;
        }
        boolean padded = length > 1 && der[first] == 0 && der[first + 1] >= 0;
        return padded ? 0 : first + length;
    }

    /** What a signature turned out to be. */
    public enum Signed {
        GOOD,
        BAD,
        UNKNOWN_KEY
    }
}
