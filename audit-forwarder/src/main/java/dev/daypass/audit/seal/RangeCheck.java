package dev.daypass.audit.seal;

import dev.daypass.audit.seal.Seal.Range;
import java.util.Comparator;

/** The order of keys, which is that of their UTF-8 bytes, as the bucket lists them; and what lies in a range. */
public final class RangeCheck {
    /** Ascending by UTF-8 bytes; {@link String#compareTo} differs from it above U+FFFF. */
    public static final Comparator<String> KEYS = RangeCheck::compare;

    private RangeCheck() {}

    /** Whether the range holds the key: {@code after < key <= until}. */
    public static boolean holds(Range range, String key) {
        return compare(range.after(), key) < 0 && compare(key, range.until()) <= 0;
    }

    private static int compare(String one, String other) {
        int common = Math.min(one.length(), other.length());
        for (int i = 0; i < common; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                return Integer.compare(rank(a), rank(b));
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    /** Surrogates stand for characters above all that need none, though their own numbers are below U+E000. */
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + 0x10000 : c;
    }
}
