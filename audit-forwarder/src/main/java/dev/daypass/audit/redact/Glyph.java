package dev.daypass.audit.redact;

/**
 * What one UTF-16 unit can be in a disguised card number. The table is the definition of "can be part of one": a unit
 * that is {@link #OTHER} here ends every number, which is what lets the scan look at every thirteenth unit only.
 */
final class Glyph {
    /** In no card number, however disguised. */
    static final byte OTHER = 0;

    /** Found inside escapes only: the letters of {@code \u00ad}, {@code \n}, the entity of NBSP, {@code E'}. */
    static final byte ESCAPE_PART = 1;

    /** Begins an escape, or a join of two SQL literals. */
    static final byte INTRODUCER = 2;

    /** Stands between digits. */
    static final byte SEPARATOR = 3;

    /** Half of a code point above U+FFFF; some of those are digits. */
    static final byte SURROGATE = 4;

    /** A digit is this plus its value. */
    static final byte DIGIT = 16;

    private static final byte[] OF = new byte[1 << 16];

    static {
        for (int c = 0; c < OF.length; c++) {
            OF[c] = Character.isSurrogate((char) c) ? SURROGATE : ofAnyCodePoint(c);
        }
        for (char c : "abcdefABCDEFnrtuxUXNpsv#;".toCharArray()) {
            OF[c] = ESCAPE_PART;
        }
        for (char c : "\\%&'|".toCharArray()) {
            OF[c] = INTRODUCER;
        }
    }

    /** The kinds of ASCII's code points, which are nearly all that is read. */
    private static final byte[] OF_ASCII = new byte[0x80];

    static {
        for (int c = 0; c < OF_ASCII.length; c++) {
            OF_ASCII[c] = ofAnyCodePoint(c);
        }
    }

    private Glyph() {}

    static byte of(char c) {
        return OF[c];
    }

    /** The kind of a code point that was written plainly or decoded from an escape. */
    static byte ofCodePoint(int c) {
        return c < OF_ASCII.length ? OF_ASCII[c] : ofAnyCodePoint(c);
    }

    private static byte ofAnyCodePoint(int c) {
        int type = Character.getType(c);
        if (type == Character.DECIMAL_DIGIT_NUMBER) {
            return (byte) (DIGIT + Character.digit(c, 10));
        }
        boolean separates = switch (type) {
            case Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.DASH_PUNCTUATION,
                    Character.FORMAT,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK -> true;
            default -> c >= '\t' && c <= '\r' || c == 0x85 || isDrawnLikeASeparator(c);
        };
        return separates ? SEPARATOR : OTHER;
    }

    /** Dots, slashes, underscores and minus signs of all scripts; and the plus that is a space in a URL. */
    private static boolean isDrawnLikeASeparator(int c) {
        return "./_+\u00b7\u2022\u2027\u2043\u2044\u2212\u2215\u2219\u22c5\u30fb\uff0b\uff0e\uff0f\uff3f\u02d7\u00af"
                        .indexOf(c)
                >= 0;
    }
}
