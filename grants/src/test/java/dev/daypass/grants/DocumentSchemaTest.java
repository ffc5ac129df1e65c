package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentSchemaTest {
    private static final Path FOLDER = Path.of("schema");
    private static final String UNKNOWN = "qqqqqqqqqqqq: 1\n";
    private static final String GRANT = """
            name: g
            version: "1"
            description: d
            owner: o
            database: orders
            tables:
              public.orders:
                select: [id, at]
                masks:
                  at:
                    date-truncate: month
                rows:
                  - column: id
                    in: [1]
            entitled:
              - issuer: dev
                claims:
                  team:
                    matches: [a]
            ttl:
              default: 1s
              max: 1s
              window: 1s
              renewals: 0
            sessions: 1
            purpose:
              required: false
            connections: 1
            statementTimeout: 1s
            whenNarrowed: end
            allowUnmaskedPan:
              approver: a
              reason: r
            """;

    @ParameterizedTest
    @ValueSource(strings = {"grant", "database", "issuer", "cases"})
    void everySchemaIsOneByItsOwnSpecification(String name) throws IOException {
        var meta = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertEquals(List.of(), meta.validate(schema(name)));
    }

    /** An editor shows what the schema says: no field without a description, no rule of a value without words. */
    @ParameterizedTest
    @ValueSource(strings = {"grant", "database", "issuer", "cases"})
    void everyPatternAndEnumerationHasWords(String name) throws IOException {
        var root = schema(name);
        for (var keyword : List.of("pattern", "enum", "minimum")) {
            for (var holder : root.findParents(keyword)) {
                // A field may be called like a keyword.
                assertTrue(
                        holder.path(keyword).isObject()
                                || holder.has("errorMessage")
                                || holder.equals(root.at("/$defs/variable")),
                        () -> holder.toString());
            }
        }
        root.path("properties")
                .properties()
                .forEach(field -> assertTrue(field.getValue().has("description"), field.getKey()));
    }

    /** The fields that each mapping may have are the same by both gates: a field that nobody knows is put into each. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: g",
                "select: [id, at]",
                "date-truncate: month",
                "column: id",
                "issuer: dev",
                "matches: [a]",
                "default: 1s",
                "required: false",
                "approver: a"
            })
    void bothGatesAcceptTheSameFieldsOfAGrant(String neighbour) {
        int at = GRANT.indexOf(neighbour);
        String indent = " ".repeat(at - GRANT.lastIndexOf('\n', at) - 1);
        String text = GRANT.substring(0, at) + UNKNOWN + indent + GRANT.substring(at);

        assertEquals(
                accepted(text, (source, tree) -> DocumentSchema.GRANT.check(source, tree)),
                accepted(
                        text,
                        (source, tree) -> GrantDocument.form("g", text, List.of("orders"), List.of("dev"))
                                .read(source, tree.root())));
    }

    @Test
    void bothGatesAcceptTheSameFieldsOfAnIssuerAndADatabase() throws IOException {
        String issuer = UNKNOWN + Files.readString(Path.of("demo/issuers/dev.yaml"));
        String database = UNKNOWN + Files.readString(Path.of("demo/databases/orders.yaml"));

        assertEquals(
                accepted(issuer, (source, tree) -> DocumentSchema.ISSUER.check(source, tree)),
                accepted(
                        issuer,
                        (source, tree) -> IssuerDocument.form("dev", List.of()).read(source, tree.root())));
        var bySchema = accepted(database, (source, tree) -> DocumentSchema.DATABASE.check(source, tree));
        // The schema's list is of both engines.
        assertTrue(bySchema.remove("clientHost"));
        assertEquals(
                bySchema,
                accepted(
                        database,
                        (source, tree) -> DatabaseDocument.form("orders").read(source, tree.root())));
    }

    /** The examples of docs/grants.md are documents. */
    @ParameterizedTest
    @ValueSource(strings = {"grant", "database", "cases"})
    void theGuidesExamplePassesBothGates(String kind) throws IOException {
        String mark = "# yaml-language-server: $schema=../../schema/" + kind + ".schema.json\n";
        String guide = Files.readString(Path.of("../docs/grants.md"));
        int at = guide.indexOf(mark + (kind.equals("cases") ? "- " : "name: "));
        String text = guide.substring(at, guide.indexOf("```", at));
        var source = new Source("f", DemoDocuments.VARIABLES, false);
        var issuers = List.of("dev", "github");

        boolean read = switch (kind) {
            case "grant" ->
                DocumentFolder.parse(
                                source,
                                text,
                                DocumentSchema.GRANT,
                                GrantDocument.form("orders-support-read", text, List.of("orders"), issuers))
                        .isPresent();
            case "database" ->
                DocumentFolder.parse(source, text, DocumentSchema.DATABASE, DatabaseDocument.form("orders"))
                        .isPresent();
            default ->
                DocumentFolder.parse(source, text, DocumentSchema.CASES, GrantCase.form("g", "f", issuers))
                        .isPresent();
        };

        assertEquals(List.of(), source.problems());
        assertTrue(read);
    }

    /** The fields that a gate lists when it meets one that it does not know. */
    private static Set<String> accepted(String text, BiConsumer<Source, YamlTree> gate) {
        var source = new Source("f", DemoDocuments.VARIABLES, true);
        gate.accept(source, DocumentFolder.tree(source, text).orElseThrow());
        String said = source.problems().stream()
                .map(Problem::message)
                .filter(message -> message.startsWith("there is no field qqqqqqqqqqqq here; accepted: "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(source.problems().toString()));
        return new TreeSet<>(
                List.of(said.substring(said.indexOf("accepted: ") + 10).split(", ")));
    }

    private static JsonNode schema(String name) throws IOException {
        return new ObjectMapper().readTree(FOLDER.resolve(name + ".schema.json").toFile());
    }
}
