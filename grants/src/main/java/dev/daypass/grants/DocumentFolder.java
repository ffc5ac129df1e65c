package dev.daypass.grants;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A folder of documents while it is read: what is in it, where each value stands, and what is wrong. Belongs to one thread.
 *
 * <p>A file goes through three gates: its schema, its {@link Form}, and what it must be beside the other documents. A gate that finds
 * something is the last for its file, so that one fault is not reported twice.
 */
final class DocumentFolder {
    static final String SUFFIX = ".yaml";
    static final String CASES_SUFFIX = ".cases.yaml";
    static final String ISSUERS = "issuers";
    static final String DATABASES = "databases";
    static final String GRANTS = "grants";
    private static final int LARGEST_FILE = 64 * 1024;

    private final Path folder;
    private final Map<String, String> variables;
    private final List<Problem> problems = new ArrayList<>();
    private final SortedMap<String, Placed<IssuerDocument>> issuers = new TreeMap<>();
    private final SortedMap<String, Placed<DatabaseDocument>> databases = new TreeMap<>();
    private final SortedMap<String, Placed<GrantDocument>> grants = new TreeMap<>();
    private final SortedMap<String, Path> casesFiles = new TreeMap<>();
    private int files;
    private Collection<String> grantNames = List.of();
    private Collection<String> issuerNames = List.of();

    /**
     * A document and where its parts stand.
     *
     * @param file relative to the folder
     */
    record Placed<T>(T document, String file, YamlTree tree) {}

    private DocumentFolder(Path folder, Map<String, String> variables) {
        this.folder = folder;
        this.variables = variables;
    }

    /** Reads the issuers, databases and grants; see {@link Documents#read}. */
    static DocumentFolder read(Path folder, Map<String, String> variables) {
        var reading = new DocumentFolder(folder, variables);
        reading.read();
        return reading;
    }

    private void read() {
        var issuerFiles = files(ISSUERS);
        var databaseFiles = files(DATABASES);
        var grantFiles = files(GRANTS);
        grantNames = grantFiles.keySet();
        issuerNames = issuerFiles.keySet();
        var issuersSeen = new TreeSet<String>();
        issuerFiles.forEach((name, file) -> {
            var source = source(file, true);
            read(source, file, DocumentSchema.ISSUER, text -> IssuerDocument.form(name, issuersSeen))
                    .ifPresent(placed -> {
                        issuers.put(name, placed);
                        issuersSeen.add(placed.document().trusted().issuer());
                    });
            take(source);
        });
        databaseFiles.forEach((name, file) -> {
            var source = source(file, true);
            read(source, file, DocumentSchema.DATABASE, text -> DatabaseDocument.form(name))
                    .ifPresent(placed -> {
                        // Two databases behind one connection: users would be made in the wrong one.
                        placed.document().sessionConnections().stream()
                                .filter(connection -> !connection.equals(name) && databaseFiles.containsKey(connection))
                                .forEach(connection -> source.report(
                                        1,
                                        1,
                                        "one of its lanes would be called " + connection
                                                + " in Vault, like another database; rename one of the two"));
                        databases.put(name, placed);
                    });
            take(source);
        });
        grantFiles.forEach((name, file) -> {
            var source = source(file, false);
            read(
                            source,
                            file,
                            DocumentSchema.GRANT,
                            text -> GrantDocument.form(name, text, databaseFiles.keySet(), issuerNames))
                    .ifPresent(placed -> {
                        var checks = new GrantChecks(source, placed.tree(), placed.document());
                        checks.itself();
                        Optional.ofNullable(databases.get(placed.document().database()))
                                .ifPresent(database -> checks.against(database.document()));
                        grants.put(name, placed);
                    });
            take(source);
        });
    }

    /** The cases beside the grants, by the grants' names. */
    SortedMap<String, List<GrantCase>> cases() {
        var cases = new TreeMap<String, List<GrantCase>>();
        casesFiles.forEach((name, file) -> {
            var source = source(file, false);
            if (!grantNames.contains(name)) {
                source.report(1, 1, "there is no grant " + name + " to these cases" + Nearest.hint(name, grantNames));
            } else {
                read(source, file, DocumentSchema.CASES, text -> GrantCase.form(name, source.file(), issuerNames))
                        .ifPresent(placed -> cases.put(name, placed.document()));
            }
            take(source);
        });
        return cases;
    }

