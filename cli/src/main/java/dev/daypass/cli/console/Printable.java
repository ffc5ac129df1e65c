package dev.daypass.cli.console;

/** Text from elsewhere, made fit for a terminal. */
public final class Printable {
    private static final int LIMIT = 600;

    private Printable() {}

    /** Control characters become {@code ?}, so that an answer cannot steer the terminal; at most 600 characters stay. */
    public static String of(String text) {
        return cut(text, LIMIT, "");
    }

    /** The same on one line of at most {@code limit} characters, with an ellipsis for what was cut; line breaks become spaces. */
    public static String line(String text, int limit) {
        String spaced = text.replaceAll("[\\r\\n\\t ]+", " ");
        return spaced.codePointCount(0, spaced.length()) <= limit
                ? cut(spaced, limit, "")
                : cut(spaced, limit - 1, "…");
    }

    /** The same at any length; line breaks and tabs stay. */
    public static String text(String text) {
        var out = new StringBuilder();
        text.codePoints().map(c -> c == '\n' || c == '\t' ? c : harmless(c)).forEach(out::appendCodePoint);
        return out.toString();
    }

    private static String cut(String text, int limit, String end) {
        var out = new StringBuilder();
        text.codePoints().limit(limit).map(Printable::harmless).forEach(out::appendCodePoint);
        return out.append(end).toString();
    }

    private static int harmless(int c) {
        return Character.isISOControl(c)
                ? '?'
                : switch (Character.getType(c)) {
                    // what hides, reorders or breaks lines, and halves of characters
                    case Character.FORMAT,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SURROGATE -> '?';
                    default -> c;
                };
    }
}
