package dev.daypass.cli.console;

/** Text from elsewhere, made fit for a terminal. */
public final class Printable {
    private static final int LIMIT = 600;

    private Printable() {}

    /** Control characters become {@code ?}, so that an answer cannot steer the terminal; at most 600 characters stay. */
    public static String of(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .limit(LIMIT)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(out::appendCodePoint);
        return out.toString();
    }
}
