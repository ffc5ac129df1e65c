package dev.daypass.grants;

import dev.daypass.grant.ClaimValues;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.GrantDocument.DateUnit;
import dev.daypass.grants.GrantDocument.Entitled;
import dev.daypass.grants.GrantDocument.Life;
import dev.daypass.grants.GrantDocument.Literal;
import dev.daypass.grants.GrantDocument.Mask;
import dev.daypass.grants.GrantDocument.Purpose;
import dev.daypass.grants.GrantDocument.RoutineName;
import dev.daypass.grants.GrantDocument.RowRule;
import dev.daypass.grants.GrantDocument.RowTest;
import dev.daypass.grants.GrantDocument.TableGrant;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.UnmaskedPan;
import dev.daypass.grants.GrantDocument.Verb;
import dev.daypass.grants.GrantDocument.WhenNarrowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads one {@code grants/<name>.yaml}. */
final class GrantForm {
    private static final Duration LONGEST_STATEMENT = Duration.ofHours(1);
    private static final Duration LONGEST_AGE = Duration.ofDays(366 * 20);
    private static final int MOST_CONNECTIONS = 100;
    private static final int MOST_SESSIONS = 1000;
    private static final int MOST_RENEWALS = 1000;

    /** A type as PostgreSQL spells it, such as {@code timestamp with time zone} or {@code public.card_number[]}. */
    private static final Pattern TYPE = Pattern.compile("[a-z_][a-z0-9_.]*(?: [a-z]+)*(?:\\[\\])?");

    private static final Set<String> TIMES_OF_APPLY = Set.of("now", "today", "tomorrow", "yesterday", "allballs");

    private final String fileName;
    private final String text;
    private final Optional<Collection<String>> databases;
    private final Optional<Collection<String>> issuers;

    /**
     * @param databases the names of the databases that have documents; empty if any name will do
     * @param issuers the same for issuers
     */
    GrantForm(
            String fileName,
            String text,
            Optional<Collection<String>> databases,
            Optional<Collection<String>> issuers) {
        this.fileName = fileName;
        this.text = text;
        this.databases = databases;
        this.issuers = issuers;
    }

    Form<GrantDocument> form() {
        return Form.fields(this::read);
    }

    private Optional<GrantDocument> read(Fields fields) {
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
        var database = fields.required("database", known("a database", databases));
        var tables = fields.optional("tables", Form.map(tableName(), table()), Map.of());
        var functions = fields.optional("functions", Form.list(1, routineName()), List.of());
        var sequences = fields.optional("sequences", Form.list(1, tableName()), List.of());
        var entitled = fields.required("entitled", Form.list(1, entitled()));
        var life = fields.required("ttl", Form.fields(GrantForm::life));
        var sessions = fields.required("sessions", Form.number(1, MOST_SESSIONS));
        var purpose = fields.required("purpose", Form.fields(GrantForm::purpose));
        var connections = fields.required("connections", Form.number(1, MOST_CONNECTIONS));
        var statementTimeout =
                fields.required("statementTimeout", Form.duration(Duration.ofSeconds(1), LONGEST_STATEMENT));
        var whenNarrowed = fields.required("whenNarrowed", Form.oneOf(WhenNarrowed.values(), WhenNarrowed::word));
        var unmaskedPan = fields.optional("allowUnmaskedPan", Form.fields(GrantForm::unmaskedPan));
        if (name.isEmpty()
                || version.isEmpty()
                || description.isEmpty()
                || owner.isEmpty()
                || database.isEmpty()
                || tables.isEmpty()
                || functions.isEmpty()
                || sequences.isEmpty()
                || entitled.isEmpty()
                || life.isEmpty()
                || sessions.isEmpty()
                || purpose.isEmpty()
                || connections.isEmpty()
                || statementTimeout.isEmpty()
                || whenNarrowed.isEmpty()
                || unmaskedPan.isEmpty()) {
            return Optional.empty();
        }
        if (tables.get().isEmpty() && functions.get().isEmpty()) {
            fields.refuse("a grant of nothing: expected tables or functions");
            return Optional.empty();
        }
        var named = named(tables.get());
        return Optional.of(new GrantDocument(
                new GrantName(name.get()),
                version.get(),
                description.get(),
                owner.get(),
                database.get(),
                named,
                functions.get(),
                sequences.get(),
                entitled.get(),
                life.get(),
                sessions.get(),
                purpose.get(),
                connections.get(),
                statementTimeout.get(),
                whenNarrowed.get(),
                unmaskedPan.get(),
                text));
    }

    private static Form<String> known(String kind, Optional<Collection<String>> names) {
        return names.map(known -> Form.nameOf(kind, known)).orElseGet(Names::name);
    }

