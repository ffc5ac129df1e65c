package dev.daypass.acceptance.attempts;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Everything that a server said during an attempt, in order. Not thread-safe. */
public final class Heard {
    private final List<Word> words = new ArrayList<>();
    private final List<List<String>> columns = new ArrayList<>();
    private int ofThisStep;

    /** One thing that was said. {@code kind} tells whether it is a value, a column's name, a notice, a field of an error, … */
    public record Word(String kind, String text) {
        @Override
        public String toString() {
            return kind + ": " + text;
        }
    }

    /** Anything but a value. */
    public void say(String kind, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            words.add(new Word(kind, text));
        }
    }

    /** As {@link #say}, for what is told again and again. */
    public void sayOnce(String kind, String text) {
        var word = new Word(kind, text);
        if (!words.contains(word)) {
            words.add(word);
        }
    }

    /** The rows of a result; what they hold can be read down as well as across. */
    public Rows rows(int width) {
        int first = columns.size();
        for (int i = 0; i < width; i++) {
            columns.add(new ArrayList<>());
        }
        return (column, value) -> {
            words.add(new Word("value", value == null ? "null" : value));
            if (value != null) {
                columns.get(first + column).add(value);
            }
        };
    }

    /** Takes a result's values, row by row. */
    @FunctionalInterface
    public interface Rows {
        /** @param column the first is 0 */
        void value(int column, @Nullable String value);
    }

    void beginStep() {
        ofThisStep = words.size();
    }

    /** What the last step answered. */
    List<Word> lastStep() {
        return List.copyOf(words.subList(ofThisStep, words.size()));
    }

    List<Word> words() {
        return List.copyOf(words);
    }

    /** The same, but for these texts. */
    Heard without(List<String> texts) {
        var heard = new Heard();
        words.forEach(word -> heard.words.add(new Word(word.kind(), without(word.text(), texts))));
        columns.forEach(column -> heard.columns.add(
                column.stream().map(text -> without(text, texts)).collect(Collectors.toCollection(ArrayList::new))));
        heard.ofThisStep = ofThisStep;
        return heard;
    }

    private static String without(String text, List<String> texts) {
        String left = text;
        for (var each : texts) {
            left = left.replace(each, "(guess)");
        }
        return left;
    }

    /** Every column of every result, from the first row to the last. */
    List<List<String>> columns() {
        return columns;
    }

    @Override
    public String toString() {
        return words.stream().map(Word::toString).collect(Collectors.joining("\n"));
    }
}
