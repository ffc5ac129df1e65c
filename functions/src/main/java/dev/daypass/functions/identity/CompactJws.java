package dev.daypass.functions.identity;

import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.StrictJson;
import dev.daypass.functions.json.StrictJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** The parts of a JWS in compact serialisation (RFC 7515 §7.1), decoded strictly; nothing in them is verified. */
final class CompactJws {
    private static final StrictJson JSON = new StrictJson(BearerToken.MAX_BYTES, TokenVerifier.MAX_DEPTH);

    private final byte[] ascii;
    private final int firstDot;
    private final int secondDot;
    private final JsonObject header;

    private CompactJws(byte[] ascii, int firstDot, int secondDot, JsonObject header) {
        this.ascii = ascii;
        this.firstDot = firstDot;
        this.secondDot = secondDot;
        this.header = header;
    }

    /** The split text with its header decoded; the other parts only when asked for. */
    static CompactJws split(String text) throws RefusedException {
        // UTF-8 has at least a byte for every char, so a long text is refused without being encoded.
        if (text.length() > BearerToken.MAX_BYTES) {
            throw tooLarge();
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > BearerToken.MAX_BYTES) {
            throw tooLarge();
        }
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first < 0 || second < 0) {
            throw new RefusedException(
                    TokenRejection.TOKEN_MALFORMED,
                    "a token has three parts with dots between them (RFC 7515 section 7.1)");
        }
        int dots = 0;
        for (byte b : bytes) {
            if (b == '.') {
                dots++;
            }
        }
        if (dots == 4) {
            // RFC 7516 §9: five parts are a JWE.
            throw new RefusedException(
                    TokenRejection.TOKEN_ENCRYPTED, "five parts: an encrypted token (RFC 7516 section 9)");
        }
        if (dots != 2) {
            throw new RefusedException(
                    TokenRejection.TOKEN_MALFORMED, "a token has three parts, this one " + (dots + 1));
        }
        if (bytes.length != text.length()) {
            throw new RefusedException(
                    TokenRejection.TOKEN_NOT_BASE64URL, "a character is outside ASCII (RFC 4648 section 5)");
        }
        return new CompactJws(bytes, first, second, json("header", decode("header", bytes, 0, first)));
    }

    JsonObject header() {
        return header;
    }

    JsonObject claims() throws RefusedException {
        return json("claims", decode("claims", ascii, firstDot + 1, secondDot));
    }

    byte[] signature() throws RefusedException {
        return decode("signature", ascii, secondDot + 1, ascii.length);
    }

    /** The whole token; the signature is over its first {@link #signedLength} bytes (RFC 7515 §5.2 step 8). */
    byte[] ascii() {
        return ascii;
    }

    int signedLength() {
        return secondDot;
    }

    private static RefusedException tooLarge() {
        return new RefusedException(
                TokenRejection.TOKEN_TOO_LARGE, "more than the " + BearerToken.MAX_BYTES + " bytes accepted");
    }

    private static JsonObject json(String part, byte[] utf8) throws RefusedException {
        try {
            return JSON.object(utf8);
        } catch (StrictJsonException e) {
            var reason = switch (e.fault()) {
                case TOO_LARGE -> TokenRejection.TOKEN_TOO_LARGE;
                case NOT_UTF8 -> TokenRejection.TOKEN_NOT_UTF8;
                case NUL -> TokenRejection.TOKEN_HOLDS_NUL;
                case LONE_SURROGATE -> TokenRejection.TOKEN_LONE_SURROGATE;
                case DUPLICATE_MEMBER -> TokenRejection.DUPLICATE_MEMBER;
                case TOO_DEEP -> TokenRejection.NESTING_TOO_DEEP;
                case TRAILING_BYTES -> TokenRejection.TOKEN_TRAILING_BYTES;
                case MALFORMED, WRONG_TYPE -> TokenRejection.TOKEN_MALFORMED;
            };
            throw new RefusedException(reason, part + ": " + e.getMessage());
        }
    }

    /**
     * Base64url without padding (RFC 7515 §2), in its one canonical spelling: otherwise many texts, with as many digests,
     * would carry the same signed token.
     */
    static byte[] decode(String part, byte[] ascii, int from, int to) throws RefusedException {
        int length = to - from;
        byte last = length == 0 ? 0 : ascii[to - 1];
        if (last == '=') {
            throw new RefusedException(
                    TokenRejection.TOKEN_PADDED, part + ": padding is not accepted (RFC 7515 section 2)");
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(Arrays.copyOfRange(ascii, from, to));
        } catch (IllegalArgumentException e) {
            // The decoder's message quotes the character.
            throw notBase64Url(part, ascii, from, to);
        }
        // RFC 4648 §3.5: with 2 characters left over 4 bits are unused, with 3 characters 2 bits.
        int unused = switch (length & 3) {
            case 2 -> 0b1111;
            case 3 -> 0b11;
            default -> 0;
        };
        if ((sextet(last) & unused) != 0) {
            throw new RefusedException(
                    TokenRejection.TOKEN_NOT_CANONICAL,
                    part + ": the unused bits of the last character are not zero (RFC 4648 section 3.5)");
        }
        return bytes;
    }

    private static RefusedException notBase64Url(String part, byte[] ascii, int from, int to) {
        for (int i = from; i < to; i++) {
            byte c = ascii[i];
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                return new RefusedException(
                        TokenRejection.TOKEN_WHITESPACE, part + ": white space is not accepted (RFC 7515 section 2)");
            }
            if (c == '=') {
                return new RefusedException(
                        TokenRejection.TOKEN_PADDED, part + ": padding is not accepted (RFC 7515 section 2)");
            }
        }
        return new RefusedException(TokenRejection.TOKEN_NOT_BASE64URL, part + ": not base64url (RFC 4648 section 5)");
    }

    private static int sextet(byte c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : 0;
    }
}
