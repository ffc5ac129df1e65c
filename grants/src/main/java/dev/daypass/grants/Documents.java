package dev.daypass.grants;

import dev.daypass.configuration.Configuration;
import dev.daypass.database.Database;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.identity.TrustedIssuer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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
        return DocumentFolder.read(folder, variables).documents();
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

    /** The grants of a database, by name. */
    public List<GrantDocument> grantsOf(DatabaseDocument database) {
        return grants.values().stream()
                .filter(grant -> grant.database().equals(database.name()))
                .toList();
    }

    /**
     * Reads one grant's text alone, such as one that was applied earlier. The database and the issuers that it names may be gone;
     * nothing is asked of them.
     *
     * @throws DocumentsRefusedException if the text is not a grant of this name, as this version reads grants
     */
    public static GrantDocument readGrant(GrantName name, String text) {
        var source = new Source(DocumentFolder.GRANTS + "/" + name + DocumentFolder.SUFFIX, Map.of(), false);
        var placed = DocumentFolder.parse(
                source,
                text,
                DocumentSchema.GRANT,
                new GrantForm(name.text(), text, Optional.empty(), Optional.empty()).form());
        placed.ifPresent(read -> new GrantChecks(source, read.tree(), read.document()).itself());
        if (!source.problems().isEmpty() || placed.isEmpty()) {
            throw new DocumentsRefusedException(source.problems());
        }
        return placed.get().document();
    }

    /** The issuer that an entitlement of these documents names. */
    public IssuerDocument issuerOf(GrantDocument.Entitled entitled) {
        return Optional.ofNullable(issuers.get(entitled.issuer()))
                .orElseThrow(
                        () -> new IllegalArgumentException("not an issuer of these documents: " + entitled.issuer()));
    }
}
