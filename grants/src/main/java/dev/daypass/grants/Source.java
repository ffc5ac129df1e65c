package dev.daypass.grants;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One file while it is read: where its faults are collected, and what its variables stand for. Belongs to one thread.
 */
final class Source {
    private static final int LONGEST_MESSAGE = 800;

    private final String file;
    private final Map<String, String> variables;
    private final boolean takesVariables;
    private final List<Problem> problems = new ArrayList<>();

    Source(String file, Map<String, String> variables, boolean takesVariables) {
        this.file = file;
        this.variables = variables;
        this.takesVariables = takesVariables;
    }

    /** Relative to the folder that is read. */
    String file() {
        return file;
    }

    List<Problem> problems() {
        return problems;
    }

    void report(Node node, String message) {
        var mark = node.getStartMark();
        report(mark.getLine() + 1, mark.getColumn() + 1, message);
    }

    /** Reports unless something was reported of the same place. */
    void reportOnce(Node node, String message) {
        var mark = node.getStartMark();
        if (problems.stream().noneMatch(p -> p.line() == mark.getLine() + 1 && p.column() == mark.getColumn() + 1)) {
            report(node, message);
        }
    }

    void report(int line, int column, String message) {
        problems.add(new Problem(file, line, column, fit(message)));
    }

    /** What is wrong in a document is quoted, and read on a terminal: one line, of a length that can be read, that steers nothing. */
    private static String fit(String message) {
        var out = new StringBuilder();
        message.codePoints().limit(LONGEST_MESSAGE).map(Source::harmless).forEach(out::appendCodePoint);
        return message.codePointCount(0, message.length()) > LONGEST_MESSAGE ? out + "…" : out.toString();
    }

    private static int harmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> '?';
            default -> c;
        };
    }

    /**
     * A scalar's text, its variable replaced. {@code tag} keeps {@code yes}, {@code 1} and {@code 1.0} from being taken
     * for text by accident: YAML would have called them something else, so the author has to quote them.
     */
    Optional<String> scalar(Node node, Tag tag, String accepted) {
        if (node.getAnchor() != null) {
            report(node, "anchors and aliases are not accepted; write the value out");
            return Optional.empty();
        }
        if (!(node instanceof ScalarNode scalar)) {
            report(node, "expected " + accepted);
            return Optional.empty();
        }
        String text = scalar.getValue();
        if (takesVariables && text.startsWith("${") && text.endsWith("}")) {
            String name = text.substring(2, text.length() - 1);
            String value = variables.get(name);
            if (value == null) {
                report(node, "no value was given for the variable " + text + "; give it with --var " + name + "=…");
            }
            return Optional.ofNullable(value);
        }
        if (!scalar.getTag().equals(tag)) {
            report(
                    node,
                    "expected " + accepted + (tag.equals(Tag.STR) ? "; put it in quotes if it is meant as text" : ""));
            return Optional.empty();
        }
        return Optional.of(text);
    }
}
