package dev.daypass.grants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The published JSON Schema of one kind of document (JSON Schema 2020-12), as the first gate: it says what is wrong with a document's
 * shape, in the words that editors show ({@code errorMessage}), at the node that was written. What a schema cannot say is left to the
 * {@link Form}s behind it. Thread-safe.
 */
final class DocumentSchema {
    static final DocumentSchema GRANT = new DocumentSchema("grant");
    static final DocumentSchema DATABASE = new DocumentSchema("database");
    static final DocumentSchema ISSUER = new DocumentSchema("issuer");
    static final DocumentSchema CASES = new DocumentSchema("cases");

    /** Said of a member of a list that stands before it already. */
    static final String TWICE = "this member is in the list already";

    private final JsonNode text;
    private final Schema schema;

    private DocumentSchema(String name) {
        try (var in = DocumentSchema.class.getResourceAsStream("schema/" + name + ".schema.json")) {
            text = new ObjectMapper().readTree(Objects.requireNonNull(in, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // from the class path: does not happen
        }
        schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(text);
    }

    /** Reports each fault once; none if the document has the schema's shape. */
    void check(Source source, YamlTree tree) {
        int before = source.problems().size();
        var json = tree.json(source);
        if (source.problems().size() > before) {
            return;
        }
        var objects = new LinkedHashMap<List<Object>, Closed>();
        for (var error : schema.validate(json)) {
            var at = path(error);
            switch (String.valueOf(error.getKeyword())) {
                case "required" -> closed(objects, at, error).missing.add(error.getProperty());
                case "additionalProperties" ->
                    closed(objects, at, error).unknown.add(error.getProperty());
                default -> report(source, tree, at, error);
            }
        }
        objects.forEach((at, object) -> object.report(source, tree, at));
    }

    private static List<Object> path(Error error) {
        var path = new ArrayList<>();
        for (int i = 0; i < error.getInstanceLocation().getNameCount(); i++) {
            path.add(error.getInstanceLocation().getElement(i));
        }
        return List.copyOf(path);
    }

    /** The schema that the keyword stands in. */
    private JsonNode holder(Error error) {
        JsonNode at = text;
        var fragment = error.getSchemaLocation().getFragment();
        for (int i = 0; i < fragment.getNameCount() - 1; i++) {
            Object step = fragment.getElement(i);
            at = step instanceof Integer number ? at.path(number) : at.path(step.toString());
        }
        return at;
    }

    private Closed closed(Map<List<Object>, Closed> objects, List<Object> at, Error error) {
        var object = objects.computeIfAbsent(at, path -> new Closed(Objects.requireNonNull(error.getInstanceNode())));
        holder(error).path("properties").fieldNames().forEachRemaining(object.accepted::add);
        return object;
    }

    private void report(Source source, YamlTree tree, List<Object> at, Error error) {
        var holder = holder(error);
        switch (error.getKeyword()) {
            case "propertyNames" -> {
                var path = new ArrayList<>(at);
                path.add(error.getProperty());
                source.reportOnce(
                        tree.key(path),
                        said(resolved(holder.path("propertyNames"))).orElse("expected another name") + ", got \""
                                + error.getProperty() + "\"");
            }
            case "not" -> source.reportOnce(tree.key(at), said(holder).orElse("this field is not accepted here"));
            case "uniqueItems" ->
                source.reportOnce(repeated(tree.value(at), Objects.requireNonNull(error.getInstanceNode())), TWICE);
            default -> source.reportOnce(tree.value(at), otherwise(tree.value(at), holder, error));
        }
    }

    private JsonNode resolved(JsonNode schema) {
        String ref = schema.path("$ref").asText();
        return ref.startsWith("#/") ? text.at(ref.substring(1)) : schema;
    }

    private static String otherwise(Node node, JsonNode holder, Error error) {
        String expected = said(holder).orElseGet(() -> switch (error.getKeyword()) {
            case "minItems" -> "expected a list with at least " + holder.path("minItems") + " member";
            case "minProperties" -> "expected at least one \"name: value\"";
            case "type" ->
                switch (holder.path("type").asText()) {
                    case "array" -> "expected a list";
                    case "object" -> "expected \"name: value\" fields";
                    default -> "expected " + holder.path("type").asText();
                };
            default -> String.valueOf(error.getMessage());
        });
        if (!(node instanceof ScalarNode scalar)) {
            return expected;
        }
        boolean text = Objects.requireNonNull(error.getInstanceNode()).isTextual();
        if (error.getKeyword().equals("type")
                && !text
                && holder.path("type").toString().contains("string")) {
            return expected + "; put it in quotes if it is meant as text";
        }
        var words = new TreeSet<String>();
        holder.path("enum").forEach(word -> words.add(word.asText()));
        return expected + ", got " + (text ? "\"" + scalar.getValue() + "\"" : scalar.getValue())
                + Nearest.hint(scalar.getValue(), words);
    }

    private static Optional<String> said(JsonNode schema) {
        return Optional.ofNullable(schema.path("errorMessage").textValue());
    }

    /** The first member of a list that is there before it. */
    private static Node repeated(Node list, JsonNode json) {
        if (list instanceof SequenceNode sequence) {
            for (int i = 1; i < json.size(); i++) {
                for (int j = 0; j < i; j++) {
                    if (json.get(i).equals(json.get(j))) {
                        return sequence.getValue().get(i);
                    }
                }
            }
        }
        return list;
    }

    /** One mapping with named fields: a field that nobody knows is often one that is missed. */
    private static final class Closed {
        private final JsonNode object;
        private final List<String> accepted = new ArrayList<>();
        private final List<String> missing = new ArrayList<>();
        private final List<String> unknown = new ArrayList<>();

        Closed(JsonNode object) {
            this.object = object;
        }

        void report(Source source, YamlTree tree, List<Object> at) {
            var absent = accepted.stream()
                    .filter(name -> !object.has(name))
                    .distinct()
                    .toList();
            for (var name : unknown) {
                var meant = Nearest.of(name, absent)
                        .or(() -> unknown.size() == 1 && missing.size() == 1
                                ? Optional.of(missing.getFirst())
                                : Optional.empty());
                meant.ifPresent(missing::remove);
                var path = new ArrayList<>(at);
                path.add(name);
                source.report(
                        tree.key(path),
                        "there is no field " + name + " here"
                                + meant.map(word -> "; did you mean " + word + "?")
                                        .orElse(";") + " accepted: "
                                + String.join(", ", accepted.stream().distinct().toList()));
            }
            missing.stream()
                    .distinct()
                    .forEach(name -> source.report(tree.value(at), "the field " + name + " is missing"));
        }
    }
}