    /** A view is called like its table, unless the document says "as". */
    private static SortedMap<TableName, TableGrant> named(Map<TableName, TableGrant> tables) {
        var named = new TreeMap<TableName, TableGrant>();
        tables.forEach((name, table) -> named.put(
                name,
                table.view().isEmpty()
                        ? new TableGrant(name.table(), table.columns(), table.masks(), table.rows())
                        : table));
        return named;
    }

    static Form<TableName> tableName() {
        return Form.text("a name with its schema, such as public.orders", GrantForm::parseTable);
    }

    static Optional<TableName> parseTable(String text) {
        int dot = text.indexOf('.');
        return dot > 0 && Names.isIdentifier(text.substring(0, dot)) && Names.isIdentifier(text.substring(dot + 1))
                ? Optional.of(new TableName(text.substring(0, dot), text.substring(dot + 1)))
                : Optional.empty();
    }

    private static Form<RoutineName> routineName() {
        return Form.text("a function with its schema and argument types, such as public.total(integer)", text -> {
            int open = text.indexOf('(');
            if (open < 0 || !text.endsWith(")")) {
                return Optional.empty();
            }
            var types = new ArrayList<String>();
            String inside = text.substring(open + 1, text.length() - 1);
            for (var type : inside.isBlank() ? new String[0] : inside.split(",", -1)) {
                if (!TYPE.matcher(type.strip()).matches()) {
                    return Optional.empty();
                }
                types.add(type.strip());
            }
            return parseTable(text.substring(0, open)).map(name -> new RoutineName(name.schema(), name.table(), types));
        });
    }

    private static Form<TableGrant> table() {
        return Form.fields(fields -> {
            var as = fields.optional("as", Names.identifier());
            var columns = new TreeMap<Verb, List<String>>();
            boolean good = true;
            for (var verb : List.of(Verb.SELECT, Verb.INSERT, Verb.UPDATE)) {
                var listed = fields.optional(verb.word(), Form.list(1, Names.identifier()));
                good &= listed.isPresent();
                listed.flatMap(c -> c).ifPresent(c -> columns.put(verb, c));
            }
            // No engine has DELETE on columns.
            var delete = fields.optional(Verb.DELETE.word(), Form.yesOrNo(), false);
            var masks = fields.optional("masks", Form.map(Names.identifier(), mask()), Map.of());
            var rows = fields.optional("rows", Form.list(1, rowRule()), List.of());
            if (!good || as.isEmpty() || delete.isEmpty() || masks.isEmpty() || rows.isEmpty()) {
                return Optional.empty();
            }
            if (delete.get()) {
                columns.put(Verb.DELETE, List.of());
            }
            if (columns.isEmpty()) {
                fields.refuse("expected at least one of select, insert, update, delete");
                return Optional.empty();
            }
            return Optional.of(new TableGrant(as.get().orElse(""), columns, new TreeMap<>(masks.get()), rows.get()));
        });
    }

