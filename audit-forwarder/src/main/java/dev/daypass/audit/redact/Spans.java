package dev.daypass.audit.redact;

import dev.daypass.audit.redact.Redaction.Rule;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** What is to be replaced in one text: stretches in order, none overlapping another. Of one thread at a time. */
final class Spans {
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private Rule[] rules = new Rule[16];
    private String[] texts = new String[16];
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }

    /** Where the last one ends; 0 without any. */
    int lastEnd() {
        return size == 0 ? 0 : ends[size - 1];
    }

    void add(int start, int end, Rule rule) {
        add(start, end, rule, marker(rule));
    }

    void add(int start, int end, Rule rule, String text) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
            rules = Arrays.copyOf(rules, 2 * size);
            texts = Arrays.copyOf(texts, 2 * size);
        }
        starts[size] = start;
        ends[size] = end;
        rules[size] = rule;
        texts[size] = text;
        size++;
    }

    /** The text with these and those replaced, and counted. */
    String applyWith(Spans others, char[] text, int length, Map<Rule, Integer> counts) {
        var out = new StringBuilder(length);
        int at = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < size || theirs < others.size) {
            boolean isMine = theirs == others.size || mine < size && starts[mine] < others.starts[theirs];
            var from = isMine ? this : others;
            int next = isMine ? mine++ : theirs++;
            out.append(text, at, from.starts[next] - at).append(from.texts[next]);
            counts.merge(from.rules[next], 1, Integer::sum);
            at = from.ends[next];
        }
        return out.append(text, at, length - at).toString();
    }

    static String marker(Rule rule) {
        return MARKERS.getOrDefault(rule, "[redacted]");
    }

    private static final Map<Rule, String> MARKERS = new EnumMap<>(Rule.class);

    static {
        for (var rule : Rule.values()) {
            MARKERS.put(rule, "[redacted:" + rule.code() + "]");
        }
    }
}
