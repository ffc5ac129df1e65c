package dev.daypass.grants;

import dev.daypass.grant.GrantName;
import dev.daypass.grants.GrantDocument.DateUnit;
import dev.daypass.grants.GrantDocument.Literal;
import dev.daypass.grants.GrantDocument.Mask;
import dev.daypass.grants.GrantDocument.RowRule;
import dev.daypass.grants.GrantDocument.RowTest;
import dev.daypass.grants.GrantDocument.TableGrant;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.Verb;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one grant is in MariaDB: a role, a database with a view for each table, and a locked account that the views' text runs
 * as. Pure. A session holds rights on views and functions only.
 *
 * <p>A view that hides rows is a temporary table with a LIMIT that never bites (ALGORITHM = TEMPTABLE): a condition of the
 * session's own is then asked of rows that were let through. Without the LIMIT the server moves such conditions into the view
 * (condition_pushdown_for_derived, which a session may switch on), and in a merged view it asks them of every row: either way
 * {@code WHERE cardholder = 1} puts values of hidden rows into warnings.
 */
public final class MariaDbGrant {
    /** "Use some large number for the second parameter" (MariaDB, LIMIT): 2^64 - 1. */
    private static final String NO_LIMIT = " LIMIT 18446744073709551615";

    /** As statements name the locked account with whose rights Daypass's own procedures run. */
    public static final String SERVICE = MariaDbOwner.SERVICE;

    /** The database of the ledger, the masking key and the procedures. */
    public static final String SCHEMA = MariaDbOwner.SCHEMA;

    /** The table with the two pads of the masking key, one row. */
    public static final String MASKING_KEY = "masking_key";

    /** The host of every definer: nobody can log in there, and the accounts are locked besides. */
    public static final String DEFINER_HOST = "localhost";

