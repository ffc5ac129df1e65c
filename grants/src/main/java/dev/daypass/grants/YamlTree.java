package dev.daypass.grants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A document's YAML as JSON, and the way back from a place in the JSON to the node that was written. */
final class YamlTree {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Node root;

    YamlTree(Node root) {
        this.root = root;
    }

    Node root() {
        return root;
    }

    /**
     * The JSON that the author meant. What JSON cannot say is reported: a field that is there twice, anchors and aliases, names that
     * are not text. A scalar that YAML 1.1 makes something odd of (an octal number, a date, a tag of its own) becomes a number with a
     * fraction, which no schema accepts.
     */
    JsonNode json(Source source) {
        return json(source, root);
    }

    private static JsonNode json(Source source, Node node) {
        if (node.getAnchor() != null) {
            source.reportOnce(node, "anchors and aliases are not accepted; write the value out");
            return NullNode.getInstance();
        }
        return switch (node) {
            case MappingNode mapping -> object(source, mapping);
            case SequenceNode sequence -> {
                var array = new ArrayNode(JSON);
                sequence.getValue().forEach(member -> array.add(json(source, member)));
                yield array;
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new IllegalStateException("not a node of a composed document: " + node.getNodeId());
        };
    }

    private static ObjectNode object(Source source, MappingNode mapping) {
        var object = new ObjectNode(JSON);
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key) || !key.getTag().equals(Tag.STR)) {
                source.report(tuple.getKeyNode(), "a field's name must be text; put it in quotes if it is");
            } else if (key.getAnchor() != null) {
                source.report(key, "anchors and aliases are not accepted; write the value out");
            } else if (object.has(key.getValue())) {
                source.report(key, "the field " + key.getValue() + " is there twice");
            } else {
                object.set(key.getValue(), json(source, tuple.getValueNode()));
            }
        }
        return object;
    }

    private static JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        if (scalar.getTag().equals(Tag.STR)) {
            return TextNode.valueOf(text);
        }
        if (scalar.getTag().equals(Tag.NULL)) {
            return NullNode.getInstance();
        }
        if (scalar.getTag().equals(Tag.BOOL) && (text.equals("true") || text.equals("false"))) {
            return BooleanNode.valueOf(text.equals("true"));
        }
        if (scalar.getTag().equals(Tag.INT) && text.matches("-?(0|[1-9][0-9]{0,17})")) {
            return LongNode.valueOf(Long.parseLong(text));
        }
        return DoubleNode.valueOf(0.5);
    }

    /**
     * The node at a path of names and numbers; the deepest that there is, if the path goes on.
     *
     * @param path names of fields, and the numbers of members of lists
     */
    Node value(List<?> path) {
        Node at = root;
        for (var step : path) {
            var next = step(at, step);
            if (next.isEmpty()) {
                return at;
            }
            at = next.get();
        }
        return at;
    }

    /** The name of the field at a path; the node above it, if there is no such field. */
    Node key(List<?> path) {
        var above = value(path.subList(0, path.size() - 1));
        return tuple(above, path.getLast()).map(NodeTuple::getKeyNode).orElse(above);
    }

    /** The member of the list at a path that is this text; the list, if there is none. */
    Node member(List<?> path, String text) {
        var list = value(path);
        return list instanceof SequenceNode sequence
                ? sequence.getValue().stream()
                        .filter(member -> member instanceof ScalarNode scalar
                                && scalar.getValue().equals(text))
                        .findFirst()
                        .orElse(list)
                : list;
    }

    private static Optional<Node> step(Node at, Object step) {
        if (at instanceof SequenceNode sequence
                && step instanceof Number number
                && number.intValue() < sequence.getValue().size()) {
            return Optional.of(sequence.getValue().get(number.intValue()));
        }
        return tuple(at, step).map(NodeTuple::getValueNode);
    }

    private static Optional<NodeTuple> tuple(Node at, Object name) {
        return at instanceof MappingNode mapping
                ? mapping.getValue().stream()
                        .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode key
                                && key.getValue().equals(name.toString()))
                        .findFirst()
                : Optional.empty();
    }
}
