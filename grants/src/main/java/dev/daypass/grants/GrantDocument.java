package dev.daypass.grants;

import dev.daypass.digest.Sha256;
import dev.daypass.grant.Entitlement;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * {@code grants/<name>.yaml}: what one kind of session may do, for how long, and who may ask for it.
 *
 * @param name the grant
 * @param version the author's own, for people
 * @param description for people
 * @param owner who answers for this grant
 * @param database the name of a database document
 * @param tables what may be read and written; never empty
 * @param entitled who may ask; never empty, the first that matches is used
 * @param life how long
 * @param purpose what a request must say it is for
 * @param connections the most that a session user may have open, 1 to 100
 * @param statementTimeout {@code statement_timeout} of a session user; a guard against accidents, since a session may change it
 * @param text the document as it was written, which goes into the evidence
 */
public record GrantDocument(
        GrantName name,
        String version,
        String description,
        String owner,
        String database,
        SortedMap<TableName, Map<Verb, Columns>> tables,
        List<Entitled> entitled,
        Life life,
        Purpose purpose,
        int connections,
        Duration statementTimeout,
        String text) {
    /** A session is one task. A token in Vault and a lease may live this long, and no longer. */
    public static final Duration LONGEST_WINDOW = Duration.ofHours(24);

    private static final Duration LONGEST_STATEMENT = Duration.ofHours(1);
    private static final int MOST_CONNECTIONS = 100;

    /** SHA-256 of the text in UTF-8. */
    public Sha256 digest() {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The JWT role in the issuer's Vault mount that checks the same claims; {@code number} begins with 1. */
    public String vaultRole(int number) {
        return name + "--" + number;
    }

    /** What may be read or written, one line a table and verb. */
    public List<String> scope() {
        var lines = new ArrayList<String>();
        tables.forEach((table, verbs) ->
                verbs.forEach((verb, columns) -> lines.add(verb.word() + " on " + table + columns.inBrackets(", "))));
        return lines;
    }

    GrantPolicy compile() {
        var entitlements = new ArrayList<Entitlement>();
        for (var way : entitled) {
            entitlements.add(new Entitlement(way.issuer(), way.claims(), vaultRole(entitlements.size() + 1)));
        }
        return new GrantPolicy(
                name,
                version,
                digest(),
                database,
                life.defaultTtl(),
                life.maxTtl(),
                life.window(),
                purpose.required(),
                purpose.pattern(),
                entitlements,
                scope(),
                description);
    }

    /** A table or view with its schema. */
    public record TableName(String schema, String table) implements Comparable<TableName> {
        @Override
        public int compareTo(TableName other) {
            return toString().compareTo(other.toString());
        }

        /** Quoted, for SQL. */
        public String sql() {
            return Names.quoted(schema) + "." + Names.quoted(table);
        }

        @Override
        public String toString() {
            return schema + "." + table;
        }
    }

    /** What may be done with rows. */
    public enum Verb {
        SELECT,
        INSERT,
        UPDATE,
        DELETE;

        /** As documents and scopes spell it. */
        public String word() {
            return switch (this) {
                case SELECT -> "select";
                case INSERT -> "insert";
                case UPDATE -> "update";
                case DELETE -> "delete";
            };
        }
    }

    /** The columns that a verb is for; empty for the whole table, columns added later included. */
    public record Columns(List<String> names) {
        static final Columns ALL = new Columns(List.of());

        public Columns {
            names = List.copyOf(names);
        }

        public boolean isAll() {
            return names.isEmpty();
        }

        String inBrackets(String separator) {
            return isAll() ? "" : "(" + String.join(separator, names) + ")";
        }
    }

    /** One way of being entitled: an issuer, and for each claim the values accepted. */
    public record Entitled(String issuer, Map<String, Set<String>> claims) {}

    /** 1 s <= default ttl <= max ttl <= window <= {@link #LONGEST_WINDOW}. */
    public record Life(Duration defaultTtl, Duration maxTtl, Duration window) {}

    /** What a request must say. The pattern holds for the whole purpose. */
    public record Purpose(boolean required, Optional<Pattern> pattern) {}

    static Form<GrantDocument> form(
            String fileName, String text, Collection<String> databases, Collection<String> issuers) {
        return Form.fields(fields -> read(fields, fileName, text, databases, issuers));
    }

    private static Optional<GrantDocument> read(
            Fields fields, String fileName, String text, Collection<String> databases, Collection<String> issuers) {
        var name = fields.required(
                "name",
                Names.name()
                        .which("expected the file's name: " + fileName, fileName::equals)
                        .which(
                                "a grant's name does not begin with " + DatabaseDocument.WITNESS_ROLE_PREFIX
                                        + ": the broker may read the credentials of roles called so",
                                given -> !given.startsWith(DatabaseDocument.WITNESS_ROLE_PREFIX)));
        var version = fields.required("version", Form.words(64));
        var description = fields.required("description", Form.words(500));
        var owner = fields.required("owner", Form.words(200));
        var database = fields.required("database", Form.nameOf("a database", databases));
        var tables = fields.required("tables", Form.map(table(), verbs()));
        var entitled = fields.required("entitled", Form.list(1, entitled(issuers)));
        var life = fields.required(
                "ttl",
                Form.fields(GrantDocument::life)
                        .which(
                                "expected default <= max <= window",
                                l -> l.defaultTtl().compareTo(l.maxTtl()) <= 0
                                        && l.maxTtl().compareTo(l.window()) <= 0));
        var purpose = fields.required("purpose", Form.fields(GrantDocument::purpose));
        var connections = fields.required("connections", Form.number(1, MOST_CONNECTIONS));
        var statementTimeout =
                fields.required("statementTimeout", Form.duration(Duration.ofSeconds(1), LONGEST_STATEMENT));
        if (name.isEmpty()
                || version.isEmpty()
                || description.isEmpty()
                || owner.isEmpty()
                || database.isEmpty()
                || tables.isEmpty()
                || entitled.isEmpty()
                || life.isEmpty()
                || purpose.isEmpty()
                || connections.isEmpty()
                || statementTimeout.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new GrantDocument(
                new GrantName(name.get()),
                version.get(),
                description.get(),
                owner.get(),
                database.get(),
                new TreeMap<>(tables.get()),
                entitled.get(),
                life.get(),
                purpose.get(),
                connections.get(),
                statementTimeout.get(),
                text));
    }

    private static Form<TableName> table() {
        return Form.text("a table with its schema, such as public.orders", text -> {
            int dot = text.indexOf('.');
            return dot > 0 && Names.isIdentifier(text.substring(0, dot)) && Names.isIdentifier(text.substring(dot + 1))
                    ? Optional.of(new TableName(text.substring(0, dot), text.substring(dot + 1)))
                    : Optional.empty();
        });
    }

    private static Form<Map<Verb, Columns>> verbs() {
        return Form.<Map<Verb, Columns>>fields(fields -> {
                    var verbs = new TreeMap<Verb, Columns>();
                    boolean good = true;
                    for (var verb : Verb.values()) {
                        // PostgreSQL has no DELETE on columns (GRANT, "Description").
                        var columns = fields.optional(verb.word(), verb == Verb.DELETE ? all() : columns());
                        good &= columns.isPresent();
                        columns.flatMap(c -> c).ifPresent(c -> verbs.put(verb, c));
                    }
                    return good ? Optional.of(verbs) : Optional.empty();
                })
                .which("expected at least one of select, insert, update, delete", verbs -> !verbs.isEmpty());
    }

    private static Form<Columns> all() {
        return Form.text("all", text -> text.equals("all") ? Optional.of(Columns.ALL) : Optional.empty());
    }

    private static Form<Columns> columns() {
        return (source, node) -> node instanceof org.yaml.snakeyaml.nodes.SequenceNode
                ? Form.list(1, Names.identifier()).map(Columns::new).read(source, node)
                : Form.text(
                                "all, or a list of columns such as [id, name]",
                                text -> text.equals("all") ? Optional.of(Columns.ALL) : Optional.empty())
                        .read(source, node);
    }

    private static Form<Entitled> entitled(Collection<String> issuers) {
        return Form.fields(fields -> {
            var issuer = fields.required("issuer", Form.nameOf("an issuer", issuers));
            var claims = fields.required("claims", Form.map(Names.claim(), Form.list(1, Names.claimValue())));
            if (issuer.isEmpty() || claims.isEmpty()) {
                return Optional.empty();
            }
            var sets = new HashMap<String, Set<String>>();
            claims.get().forEach((claim, values) -> sets.put(claim, new LinkedHashSet<>(values)));
            return Optional.of(new Entitled(issuer.get(), Map.copyOf(sets)));
        });
    }

    private static Optional<Life> life(Fields fields) {
        var range = Form.duration(Duration.ofSeconds(1), LONGEST_WINDOW);
        var defaultTtl = fields.required("default", range);
        var maxTtl = fields.required("max", range);
        var window = fields.required("window", range);
        return defaultTtl.isEmpty() || maxTtl.isEmpty() || window.isEmpty()
                ? Optional.empty()
                : Optional.of(new Life(defaultTtl.get(), maxTtl.get(), window.get()));
    }

    private static Optional<Purpose> purpose(Fields fields) {
        var required = fields.required("required", Form.yesOrNo());
        var pattern = fields.optional("pattern", pattern());
        return required.isEmpty() || pattern.isEmpty()
                ? Optional.empty()
                : Optional.of(new Purpose(required.get(), pattern.get()));
    }

    private static Form<Pattern> pattern() {
        return (source, node) -> Form.words(1000).read(source, node).flatMap(text -> {
            try {
                return Optional.of(PurposePattern.compile(text));
            } catch (IllegalArgumentException e) {
                source.report(node, String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        });
    }
}