    private static final Set<String> TEXTS =
            Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "json");
    private static final Set<String> NUMBERS =
            Set.of("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "bit", "year");
    private static final String TIMESTAMP = "timestamp";
    private static final Set<String> DATES = Set.of("date", "datetime", TIMESTAMP);
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private final GrantDocument grant;
    private final MariaDbColumns columns;

    /** A view's name, and the statement that makes it or puts it in the place of an older one. */
    public record View(String name, String statement) {}

    public MariaDbGrant(GrantDocument grant, MariaDbColumns columns) {
        this.grant = grant;
        this.columns = columns;
    }

    /** The user part of the account that a grant's views run as. */
    public static String definerUser(GrantName grant) {
        return "dpv_" + grant.groupRole().substring("dpg_".length());
    }

    /** As statements name it. */
    public static String definer(GrantName grant) {
        return MariaDbText.account(definerUser(grant), DEFINER_HOST);
    }

    /** As statements name it. */
    public static String role(GrantName grant) {
        return MariaDbText.quoted(grant.groupRole());
    }

    /** The name of the database with the views; as statements name it, {@link #role}. */
    public static String schema(GrantName grant) {
        return grant.groupRole();
    }

    /** Makes the masking key, once: a second run leaves it as it is. */
    public static List<String> maskingKey() {
        return MariaDbOwner.maskingKey();
    }

    /** What of this document cannot be had in MariaDB, each with what to do; empty if all can. */
    public List<String> refusals() {
        var refusals = new ArrayList<String>();
        grant.sequences()
                .forEach(sequence -> refusals.add("sequence " + sequence
                        + ": in MariaDB whoever may take its next value may also set it; use AUTO_INCREMENT"));
        grant.functions().stream()
                .filter(function -> !function.arguments().isEmpty())
                .forEach(function -> refusals.add(
                        "function " + function + ": MariaDB has one function of a name; write it without types"));
        grant.tables().forEach((name, table) -> {
            if (!table.masks().isEmpty() && table.isWritable()) {
                refusals.add("table " + name + ": in MariaDB a table is read with masks or written, not both; give "
                        + "the writing to a grant of its own, without masks");
            } else if (hides(table) && table.isWritable()) {
                refusals.add("table " + name + ": in MariaDB a table with row rules is read or written, not both: a "
                        + "view that can be written shows values of hidden rows in warnings; give the writing to a "
                        + "grant of its own, which selects nothing from this table");
            }
            // Through a view, RETURNING asks for the right to write a column where it should ask for the right to read
            // it.
            var readBack = new TreeSet<>(table.columns(Verb.INSERT));
            readBack.retainAll(table.columns(Verb.UPDATE));
            readBack.removeAll(table.columns(Verb.SELECT));
            if (!readBack.isEmpty()) {
                refusals.add("table " + name + ": in MariaDB whoever may insert and update a column can read it back "
                        + "(INSERT … ON DUPLICATE KEY UPDATE … RETURNING); select it as well, or do not update it: "
                        + String.join(", ", readBack));
            }
            table.masks().forEach((column, mask) -> refusal(name, column, mask).ifPresent(refusals::add));
            table.rows().forEach(rule -> refusal(name, rule).ifPresent(refusals::add));
        });
        return refusals;
    }

    /** The views, by name. */
    public List<View> views() {
        var views = new ArrayList<View>();
        grant.tables().forEach((name, table) -> views.add(new View(table.view(), view(name, table))));
        return views;
    }

    /** What the views' account needs on tables: no more than the views show, write, and choose rows by. */
    public Set<MariaDbRight> definerRights() {
        var rights = new TreeSet<MariaDbRight>();
        boolean hashes = false;
        for (var entry : grant.tables().entrySet()) {
            var name = entry.getKey();
            var table = entry.getValue();
            // A view's account reads all of its columns, or the view is "invalid" (1356) even for an INSERT.
            var read = new LinkedHashSet<>(viewColumns(table));
            table.rows().forEach(rule -> read.add(rule.column()));
            if (!read.isEmpty()) {
                rights.add(MariaDbRight.onTable("SELECT", read, name.schema(), name.table()));
            }
            for (var verb : List.of(Verb.INSERT, Verb.UPDATE, Verb.DELETE)) {
                if (table.allows(verb)) {
                    rights.add(MariaDbRight.onTable(verb.name(), table.columns(verb), name.schema(), name.table()));
                }
            }
            hashes |= table.masks().values().stream().anyMatch(Mask.Hash.class::isInstance);
        }
        if (hashes) {
            rights.add(MariaDbRight.onTable("SELECT", List.of("inner_pad", "outer_pad"), SCHEMA, MASKING_KEY));
        }
        return rights;
    }

    /** What the role may do: sessions hold nothing else. */
    public Set<MariaDbRight> roleRights() {
        var rights = new TreeSet<MariaDbRight>();
        for (var table : grant.tables().values()) {
            for (var verb : Verb.values()) {
                if (table.allows(verb)) {
                    rights.add(
                            MariaDbRight.onTable(verb.name(), table.columns(verb), schema(grant.name()), table.view()));
                }
            }
        }
        grant.functions()
                .forEach(function -> rights.add(new MariaDbRight(
                        "EXECUTE", List.of(), MariaDbRight.Kind.FUNCTION, function.schema(), function.name())));
        return rights;
    }

    /** Whether rows have to be kept from a session that reads. */
    private static boolean hides(TableGrant table) {
        return table.allows(Verb.SELECT) && !table.rows().isEmpty();
    }

    private String view(TableName name, TableGrant table) {
        boolean barrier = hides(table) || !table.masks().isEmpty();
        var text = new StringBuilder("CREATE OR REPLACE ALGORITHM=")
                .append(barrier ? "TEMPTABLE" : "MERGE")
                .append(" DEFINER=")
                .append(definer(grant.name()))
                .append(" SQL SECURITY DEFINER VIEW ")
                .append(MariaDbText.qualified(schema(grant.name()), table.view()))
                .append(" AS SELECT ");
        var shown = new ArrayList<String>();
        for (var column : viewColumns(table)) {
            var mask = table.masks().get(column);
            String value = "t." + MariaDbText.quoted(column);
            shown.add((mask == null ? value : masked(name, column, value, mask)) + " AS " + MariaDbText.quoted(column));
        }
        text.append(String.join(", ", shown))
                .append(" FROM ")
                .append(MariaDbText.qualified(name.schema(), name.table()))
                .append(" AS t");
        if (!table.rows().isEmpty()) {
            text.append(table.rows().stream()
                    .map(rule -> condition(name, rule))
                    .collect(Collectors.joining(" AND ", " WHERE ", "")));
        }
        if (hides(table)) {
            text.append(NO_LIMIT);
        } else if (table.isWritable() && !table.rows().isEmpty()) {
            text.append(" WITH CASCADED CHECK OPTION");
        }
        return text.toString();
    }

    /** A view has a column at least; one that only deletes shows those it chooses rows by, without a right on them. */
    private static List<String> viewColumns(TableGrant table) {
        if (!table.viewColumns().isEmpty()) {
            return table.viewColumns();
        }
        return table.rows().stream().map(RowRule::column).distinct().toList();
    }

    private String masked(TableName name, String column, String value, Mask mask) {
        return switch (mask) {
            case Mask.Pan() -> pan(value);
            // RFC 2104: H(K xor opad, H(K xor ipad, text)); the pads are made in the database and stay there.
            case Mask.Hash() ->
                "LOWER(SHA2(CONCAT(" + pad("outer_pad") + ", UNHEX(SHA2(CONCAT(" + pad("inner_pad") + ", CAST(" + value
                        + " AS BINARY)), 256))), 256))";
            case Mask.Redact() -> "CASE WHEN " + value + " IS NULL THEN NULL ELSE 'redacted' END";
            case Mask.Null() -> "CASE WHEN 1 = 0 THEN " + value + " END";
            case Mask.DateTruncate date -> truncated(utc(name, column, value), date.to());
        };
    }

    /**
     * No anchor and no space in the expressions: {@code default_regex_flags}, which a session may set, changes what those mean.
     * What is not a card number by its form is hidden as a whole.
     */
    private static String pan(String value) {
        String digits = "REPLACE(REPLACE(" + value + ", ' ', ''), '-', '')";
        return "CASE WHEN " + value + " IS NULL THEN NULL WHEN " + digits + " NOT REGEXP '[^0-9]' AND CHAR_LENGTH("
                + digits + ") BETWEEN 13 AND 19 THEN CONCAT(LEFT(" + digits + ", 6), REPEAT('*', CHAR_LENGTH(" + digits
                + ") - 10), RIGHT(" + digits + ", 4)) ELSE '****' END";
    }

    private static String pad(String name) {
        return "(SELECT k." + MariaDbText.quoted(name) + " FROM " + MariaDbText.qualified(SCHEMA, MASKING_KEY)
                + " AS k)";
    }

    /** A TIMESTAMP shows another time in another time_zone; UNIX_TIMESTAMP of one is what is stored. */
    private String utc(TableName name, String column, String value) {
        return is(name, column, Set.of(TIMESTAMP)) ? moment("FLOOR(UNIX_TIMESTAMP(" + value + "))") : value;
    }

    private static String moment(String seconds) {
        return "TIMESTAMPADD(SECOND, " + seconds + ", TIMESTAMP'1970-01-01 00:00:00')";
    }

    private static String truncated(String value, DateUnit unit) {
        String year = "MAKEDATE(YEAR(" + value + "), 1)";
        return switch (unit) {
            case YEAR -> year;
            case QUARTER -> "TIMESTAMPADD(QUARTER, QUARTER(" + value + ") - 1, " + year + ")";
            case MONTH -> "TIMESTAMPADD(MONTH, MONTH(" + value + ") - 1, " + year + ")";
        };
    }

    private String condition(TableName name, RowRule rule) {
        String value = "t." + MariaDbText.quoted(rule.column());
        return switch (rule.test()) {
            case RowTest.In(var values) -> "(" + in(name, rule.column(), value, values) + ")";
            case RowTest.Between(var from, var before) -> {
                var bounds = new ArrayList<String>();
                from.ifPresent(bound -> bounds.add(compared(name, rule.column(), value, ">=", bound)));
                before.ifPresent(bound -> bounds.add(compared(name, rule.column(), value, "<", bound)));
                yield String.join(" AND ", bounds);
            }
            case RowTest.IsNull(var wanted) -> value + (wanted ? " IS NULL" : " IS NOT NULL");
            case RowTest.NewerThan(var age) -> newer(name, rule.column(), value, age);
        };
    }

    /**
     * Texts have to be the same byte for byte: most collations take 'a' for 'A', and all of them pad with spaces. The
     * comparison by collation stands beside it for the sake of an index.
     */
    private String in(TableName name, String column, String value, List<Literal> values) {
        if (values.stream().noneMatch(Literal.Text.class::isInstance)) {
            return value + " IN (" + values.stream().map(MariaDbGrant::plain).collect(Collectors.joining(", ")) + ")";
        }
        String bytes = is(name, column, TEXTS)
                ? "CAST(CONVERT(" + value + " USING utf8mb4) AS BINARY)"
                : "CAST(" + value + " AS BINARY)";
        return value + " IN (" + values.stream().map(MariaDbGrant::plain).collect(Collectors.joining(", ")) + ") AND "
                + bytes + " IN ("
                + values.stream().map(text -> MariaDbText.bytes(word(text))).collect(Collectors.joining(", ")) + ")";
    }

    private String compared(TableName name, String column, String value, String operator, Literal bound) {
        var moment = bound instanceof Literal.Text(var text) ? parseMoment(text) : Optional.<LocalDateTime>empty();
        if (moment.isPresent() && is(name, column, Set.of(TIMESTAMP))) {
            return "UNIX_TIMESTAMP(" + value + ") " + operator + " "
                    + moment.get().toEpochSecond(ZoneOffset.UTC);
        }
        if (moment.isPresent() && is(name, column, DATES)) {
            return value + " " + operator + " TIMESTAMP'" + SECONDS.format(moment.get()) + "'";
        }
        return value + " " + operator + " " + plain(bound);
    }

    /** SYSDATE: a session may set what NOW and UNIX_TIMESTAMP say. A column without a zone is taken for UTC. */
    private String newer(TableName name, String column, String value, Duration age) {
        String since = "UNIX_TIMESTAMP(SYSDATE()) - " + age.toSeconds();
        return is(name, column, Set.of(TIMESTAMP))
                ? "UNIX_TIMESTAMP(" + value + ") > " + since
                : value + " > " + moment(since);
    }

    private Optional<String> refusal(TableName name, String column, Mask mask) {
        boolean date = columns.type(name, column).map(DATES::contains).orElse(true);
        return mask instanceof Mask.DateTruncate && !date
                ? Optional.of("column " + name + "." + column + ": date-truncate is for DATE, DATETIME and TIMESTAMP, "
                        + "and this is " + columns.type(name, column).orElseThrow())
                : Optional.empty();
    }

    /** Where the types differ, MariaDB converts, and '12 and more' equals 12. */
    private Optional<String> refusal(TableName name, RowRule rule) {
        var type = columns.type(name, rule.column());
        if (type.isEmpty()) {
            return Optional.empty();
        }
        var expected = Optional.<String>empty();
        switch (rule.test()) {
            case RowTest.In(var values) -> {
                for (var value : values) {
                    expected = expected.or(() -> mismatch(type.get(), value, false));
                }
            }
            case RowTest.Between(var from, var before) ->
                expected = from.flatMap(value -> mismatch(type.get(), value, true))
                        .or(() -> before.flatMap(value -> mismatch(type.get(), value, true)));
            case RowTest.NewerThan _ -> {
                if (!DATES.contains(type.get())) {
                    expected = Optional.of("newerThan is for DATE, DATETIME and TIMESTAMP");
                }
            }
            case RowTest.IsNull _ -> {}
        }
        return expected.map(what -> "column " + name + "." + rule.column() + " is " + type.get() + ": " + what);
    }

    private static Optional<String> mismatch(String type, Literal value, boolean ordered) {
        boolean text = value instanceof Literal.Text;
        if (NUMBERS.contains(type) == text) {
            return Optional.of(text ? "write numbers without quotes" : "write texts and dates in quotes");
        }
        if (DATES.contains(type) && !ordered) {
            return Optional.of("a row rule compares dates by from and before");
        }
        if (DATES.contains(type)
                && value instanceof Literal.Text(var written)
                && parseMoment(written).isEmpty()) {
            return Optional.of("write a date or a time in UTC, such as 2026-01-31 or 2026-01-31T08:00:00Z");
        }
        if (DATES.contains(type)
                && value instanceof Literal.Text(var precise)
                && parseMoment(precise)
                        .filter(moment ->
                                !moment.truncatedTo(ChronoUnit.SECONDS).equals(moment))
                        .isPresent()) {
            // A bound that is cut shows rows outside the rule.
            return Optional.of("write whole seconds");
        }
        return Optional.empty();
    }

    private boolean is(TableName name, String column, Set<String> types) {
        return columns.type(name, column).map(types::contains).orElse(false);
    }

    private static String plain(Literal value) {
        return switch (value) {
            case Literal.Text(var text) -> MariaDbText.literal(text);
            case Literal.Whole(var number) -> Long.toString(number);
            case Literal.Truth(var truth) -> truth ? "1" : "0";
        };
    }

    private static String word(Literal value) {
        return switch (value) {
            case Literal.Text(var text) -> text;
            case Literal.Whole(var number) -> Long.toString(number);
            case Literal.Truth(var truth) -> truth ? "1" : "0";
        };
    }

    /** A date, or a time in UTC or with its offset. */
    private static Optional<LocalDateTime> parseMoment(String text) {
        for (var form : Arrays.asList(
                (java.util.function.Function<String, LocalDateTime>)
                        t -> LocalDate.parse(t).atStartOfDay(),
                t -> OffsetDateTime.parse(t)
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalDateTime(),
                t -> LocalDateTime.parse(t.replace(' ', 'T')))) {
            try {
                return Optional.of(form.apply(text));
            } catch (DateTimeException e) {
                // Not of this form.
            }
        }
        return Optional.empty();
    }
}
