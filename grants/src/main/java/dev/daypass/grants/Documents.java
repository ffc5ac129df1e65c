package dev.daypass.grants;

import dev.daypass.configuration.Configuration;
import dev.daypass.database.Database;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.identity.TrustedIssuer;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A folder of documents that fit together: {@code issuers/}, {@code databases/} and {@code grants/}, each with one
 * {@code <name>.yaml} a document.
 *
 * @param issuers by name
 * @param databases by name
 * @param grants by name
 */
public record Documents(
        SortedMap<String, IssuerDocument> issuers,
        SortedMap<String, DatabaseDocument> databases,
        SortedMap<String, GrantDocument> grants) {
    private static final String SUFFIX = ".yaml";
    private static final String ISSUERS = "issuers";
    private static final String DATABASES = "databases";
    private static final String GRANTS = "grants";
    private static final int LARGEST_FILE = 64 * 1024;

    public Documents {
        issuers = new TreeMap<>(issuers);
        databases = new TreeMap<>(databases);
        grants = new TreeMap<>(grants);
    }

    /**
     * Reads every document of the folder.
     *
     * @param folder with the three folders in it; other files beside them are left alone
     * @param variables what {@code ${name}} stands for where it is the whole value of a field of an issuer or a database.
     *     Grants take no variables: their text is what is locked into the evidence
     * @throws DocumentsRefusedException with every fault of every file
     * @throws UncheckedIOException if a file cannot be read
     */
    public static Documents read(Path folder, Map<String, String> variables) {
        var problems = new ArrayList<Problem>();
        var issuerFiles = files(folder, ISSUERS, problems);
        var databaseFiles = files(folder, DATABASES, problems);
        var grantFiles = files(folder, GRANTS, problems);
        var issuerNames = issuerFiles.keySet();
        var databaseNames = databaseFiles.keySet();

        var issuers = new TreeMap<String, IssuerDocument>();
        var issuersSeen = new TreeSet<String>();
        issuerFiles.forEach((name, file) -> read(
                        folder, file, variables, true, problems, text -> IssuerDocument.form(name, issuersSeen))
                .ifPresent(document -> {
                    issuers.put(name, document);
                    issuersSeen.add(document.trusted().issuer());
                }));
        var databases = new TreeMap<String, DatabaseDocument>();
        databaseFiles.forEach(
                (name, file) -> read(folder, file, variables, true, problems, text -> DatabaseDocument.form(name))
                        .ifPresent(document -> databases.put(name, document)));
        var grants = new TreeMap<String, GrantDocument>();
        grantFiles.forEach((name, file) -> read(
                        folder,
                        file,
                        variables,
                        false,
                        problems,
                        text -> GrantDocument.form(name, text, databaseNames, issuerNames))
                .ifPresent(document -> grants.put(name, document)));
        if (!problems.isEmpty()) {
            throw new DocumentsRefusedException(problems);
        }
        return new Documents(issuers, databases, grants);
    }

    /** Reads a folder without variables and compiles it; see {@link #read}. */
    public static Configuration compile(Path folder) {
        return read(folder, Map.of()).compile();
    }

    /** What the functions are told. */
    public Configuration compile() {
        var trusted = new TreeMap<String, TrustedIssuer>();
        issuers.forEach((name, document) -> trusted.put(name, document.trusted()));
        var reachable = new TreeMap<String, Database>();
        databases.forEach((name, document) -> reachable.put(name, document.database()));
        var policies = new TreeMap<String, GrantPolicy>();
        grants.forEach((name, document) -> policies.put(name, document.compile()));
        return new Configuration(trusted, reachable, policies);
    }

    /** The database that a grant of these documents is for. */
    public DatabaseDocument databaseOf(GrantDocument grant) {
        return Optional.ofNullable(databases.get(grant.database()))
                .orElseThrow(() -> new IllegalArgumentException("not a grant of these documents: " + grant.name()));
    }

    /** The issuer that an entitlement of these documents names. */
    public IssuerDocument issuerOf(GrantDocument.Entitled entitled) {
        return Optional.ofNullable(issuers.get(entitled.issuer()))
                .orElseThrow(
                        () -> new IllegalArgumentException("not an issuer of these documents: " + entitled.issuer()));
    }

    private static SortedMap<String, Path> files(Path folder, String kind, List<Problem> problems) {
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
                } else {
                    files.put(name.substring(0, name.length() - SUFFIX.length()), entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static <T> Optional<T> read(
            Path folder,
            Path file,
            Map<String, String> variables,
            boolean takesVariables,
            List<Problem> problems,
            Function<String, Form<T>> form) {
        var source = new Source(folder.relativize(file).toString().replace('\\', '/'), variables, takesVariables);
        var document = text(source, file).flatMap(text -> parse(source, text, form.apply(text)));
        problems.addAll(source.problems());
        return source.problems().isEmpty() ? document : Optional.empty();
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

    private static <T> Optional<T> parse(Source source, String text, Form<T> form) {
        try {
            var node = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (node == null) {
                source.report(1, 1, "the document is empty");
                return Optional.empty();
            }
            return form.read(source, node);
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
}