    /** How many files were looked at. */
    int files() {
        return files;
    }

    /** What is wrong, in the order of files and within a file of its lines. */
    List<Problem> problems() {
        return List.copyOf(problems);
    }

    SortedMap<String, Placed<IssuerDocument>> issuers() {
        return issuers;
    }

    SortedMap<String, Placed<DatabaseDocument>> databases() {
        return databases;
    }

    SortedMap<String, Placed<GrantDocument>> grants() {
        return grants;
    }

    /** What was read, if nothing is wrong. */
    Documents documents() {
        if (!problems.isEmpty()) {
            throw new DocumentsRefusedException(problems);
        }
        return new Documents(plain(issuers), plain(databases), plain(grants));
    }

    private static <T> SortedMap<String, T> plain(SortedMap<String, Placed<T>> placed) {
        var plain = new TreeMap<String, T>();
        placed.forEach((name, document) -> plain.put(name, document.document()));
        return plain;
    }

    private SortedMap<String, Path> files(String kind) {
        var files = new TreeMap<String, Path>();
        if (!Files.isDirectory(folder.resolve(kind))) {
            problems.add(new Problem(
                    kind, 1, 1, "there is no such folder; expected " + ISSUERS + ", " + DATABASES + " and " + GRANTS));
            return files;
        }
        try (var entries = Files.newDirectoryStream(folder.resolve(kind))) {
            for (var entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.endsWith(SUFFIX) || !Files.isRegularFile(entry)) {
                    // A grant in a file called .yml would otherwise be missing without a word.
                    problems.add(new Problem(kind + "/" + name, 1, 1, "expected only files called <name>" + SUFFIX));
                } else if (kind.equals(GRANTS) && name.endsWith(CASES_SUFFIX)) {
                    casesFiles.put(name.substring(0, name.length() - CASES_SUFFIX.length()), entry);
                } else {
                    files.put(name.substring(0, name.length() - SUFFIX.length()), entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private Source source(Path file, boolean takesVariables) {
        return new Source(folder.relativize(file).toString().replace('\\', '/'), variables, takesVariables);
    }

    private void take(Source source) {
        files++;
        source.problems().stream().sorted(Lint.byPlace()).forEach(problems::add);
    }

    /** The form for a document of this text. */
    private interface FormOf<T> {
        Form<T> of(String text);
    }

    private static <T> Optional<Placed<T>> read(Source source, Path file, DocumentSchema schema, FormOf<T> form) {
        return text(source, file).flatMap(text -> parse(source, text, schema, form.of(text)));
    }

    /** Takes a text through the first two gates. */
    static <T> Optional<Placed<T>> parse(Source source, String text, DocumentSchema schema, Form<T> form) {
        var tree = tree(source, text);
        if (tree.isEmpty()) {
            return Optional.empty();
        }
        schema.check(source, tree.get());
        if (!source.problems().isEmpty()) {
            return Optional.empty();
        }
        var document = form.read(source, tree.get().root());
        return source.problems().isEmpty()
                ? document.map(d -> new Placed<>(d, source.file(), tree.get()))
                : Optional.empty();
    }

    /** The text's YAML, if it is YAML. */
    static Optional<YamlTree> tree(Source source, String text) {
        try {
            var node = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (node == null) {
                source.report(1, 1, "the document is empty");
                return Optional.empty();
            }
            return Optional.of(new YamlTree(node));
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            source.report(
                    mark == null ? 1 : mark.getLine() + 1,
                    mark == null ? 1 : mark.getColumn() + 1,
                    "not YAML: " + e.getProblem());
            return Optional.empty();
        } catch (YAMLException e) {
            source.report(1, 1, "not YAML: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<String> text(Source source, Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                source.report(1, 1, "expected at most " + LARGEST_FILE + " bytes");
                return Optional.empty();
            }
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString());
        } catch (CharacterCodingException e) {
            source.report(1, 1, "expected UTF-8");
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
