package dev.daypass.audit.redact;

/**
 * Reads one code point of a text, whatever it was escaped with. Of one thread at a time.
 *
 * <p>Two escapes can be read in two ways: a percent sign before digits may be just that ({@code LIKE '%378…'}), and
 * {@code \0661} may be an octal 6 and a 1 or an Arabic-Indic 1. {@link #alternate} chooses.
 */
final class Unescape {
    private static final int MOST_BACKSLASHES = 16;
    private static final int NOT = -1;

    private char[] text = {};
    private int limit;

    /** Whether to read the second way. */
    boolean alternate;

    /** The code point read, or -1 where an introducer introduced nothing. */
    int codePoint;

    /** Where the next one begins. */
    int next;

    void reset(char[] newText, int newLimit) {
        text = newText;
        limit = newLimit;
    }

    /** Reads what begins at {@code at}, which is before the limit. What cannot be read is one unit long. */
    void read(int at) {
        char c = text[at];
        next = at + 1;
        codePoint = c;
        switch (c) {
            case '\\' -> readBackslash(at);
            case '%' -> readPercent(at);
            case '&' -> readEntity(at);
            default -> {
                if (Character.isHighSurrogate(c) && next < limit && Character.isLowSurrogate(text[next])) {
                    codePoint = Character.toCodePoint(c, text[next++]);
                }
            }
        }
    }

    private void readBackslash(int at) {
        int p = at + 1;
        while (p < limit && text[p] == '\\' && p - at < MOST_BACKSLASHES) {
            p++;
        }
        if (p == limit) {
            codePoint = NOT;
            return;
        }
        char c = text[p];
        switch (c) {
            case 'n' -> take('\n', p + 1);
            case 'r' -> take('\r', p + 1);
            case 't' -> take('\t', p + 1);
            case 'f' -> take('\f', p + 1);
            case 'v' -> take('\u000b', p + 1);
            case 'u', 'U' -> readUnicode(p + 1, at);
            case 'x' -> readBytes(at, p - at + 1, hex(p + 1, 2), p + 3);
            case '+' -> {
                int value = hex(p + 1, 6);
                if (value >= 0 && value <= Character.MAX_CODE_POINT) {
                    take(value, p + 7);
                } else {
                    take('+', p + 1);
                }
            }
            case '\'', '/', '-', '.', '_', ' ', '\n', '\r', '\t' -> take(c, p + 1);
            default -> readNumber(p);
        }
    }

    /** Four digits of {@code U&''}, or three of an octal escape. */
    private void readNumber(int p) {
        int four = hex(p, 4);
        int three = octal(p);
        boolean fourMean = four >= 0 && Glyph.ofCodePoint(four) >= Glyph.SEPARATOR;
        boolean threeMean = three >= 0 && Glyph.ofCodePoint(three) >= Glyph.SEPARATOR;
        if (fourMean && (alternate || !threeMean)) {
            take(four, p + 4);
        } else if (threeMean) {
            take(three, p + 3);
        } else {
            codePoint = NOT;
        }
    }

    private void readUnicode(int p, int at) {
        int value = hex(p, 4);
        if (value < 0) {
            codePoint = NOT;
            return;
        }
        take(value, p + 4);
        if (Character.isHighSurrogate((char) value)) {
            int length = next - at;
            if (next + length <= limit && text[next] == '\\') {
                int low = hex(next + length - 4, 4);
                if (low >= 0 && Character.isLowSurrogate((char) low)) {
                    take(Character.toCodePoint((char) value, (char) low), next + length);
                }
            }
        }
    }

    private void readPercent(int at) {
        if (alternate) {
            codePoint = NOT;
            return;
        }
        int p = at + 1;
        // %2534 is a %34 that was escaped once more.
        while (p - at < MOST_BACKSLASHES
                && p + 3 < limit
                && text[p] == '2'
                && text[p + 1] == '5'
                && hex(p + 2, 2) >= 0) {
            p += 2;
        }
        readBytes(at, p - at, hex(p, 2), p + 2);
    }

    /** One code point in UTF-8, each byte escaped as the first one: by {@code intro} units that stand at {@code at}. */
    private void readBytes(int at, int intro, int first, int end) {
        if (first < 0) {
            codePoint = NOT;
            return;
        }
        int more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
        int value = more == 0 ? first : first & (0x3f >> more);
        int p = end;
        for (int i = 0; i < more; i++) {
            if (p + intro + 2 > limit || text[p] != text[at]) {
                codePoint = NOT;
                return;
            }
            int byteValue = hex(p + intro, 2);
            if (byteValue < 0x80 || byteValue > 0xbf) {
                codePoint = NOT;
                return;
            }
            value = value << 6 | byteValue & 0x3f;
            p += intro + 2;
        }
        take(value, p);
    }

    private void readEntity(int at) {
        codePoint = NOT;
        int p = at + 1;
        if (p + 4 < limit && text[p] == 'n' && text[p + 1] == 'b' && text[p + 2] == 's' && text[p + 3] == 'p') {
            take(0xa0, p + 4);
        } else if (p + 1 < limit && text[p] == '#') {
            p++;
            int base = 10;
            if (text[p] == 'x' || text[p] == 'X') {
                base = 16;
                p++;
            }
            int value = 0;
            int digits = 0;
            while (p < limit && digits < 7 && Character.digit(text[p], base) >= 0 && text[p] < 0x80) {
                value = value * base + Character.digit(text[p], base);
                p++;
                digits++;
            }
            if (digits == 0 || value > Character.MAX_CODE_POINT || p == limit || text[p] != ';') {
                return;
            }
            take(value, p);
        } else {
            return;
        }
        if (next < limit && text[next] == ';') {
            next++;
        }
    }

    private void take(int value, int end) {
        codePoint = value;
        next = end;
    }

    private int hex(int from, int digits) {
        if (from + digits > limit) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text[i] < 0x80 ? Character.digit(text[i], 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private int octal(int from) {
        if (from + 3 > limit) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < from + 3; i++) {
            if (text[i] < '0' || text[i] > '7') {
                return -1;
            }
            value = value << 3 | text[i] - '0';
        }
        return value;
    }
}
