package dev.daypass.grants;

import dev.daypass.digest.Sha256;
import dev.daypass.grant.ClaimValues;
import dev.daypass.grant.Entitlement;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param tables what may be read and written, each through a view of its own
 * @param functions stored functions that may be executed
 * @param sequences sequences whose next value may be taken, where an insert needs one
 * @param entitled who may ask; never empty, the first that matches is used
 * @param life how long
 * @param sessions the most that may be live at once, of all agents
 * @param purpose what a request must say it is for
 * @param connections the most that a session user may have open, 1 to 100
 * @param statementTimeout how long a statement may run; set for the session, and looked after by the sweep, since a session may
 *     lift its own setting
 * @param whenNarrowed what becomes of live sessions when the grant is narrowed or removed
 * @param unmaskedPan who approved that columns known to carry cards are readable as they are
 * @param text the document as it was written, which goes into the evidence
 */
public record GrantDocument(
        GrantName name,
        String version,
        String description,
        String owner,
        String database,
        SortedMap<TableName, TableGrant> tables,
        List<RoutineName> functions,
        List<TableName> sequences,
        List<Entitled> entitled,
        Life life,
        int sessions,
        Purpose purpose,
        int connections,
        Duration statementTimeout,
        WhenNarrowed whenNarrowed,
        Optional<UnmaskedPan> unmaskedPan,
        String text) {
    /** A session is one task. A token in Vault and a lease may live this long, and no longer. */
    public static final Duration LONGEST_WINDOW = Duration.ofHours(24);

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
        tables.forEach((table, rights) -> {
            for (var verb : Verb.values()) {
                if (rights.allows(verb)) {
                    lines.add(verb.word() + " on " + table + rights.described(verb));
                }
            }
        });
        functions.forEach(function -> lines.add("execute " + function));
        sequences.forEach(sequence -> lines.add("usage on sequence " + sequence));
        unmaskedPan.ifPresent(approval -> lines.add("unmasked card numbers, approved by " + approval.approver()));
        return lines;
    }

    /**
     * What this text no longer allows compared with an earlier text of the same grant, a phrase each; empty if it allows all that
     * the other allowed. A change that cannot be seen to be a widening counts as a narrowing.
     *
     * @throws IllegalArgumentException if the other is a text of another grant
     */
    public List<String> narrowedFrom(GrantDocument before) {
        return Narrowing.of(before, this);
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
                life.renewals(),
                sessions,
                purpose.required(),
                purpose.pattern(),
                statementTimeout,
                entitlements,
                scope(),
                description);
    }

    /** A table, view or sequence with its schema; in MariaDB the schema is a database. */
    public record TableName(String schema, String table) implements Comparable<TableName> {
        @Override
        public int compareTo(TableName other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return schema + "." + table;
        }
    }

    /**
     * A stored function. In PostgreSQL the argument types tell functions of one name apart; MariaDB has one of a name.
     *
     * @param arguments as {@code pg_get_function_identity_arguments} spells the types; empty in MariaDB
     */
    public record RoutineName(String schema, String name, List<String> arguments) implements Comparable<RoutineName> {
        public RoutineName {
            arguments = List.copyOf(arguments);
        }

        @Override
        public int compareTo(RoutineName other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return schema + "." + name + "(" + String.join(", ", arguments) + ")";
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

    /**
     * What may be done with one table, through a view that shows these columns and rows and no other. Columns are always
     * listed: one that is added to the table later is in no grant until somebody writes it down.
     *
     * @param view the view's name in the grant's schema
     * @param columns for each verb that is allowed, its columns in the document's order; for DELETE an empty list
     * @param masks what is shown instead of a column's value; only of columns that may be selected and not written
     * @param rows a row must satisfy all of them, to be seen and to be written
     */
    public record TableGrant(
            String view, Map<Verb, List<String>> columns, SortedMap<String, Mask> masks, List<RowRule> rows) {
        public TableGrant {
            columns = new EnumMap<>(columns);
            masks = new TreeMap<>(masks);
            rows = List.copyOf(rows);
        }

        public boolean allows(Verb verb) {
            return columns.containsKey(verb);
        }

        /** The columns of a verb; empty if it is not allowed. */
        public List<String> columns(Verb verb) {
            return columns.getOrDefault(verb, List.of());
        }

        /** Every column that the view needs, those that may be read first. */
        public List<String> viewColumns() {
            var all = new LinkedHashSet<>(columns(Verb.SELECT));
            all.addAll(columns(Verb.INSERT));
            all.addAll(columns(Verb.UPDATE));
            return List.copyOf(all);
        }

        /** Whether anything may be written. */
        public boolean isWritable() {
            return allows(Verb.INSERT) || allows(Verb.UPDATE) || allows(Verb.DELETE);
        }

        private String described(Verb verb) {
            var names = columns(verb).stream()
                    .map(column -> verb == Verb.SELECT && masks.containsKey(column)
                            ? column + " as " + masks.get(column)
                            : column)
                    .toList();
            return (names.isEmpty() ? "" : "(" + String.join(", ", names) + ")")
                    + (rows.isEmpty()
                            ? ""
                            : " where "
                                    + String.join(
                                            " and ",
                                            rows.stream().map(RowRule::toString).toList()));
        }
    }

    /** What a session is shown instead of a column's value. */
    public sealed interface Mask {
        /** The first six and the last four digits of a card number; anything that is not one is hidden as a whole. */
        record Pan() implements Mask {
            @Override
            public String toString() {
                return "pan";
            }
        }

        /** HMAC-SHA-256 with a key that stays in the database: equal values stay equal, and nobody can try values out. */
        record Hash() implements Mask {
            @Override
            public String toString() {
                return "hash";
            }
        }

        /** The same word for every value that is not null. */
        record Redact() implements Mask {
            @Override
            public String toString() {
                return "redact";
            }
        }

        /** Null for every value. */
        record Null() implements Mask {
            @Override
            public String toString() {
                return "null";
            }
        }

        /** The first day of the year, quarter or month that a date or timestamp is in, in UTC. */
        record DateTruncate(DateUnit to) implements Mask {
            @Override
            public String toString() {
                return "date-truncate " + to.word();
            }
        }
    }

    /** To what a date is truncated. */
    public enum DateUnit {
        YEAR("year"),
        QUARTER("quarter"),
        MONTH("month");

        private final String word;

        DateUnit(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** A condition on one column of a row. Its values are data: they reach SQL as quoted literals only. */
    public record RowRule(String column, RowTest test) {
        @Override
        public String toString() {
            return column + " " + test;
        }
    }

    /** The conditions that a document may put. */
    public sealed interface RowTest {
        /** One of these. */
        record In(List<Literal> values) implements RowTest {
            public In {
                values = List.copyOf(values);
            }

            @Override
            public String toString() {
                return "in " + values;
            }
        }

        /** {@code from <= value < before}; at least one of the two. */
        record Between(Optional<Literal> from, Optional<Literal> before) implements RowTest {
            @Override
            public String toString() {
                return "from " + from.map(Object::toString).orElse("any") + " before "
                        + before.map(Object::toString).orElse("any");
            }
        }

        record IsNull(boolean wanted) implements RowTest {
            @Override
            public String toString() {
                return wanted ? "is null" : "is not null";
            }
        }

        /** Later than this long ago, measured when the statement runs. */
        record NewerThan(Duration age) implements RowTest {
            @Override
            public String toString() {
                return "newer than " + age;
            }
        }
    }

    /** A value in a document. */
    public sealed interface Literal {
        record Text(String value) implements Literal {
            @Override
            public String toString() {
                return "'" + value + "'";
            }
        }

        record Whole(long value) implements Literal {
            @Override
            public String toString() {
                return Long.toString(value);
            }
        }

        record Truth(boolean value) implements Literal {
            @Override
            public String toString() {
                return Boolean.toString(value);
            }
        }
    }

    /** One way of being entitled: an issuer, and what each claim must hold. */
    public record Entitled(String issuer, Map<String, ClaimValues> claims) {
        /** In words: {@code dev with role lead and team support}. */
        public String described() {
            var words = new ArrayList<String>();
            new TreeMap<>(claims).forEach((claim, values) -> words.add(claim + " " + values.described()));
            return issuer + " with " + String.join(" and ", words);
        }
    }

    /**
     * 1 s <= default ttl <= max ttl <= window <= {@link #LONGEST_WINDOW}.
     *
     * @param renewals how often a session may be renewed
     */
    public record Life(Duration defaultTtl, Duration maxTtl, Duration window, int renewals) {}

    /** What a request must say. The pattern holds for the whole purpose. */
    public record Purpose(boolean required, Optional<Pattern> pattern) {}

    /** What becomes of live sessions when a grant is narrowed or removed. */
    public enum WhenNarrowed {
        /** No session can begin; those that run go on until their time is up, and then the grant is changed. */
        DRAIN("drain"),
        /** No session can begin; those that run are ended at once, and then the grant is changed. */
        END("end");

        private final String word;

        WhenNarrowed(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** Who answers for card numbers being shown as they are, and why. */
    public record UnmaskedPan(String approver, String reason) {}

    static Form<GrantDocument> form(
            String fileName, String text, Collection<String> databases, Collection<String> issuers) {
        return new GrantForm(fileName, text, Optional.of(databases), Optional.of(issuers)).form();
    }
}
