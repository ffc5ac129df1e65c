package dev.daypass.audit.seal;

import dev.daypass.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A signed statement: DSSE 1.0, in one form only, so that no byte of it can be changed and nobody notice.
 *
 * @param payload the statement
 * @param keyId which key is said to have signed
 * @param signature in DER
 */
public record Envelope(byte[] payload, String keyId, byte[] signature) {
    /** What the statement is. */
    public static final String TYPE = "application/vnd.daypass.seal+json";

    private static final String BEGIN = "{\"payloadType\":\"" + TYPE + "\",\"payload\":\"";
    private static final String MIDDLE = "\",\"signatures\":[{\"keyid\":\"";
    private static final String SIG = "\",\"sig\":\"";
    private static final String END = "\"}]}";
    private static final Pattern KEY_ID = Pattern.compile("sha256:[0-9a-f]{64}");

    /** The whole object that goes into the bucket. */
    public static byte[] sign(byte[] statement, Signer signer) {
        byte[] signature = signer.signDigest(
                Sha256.of(preAuthenticationEncoding(statement)).bytes());
        var base64 = Base64.getEncoder();
        return (BEGIN
                        + base64.encodeToString(statement)
                        + MIDDLE
                        + signer.keyId()
                        + SIG
                        + base64.encodeToString(signature)
                        + END)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** @throws FormatException if a byte is other than {@link #sign} would have written it */
    public static Envelope parse(byte[] bytes) throws FormatException {
        // One character a byte; whatever is not ASCII is then no base64.
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int payloadEnd = text.indexOf('"', BEGIN.length());
        if (!text.startsWith(BEGIN) || payloadEnd < 0 || !text.startsWith(MIDDLE, payloadEnd)) {
            throw new FormatException("not an envelope of a seal");
        }
        int keyStart = payloadEnd + MIDDLE.length();
        int keyEnd = text.indexOf('"', keyStart);
        if (keyEnd < 0 || !text.startsWith(SIG, keyEnd)) {
            throw new FormatException("not an envelope with one signature");
        }
        String keyId = text.substring(keyStart, keyEnd);
        int sigStart = keyEnd + SIG.length();
        int sigEnd = text.indexOf('"', sigStart);
        if (sigEnd < 0 || !text.substring(sigEnd).equals(END)) {
            throw new FormatException("the envelope does not end after its signature");
        }
        if (!KEY_ID.matcher(keyId).matches()) {
            throw new FormatException("keyid is not a SHA-256");
        }
        return new Envelope(
                decode(text.substring(BEGIN.length(), payloadEnd), "payload"),
                keyId,
                decode(text.substring(sigStart, sigEnd), "sig"));
    }

    /** RFC 4648 §4, with its padding and with nothing in its unused bits. */
    private static byte[] decode(String base64, String member) throws FormatException {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (Base64.getEncoder().encodeToString(bytes).equals(base64)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new FormatException(member + " is not base64");
    }

    /** Whether the named key signed this. */
    public PublicKeys.Signed verify(PublicKeys keys) {
        return keys.verify(keyId, preAuthenticationEncoding(payload), signature);
    }

    /** DSSE 1.0, protocol: {@code PAE(type, body)}; lengths are decimal counts of bytes. */
    static byte[] preAuthenticationEncoding(byte[] payload) {
        byte[] head = ("DSSEv1 " + TYPE.length() + " " + TYPE + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + payload.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(payload, 0, all, head.length, payload.length);
        return all;
    }
}
