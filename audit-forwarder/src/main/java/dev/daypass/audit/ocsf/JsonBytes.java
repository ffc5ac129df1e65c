package dev.daypass.audit.ocsf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON text (RFC 8259) as UTF-8, of fragments that are JSON already and of values. The caller keeps the order of braces and commas. Lone
 * surrogates, which UTF-8 has no bytes for, become U+FFFD; control characters, and U+2028 and U+2029, at which some readers break
 * lines, are escaped. Not thread-safe.
 */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** The longest escape, of a control character: six bytes for one. */
    private static final int LONGEST_ESCAPE = 6;

    private static final byte PLAIN = 0;

    /** Written after a backslash. */
    private static final byte ESCAPED = 1;

    /** Anything beyond that, and the question mark, which is what Java writes instead of a lone surrogate. */
    private static final byte OTHER = 2;

    private static final byte[] KINDS = new byte[256];

    static {
        Arrays.fill(KINDS, 0, 0x20, OTHER);
        Arrays.fill(KINDS, 0x80, 0x100, OTHER);
        KINDS['?'] = OTHER;
        KINDS['"'] = ESCAPED;
        KINDS['\\'] = ESCAPED;
    }

    private byte[] buffer;
    private int length;

    JsonBytes(int size) {
        buffer = new byte[size];
    }

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    /** What has been written, without a copy; good until the next write. */
    byte[] buffer() {
        return buffer;
    }

    /** What is JSON already. */
    JsonBytes raw(byte[] json) {
        room(json.length);
        System.arraycopy(json, 0, buffer, length, json.length);
        length += json.length;
        return this;
    }

    /** What was written from {@code from} to {@code to}, once more. */
    JsonBytes again(int from, int to) {
        room(to - from);
        System.arraycopy(buffer, from, buffer, length, to - from);
        length += to - from;
        return this;
    }

    /** Text of ours without quotes around it: printable ASCII in which nothing needs an escape. */
    JsonBytes ascii(String text) {
        return raw(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Two digits for each byte, without quotes. */
    JsonBytes hex(byte[] bytes) {
        room(2 * bytes.length);
        for (byte b : bytes) {
            buffer[length++] = HEX[b >> 4 & 0xf];
            buffer[length++] = HEX[b & 0xf];
        }
        return this;
    }

    JsonBytes number(long value) {
        if (value < 0) {
            return ascii(Long.toString(value));
        }
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        room(digits);
        length += digits;
        int at = length;
        long rest = value;
        do {
            buffer[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        return this;
    }

    /** Any text, in quotes. */
    JsonBytes text(String text) {
        // Java's own encoder is several times as fast as a loop over characters, so only what it cannot do is done
        // here.
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        room(LONGEST_ESCAPE * text.length() + 2);
        int start = length;
        byte[] out = buffer;
        int at = start;
        out[at++] = '"';
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            byte kind = KINDS[b & 0xff];
            if (kind == ESCAPED) {
                out[at++] = '\\';
            } else if (kind != PLAIN) {
                // Up to here each character was one byte.
                char c = text.charAt(i);
                if (c >= 0x80) {
                    return characters(text, i, at);
                }
                at = escape(out, at, c);
                continue;
            }
            out[at++] = b;
        }
        out[at++] = '"';
        length = at;
        return this;
    }

    /** The rest of a text that has more than ASCII in it. */
    private JsonBytes characters(String text, int from, int start) {
        byte[] out = buffer;
        int at = start;
        int chars = text.length();
        for (int i = from; i < chars; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (KINDS[c] == PLAIN) {
                    out[at++] = (byte) c;
                } else {
                    at = escape(out, at, c);
                }
            } else if (c < 0x800) {
                out[at++] = (byte) (0xc0 | c >> 6);
                out[at++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c) && i + 1 < chars && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                out[at++] = (byte) (0xf0 | point >> 18);
                out[at++] = (byte) (0x80 | point >> 12 & 0x3f);
                out[at++] = (byte) (0x80 | point >> 6 & 0x3f);
                out[at++] = (byte) (0x80 | point & 0x3f);
            } else if (c == '\u2028' || c == '\u2029') {
                at = unicode(out, at, c);
            } else {
                char kept = Character.isSurrogate(c) ? '\ufffd' : c;
                out[at++] = (byte) (0xe0 | kept >> 12);
                out[at++] = (byte) (0x80 | kept >> 6 & 0x3f);
                out[at++] = (byte) (0x80 | kept & 0x3f);
            }
        }
        out[at++] = '"';
        length = at;
        return this;
    }

    /** A character of ASCII, escaped if it has to be. */
    private static int escape(byte[] out, int start, char c) {
        int at = start;
        char letter = switch (c) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
        if (letter == 0) {
            if (c < 0x20) {
                return unicode(out, at, c);
            }
            out[at++] = (byte) c;
            return at;
        }
        out[at++] = '\\';
        out[at++] = (byte) letter;
        return at;
    }

    private static int unicode(byte[] out, int start, char c) {
        int at = start;
        out[at++] = '\\';
        out[at++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            out[at++] = HEX[c >> shift & 0xf];
        }
        return at;
    }

    private void room(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(
                    buffer, Math.addExact(Math.max(length, buffer.length), Math.max(more, buffer.length)));
        }
    }
}
