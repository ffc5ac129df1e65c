package dev.daypass.grants;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** What a value in a document must look like. Reads it, or reports to the source why not and is empty. */
@FunctionalInterface
interface Form<T> {
    Optional<T> read(Source source, Node node);

    /** Text for which {@code parse} is not empty. */
    static <T> Form<T> text(String accepted, Function<String, Optional<T>> parse) {
        return (source, node) -> source.scalar(node, Tag.STR, accepted).flatMap(text -> {
            var parsed = parse.apply(text);
            if (parsed.isEmpty()) {
                source.report(node, "expected " + accepted + ", got \"" + text + "\"");
            }
            return parsed;
        });
    }

    /** Text of 1 to {@code longest} characters without control characters. */
    static Form<String> words(int longest) {
        return text(
                "text of 1 to " + longest + " characters without control characters",
                text -> text.isEmpty()
                                || text.codePointCount(0, text.length()) > longest
                                || text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')
                        ? Optional.empty()
                        : Optional.of(text));
    }

    /** One of the names of other documents. */
    static Form<String> nameOf(String kind, Collection<String> names) {
        String accepted = "the name of " + kind + " that has a document: " + String.join(", ", names);
        return (source, node) -> source.scalar(node, Tag.STR, accepted).filter(text -> {
            if (!names.contains(text)) {
                source.report(node, "expected " + accepted + ", got \"" + text + "\"" + Nearest.hint(text, names));
            }
            return names.contains(text);
        });
    }

    static Form<Boolean> yesOrNo() {
        return (source, node) -> source.scalar(node, Tag.BOOL, "true or false").flatMap(text -> {
            // YAML 1.1 would also take yes, on, True, …: one spelling is enough.
            if (text.equals("true") || text.equals("false")) {
                return Optional.of(text.equals("true"));
            }
            source.report(node, "expected true or false, got " + text);
            return Optional.empty();
        });
    }

    static Form<Integer> number(int least, int most) {
        String accepted = "a number from " + least + " to " + most;
        return (source, node) -> source.scalar(node, Tag.INT, accepted).flatMap(text -> {
            if (text.length() <= 9 && text.matches("0|[1-9][0-9]*")) {
                int value = Integer.parseInt(text);
                if (value >= least && value <= most) {
                    return Optional.of(value);
                }
            }
            source.report(node, "expected " + accepted + ", got " + text);
            return Optional.empty();
        });
    }

    /** A whole number of seconds, minutes or hours. */
    static Form<Duration> duration(Duration least, Duration most) {
        return text(
                "a duration such as 30s, 10m or 1h, from " + spell(least) + " to " + spell(most),
                text -> parseDuration(text).filter(d -> d.compareTo(least) >= 0 && d.compareTo(most) <= 0));
    }

    private static Optional<Duration> parseDuration(String text) {
        if (!text.matches("(0|[1-9][0-9]{0,5})[smh]")) {
            return Optional.empty();
        }
        long amount = Long.parseLong(text.substring(0, text.length() - 1));
        return Optional.of(
                switch (text.charAt(text.length() - 1)) {
                    case 's' -> Duration.ofSeconds(amount);
                    case 'm' -> Duration.ofMinutes(amount);
                    default -> Duration.ofHours(amount);
                });
    }

    /** A duration as documents write it. */
    static String spell(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds != 0 && seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    static <E extends Enum<E>> Form<E> oneOf(E[] values, Function<E, String> spelling) {
        return text(
                "one of " + Arrays.stream(values).map(spelling).collect(Collectors.joining(", ")),
                text -> Arrays.stream(values)
                        .filter(value -> spelling.apply(value).equals(text))
                        .findFirst());
    }

    /** A list with at least {@code least} members, none of them twice. */
    static <T> Form<List<T>> list(int least, Form<T> member) {
        return (source, node) -> {
            if (node.getAnchor() != null || !(node instanceof SequenceNode sequence)) {
                source.report(node, "expected a list");
                return Optional.empty();
            }
            if (sequence.getValue().size() < least) {
                source.report(node, "expected a list with at least " + least + " member");
                return Optional.empty();
            }
            var members = new ArrayList<T>();
            boolean good = true;
            for (var child : sequence.getValue()) {
                var read = member.read(source, child);
                if (read.isEmpty()) {
                    good = false;
                } else if (members.contains(read.get())) {
                    source.report(child, DocumentSchema.TWICE);
                    good = false;
                } else {
                    members.add(read.get());
                }
            }
            return good ? Optional.of(List.copyOf(members)) : Optional.empty();
        };
    }

    /** A mapping with keys of the author's choice, at least one, in the keys' order. */
    static <K extends Comparable<K>, V> Form<Map<K, V>> map(Form<K> key, Form<V> value) {
        return (source, node) -> {
            if (node.getAnchor() != null
                    || !(node instanceof MappingNode mapping)
                    || mapping.getValue().isEmpty()) {
                source.report(node, "expected at least one \"name: value\"");
                return Optional.empty();
            }
            var entries = new TreeMap<K, V>();
            boolean good = true;
            for (var tuple : mapping.getValue()) {
                var k = key.read(source, tuple.getKeyNode());
                var v = value.read(source, tuple.getValueNode());
                if (k.isEmpty() || v.isEmpty()) {
                    good = false;
                } else if (entries.putIfAbsent(k.get(), v.get()) != null) {
                    source.report(tuple.getKeyNode(), k.get() + " is there already");
                    good = false;
                }
            }
            return good ? Optional.of(entries) : Optional.empty();
        };
    }

    /** A mapping with the fields that {@code read} asks for and no other. */
    static <T> Form<T> fields(Function<Fields, Optional<T>> read) {
        return (source, node) -> Fields.open(source, node).flatMap(fields -> {
            var value = read.apply(fields);
            fields.close();
            return value;
        });
    }

    /** The same, turned into something else. */
    default <U> Form<U> map(Function<T, U> to) {
        return (source, node) -> read(source, node).map(to);
    }

    /** A value whose parts are right one by one and wrong together. */
    default Form<T> which(String otherwise, Function<T, Boolean> holds) {
        return (source, node) -> read(source, node).filter(value -> {
            boolean good = holds.apply(value);
            if (!good) {
                source.report(node, otherwise);
            }
            return good;
        });
    }

    /** The members of a list, whose order means nothing. */
    static <T> Set<T> set(List<T> members) {
        return new LinkedHashSet<>(members);
    }
}
