package dev.daypass.audit.keys;

import dev.daypass.digest.Sha256;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Keyed digest of one log event's text, as bytes: one is made for every line, and most are never read as a text. Immutable. */
public final class LineDigest {
    /** How many bytes it has. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    /** @throws IllegalArgumentException if these are not {@link #BYTES} bytes */
    public LineDigest(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("not a digest of a line: " + bytes.length + " bytes");
        }
        this.bytes = bytes.clone();
    }

    /** The bytes; for the caller. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** As it stands in records. */
    public Sha256 sha256() {
        return new Sha256(HexFormat.of().formatHex(bytes));
    }

    void writeTo(ByteBuffer buffer) {
        buffer.put(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