    private static Form<Mask> mask() {
        return (source, node) -> {
            if (node instanceof MappingNode) {
                return Form.<Mask>fields(fields -> fields.required(
                                        "date-truncate", Form.oneOf(DateUnit.values(), DateUnit::word))
                                .map(Mask.DateTruncate::new))
                        .read(source, node);
            }
            if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL) && node.getAnchor() == null) {
                return Optional.of(new Mask.Null());
            }
            return Form.<Mask>text("one of pan, hash, redact, null, or {date-truncate: month}", word -> switch (word) {
                        case "pan" -> Optional.of(new Mask.Pan());
                        case "hash" -> Optional.of(new Mask.Hash());
                        case "redact" -> Optional.of(new Mask.Redact());
                        case "null" -> Optional.of(new Mask.Null());
                        default -> Optional.empty();
                    })
                    .read(source, node);
        };
    }

    private static Form<RowRule> rowRule() {
        return Form.fields(fields -> {
            var column = fields.required("column", Names.identifier());
            var in = fields.optional("in", Form.list(1, literal()));
            var from = fields.optional("from", literal());
            var before = fields.optional("before", literal());
            var isNull = fields.optional("isNull", Form.yesOrNo());
            var newerThan = fields.optional("newerThan", Form.duration(Duration.ofSeconds(1), LONGEST_AGE));
            if (column.isEmpty()
                    || in.isEmpty()
                    || from.isEmpty()
                    || before.isEmpty()
                    || isNull.isEmpty()
                    || newerThan.isEmpty()) {
                return Optional.empty();
            }
            var tests = new ArrayList<RowTest>();
            in.get().ifPresent(values -> tests.add(new RowTest.In(values)));
            if (from.get().isPresent() || before.get().isPresent()) {
                tests.add(new RowTest.Between(from.get(), before.get()));
            }
            isNull.get().ifPresent(wanted -> tests.add(new RowTest.IsNull(wanted)));
            newerThan.get().ifPresent(age -> tests.add(new RowTest.NewerThan(age)));
            if (tests.size() != 1) {
                fields.refuse("expected one condition: in, from and before, isNull, or newerThan");
                return Optional.empty();
            }
            return Optional.of(new RowRule(column.get(), tests.getFirst()));
        });
    }

    private static Form<Literal> literal() {
        return (source, node) -> {
            if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
                return Form.yesOrNo().<Literal>map(Literal.Truth::new).read(source, node);
            }
            if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.INT)) {
                return source.scalar(node, Tag.INT, "a whole number").flatMap(text -> {
                    if (text.matches("-?(0|[1-9][0-9]{0,17})")) {
                        return Optional.of(new Literal.Whole(Long.parseLong(text)));
                    }
                    source.report(node, "expected a whole number of at most 18 digits, got " + text);
                    return Optional.empty();
                });
            }
            return Form.words(256)
                    .read(source, node)
                    .filter(text -> !isTimeOfApply(source, node, text))
                    .map(Literal.Text::new);
        };
    }

    /** In PostgreSQL such a word becomes the time at which the view is made, and stays that (8.5.1.4, "Special Values"). */
    private static boolean isTimeOfApply(Source source, Node node, String text) {
        var word = Pattern.compile("[^a-z]+")
                .splitAsStream(text.toLowerCase(Locale.ROOT))
                .filter(TIMES_OF_APPLY::contains)
                .findFirst();
        word.ifPresent(
                said -> source.report(
                        node,
                        said
                                + " would be the time at which the document is applied, and stay so: write the date, or use newerThan"));
        return word.isPresent();
    }

    private Form<Entitled> entitled() {
        return Form.fields(fields -> {
            var issuer = fields.required("issuer", known("an issuer", issuers));
            var claims = fields.required("claims", Form.map(Names.claim(), claimValues()));
            return issuer.isEmpty() || claims.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Entitled(issuer.get(), Map.copyOf(new HashMap<>(claims.get()))));
        });
    }

    private static Form<ClaimValues> claimValues() {
        return (source, node) -> node instanceof MappingNode
                ? Form.<ClaimValues>fields(fields -> {
                            var values = fields.optional("values", Form.list(1, Names.claimValue()), List.of());
                            var patterns = fields.required("matches", Form.list(1, pattern()));
                            return values.isEmpty() || patterns.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(new ClaimValues(Form.set(values.get()), patterns.get()));
                        })
                        .read(source, node)
                : Form.list(1, Names.claimValue())
                        .map(values -> new ClaimValues(Form.set(values), List.of()))
                        .read(source, node);
    }

    private static Optional<Life> life(Fields fields) {
        var range = Form.duration(Duration.ofSeconds(1), GrantDocument.LONGEST_WINDOW);
        var defaultTtl = fields.required("default", range);
        var maxTtl = fields.required("max", range);
        var window = fields.required("window", range);
        var renewals = fields.required("renewals", Form.number(0, MOST_RENEWALS));
        if (defaultTtl.isEmpty() || maxTtl.isEmpty() || window.isEmpty() || renewals.isEmpty()) {
            return Optional.empty();
        }
        if (defaultTtl.get().compareTo(maxTtl.get()) > 0) {
            fields.refuse("max", "expected default <= max <= window: max is shorter than default");
            return Optional.empty();
        }
        if (maxTtl.get().compareTo(window.get()) > 0) {
            fields.refuse("window", "expected default <= max <= window: window is shorter than max");
            return Optional.empty();
        }
        return Optional.of(new Life(defaultTtl.get(), maxTtl.get(), window.get(), renewals.get()));
    }

    private static Optional<Purpose> purpose(Fields fields) {
        var required = fields.required("required", Form.yesOrNo());
        var pattern = fields.optional("pattern", pattern());
        return required.isEmpty() || pattern.isEmpty()
                ? Optional.empty()
                : Optional.of(new Purpose(required.get(), pattern.get()));
    }

    private static Optional<UnmaskedPan> unmaskedPan(Fields fields) {
        var approver = fields.required("approver", Form.words(200));
        var reason = fields.required("reason", Form.words(500));
        return approver.isEmpty() || reason.isEmpty()
                ? Optional.empty()
                : Optional.of(new UnmaskedPan(approver.get(), reason.get()));
    }

    private static Form<Pattern> pattern() {
        return (source, node) -> Form.words(1000).read(source, node).flatMap(text -> {
            try {
                return Optional.of(BoundedPattern.compile(text));
            } catch (IllegalArgumentException e) {
                source.report(node, String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        });
    }
}
