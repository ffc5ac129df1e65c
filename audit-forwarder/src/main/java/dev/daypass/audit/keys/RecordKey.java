package dev.daypass.audit.keys;

import dev.daypass.audit.intake.Payload;
import dev.daypass.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of every digest in the record that could otherwise be guessed back: of card numbers (ten thousand million are soon
 * tried), of log lines that held one, and of payloads. Whoever has it can try; whoever has the bucket alone cannot. Thread-safe.
 */
public final class RecordKey {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_BYTES = 32;

    private final SecretKey pan;
    private final Mac message;
    private final Mac payload;

    private RecordKey(byte[] secret) {
        // one key a purpose, so that a digest of one kind says nothing about another (NIST SP 800-108r1, §4)
        this.pan = derived(secret, "daypass pan");
        this.message = mac(derived(secret, "daypass message"));
        this.payload = mac(derived(secret, "daypass payload"));
    }

    /** Empty unless it is Base64 (RFC 4648 §4) of at least 32 bytes; spaces around it are allowed. */
    public static Optional<RecordKey> parse(String base64) {
        byte[] secret;
        try {
            secret = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return secret.length < LEAST_BYTES ? Optional.empty() : Optional.of(new RecordKey(secret));
    }

    /** For digests of card numbers. */
    public SecretKey pan() {
        return pan;
    }

    /** Of a log event's text, as it was before anything was taken out. */
    public LineDigest message(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        synchronized (message) {
            return new LineDigest(message.doFinal(bytes));
        }
    }

    /**
     * Of a payload's content: group, stream, and each event's identifier, time and text, so that the same payload always has
     * the same digest and another never.
     *
     * @param messages {@link #message} of each event, in their order
     */
    public Sha256 payload(Payload content, List<LineDigest> messages) {
        var parts = new ArrayList<byte[]>(messages.size() + 2);
        parts.add(content.logGroup().getBytes(StandardCharsets.UTF_8));
        parts.add(content.logStream().getBytes(StandardCharsets.UTF_8));
        for (var event : content.events()) {
            parts.add(event.id().getBytes(StandardCharsets.UTF_8));
        }
        int size = messages.size() * (Long.BYTES + LineDigest.BYTES);
        for (byte[] part : parts) {
            size += Integer.BYTES + part.length;
        }
        var bytes = ByteBuffer.allocate(size);
        part(parts.get(0), bytes);
        part(parts.get(1), bytes);
        for (int i = 0; i < messages.size(); i++) {
            part(parts.get(i + 2), bytes);
            bytes.putLong(content.events().get(i).time().toEpochMilli());
            messages.get(i).writeTo(bytes);
        }
        synchronized (payload) {
            return new Sha256(HexFormat.of().formatHex(payload.doFinal(bytes.array())));
        }
    }

    /** With its length before it: no two lists of parts give the same bytes. */
    private static void part(byte[] part, ByteBuffer to) {
        to.putInt(part.length).put(part);
    }

    private static SecretKey derived(byte[] secret, String purpose) {
        return new SecretKeySpec(
                mac(new SecretKeySpec(secret, ALGORITHM)).doFinal(purpose.getBytes(StandardCharsets.US_ASCII)),
                ALGORITHM);
    }

    private static Mac mac(SecretKey key) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            // Every Java platform has HmacSHA256: javax.crypto.Mac, "Every implementation".
            throw new IllegalStateException(e);
        }
    }
}
