package dev.daypass.functions.json;

/** Text from outside, made safe to stand in a log line or an answer. */
public final class Printable {
    /** The most characters that {@link #of} returns, quotes not counted. */
    public static final int MAX_LENGTH = 64;

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private Printable() {}

    /**
     * The text in double quotes: anything but printable ASCII as {@code \}{@code uXXXX}, cut after
     * {@value #MAX_LENGTH} characters with {@code ...} where it was cut.
     */
    public static String of(String untrusted) {
        var out = new StringBuilder(MAX_LENGTH + 5).append('"');
        for (int i = 0; i < untrusted.length(); i++) {
            char c = untrusted.charAt(i);
            boolean plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
            if (out.length() - 1 + (plain ? 1 : 6) > MAX_LENGTH) {
                return out.append("\"...").toString();
            }
            if (plain) {
                out.append(c);
            } else {
                out.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(HEX[c >> shift & 0xf]);
                }
            }
        }
        return out.append('"').toString();
    }
}
