package dev.daypass.audit.verify;

import java.util.Comparator;

/**
 * One thing that is wrong. The three texts may repeat what somebody else wrote; {@link #toString} makes them printable.
 *
 * @param code what
 * @param object the key that it is about, or the beginning of the keys of a source
 * @param expected what should be there
 * @param found what is there
 */
public record Defect(Code code, String object, String expected, String found) implements Comparable<Defect> {
    private static final Comparator<Defect> ORDER = Comparator.comparing(Defect::code)
            .thenComparing(Defect::object)
            .thenComparing(Defect::expected)
            .thenComparing(Defect::found);

    @Override
    public int compareTo(Defect other) {
        return ORDER.compare(this, other);
    }

    /** One line, without control characters. */
    @Override
    public String toString() {
        return printable(code.text() + " " + object + ": expected " + expected + ", found " + found);
    }

    private static String printable(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (Character.isISOControl(c)
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                out.append(String.format("\\u{%x}", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
