package dev.daypass.grants;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The named fields of one mapping. Every fault goes to the source; {@link #close} reports what nobody asked for. */
final class Fields {
    private final Source source;
    private final MappingNode mapping;
    private final Map<String, NodeTuple> present = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    private Fields(Source source, MappingNode mapping) {
        this.source = source;
        this.mapping = mapping;
    }

    static Optional<Fields> open(Source source, Node node) {
        if (node.getAnchor() != null || !(node instanceof MappingNode mapping)) {
            source.report(node, "expected \"name: value\" fields");
            return Optional.empty();
        }
        var fields = new Fields(source, mapping);
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                source.report(tuple.getKeyNode(), "a field's name must be plain text");
            } else if (fields.present.putIfAbsent(key.getValue(), tuple) != null) {
                source.report(key, "the field " + key.getValue() + " is there twice");
            }
        }
        return Optional.of(fields);
    }

    /** The field's value; reports and is empty if it is missing or malformed. */
    <T> Optional<T> required(String name, Form<T> form) {
        asked.add(name);
        var tuple = present.get(name);
        if (tuple == null) {
            source.report(mapping, "the field " + name + " is missing");
            return Optional.empty();
        }
        return form.read(source, tuple.getValueNode());
    }

    /** The field's value, or {@code otherwise} if it is not there; reports and is empty if it is malformed. */
    <T> Optional<T> optional(String name, Form<T> form, T otherwise) {
        return present.containsKey(name) ? required(name, form) : absent(name, otherwise);
    }

    /** The field's value, or an inner empty if it is not there; reports and is empty if it is malformed. */
    <T> Optional<Optional<T>> optional(String name, Form<T> form) {
        if (present.containsKey(name)) {
            var value = required(name, form);
            return value.isPresent() ? Optional.of(value) : Optional.empty();
        }
        asked.add(name);
        return Optional.of(Optional.empty());
    }

    private <T> Optional<T> absent(String name, T otherwise) {
        asked.add(name);
        return Optional.of(otherwise);
    }

    /** A loosening: false unless said. Its name begins with {@code allow}, so that a reviewer finds it. */
    Optional<Boolean> loosened(String name) {
        if (!name.startsWith("allow")) {
            throw new IllegalArgumentException("a loosening is spelt allow…, not " + name);
        }
        return optional(name, Form.yesOrNo(), false);
    }

    /** Reports a fault of the fields together. */
    void refuse(String message) {
        source.report(mapping, message);
    }

    /** Reports a fault of one field's value beside the others. */
    void refuse(String name, String message) {
        var tuple = present.get(name);
        source.report(tuple == null ? mapping : tuple.getValueNode(), message);
    }

    void close() {
        present.forEach((name, tuple) -> {
            if (!asked.contains(name)) {
                source.report(
                        tuple.getKeyNode(),
                        "there is no field " + name + " here" + Nearest.hint(name, asked)
                                + (Nearest.of(name, asked).isPresent() ? "" : ";") + " accepted: "
                                + String.join(", ", asked));
            }
        });
    }
}
