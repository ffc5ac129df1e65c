package dev.daypass.grants;

import dev.daypass.grants.GrantDocument.Literal;
import dev.daypass.grants.GrantDocument.Mask;
import dev.daypass.grants.GrantDocument.RowRule;
import dev.daypass.grants.GrantDocument.RowTest;
import dev.daypass.grants.GrantDocument.TableGrant;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.Verb;
import dev.daypass.grants.PostgresObjects.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text of a table's view. It is to be made with {@code search_path = pg_catalog}: the operators in it are the server's own.
 * What it shows does not depend on any setting that a session may change.
 */
final class PostgresViews {
    /** What stands for a value that is hidden as a whole. */
    static final String HIDDEN = "****";

    private static final String TABLE = "t";

    /** A view has at least one column; this one is of a table whose rows may be deleted and not be seen. */
    private static final String NOTHING_TO_SEE = "row";

    private PostgresViews() {}

    static View view(TableName table, TableGrant grant) {
        var columns = grant.viewColumns();
        var selected = columns.stream()
                .map(column -> {
                    var mask = grant.masks().get(column);
                    return (mask == null ? column(column) : masked(column(column), mask)) + " AS "
                            + Names.quoted(column);
                })
                .toList();
        String where = grant.rows().stream().map(PostgresViews::condition).collect(Collectors.joining(" AND "));
        String query = "SELECT "
                + (selected.isEmpty() ? "true AS " + Names.quoted(NOTHING_TO_SEE) : String.join(", ", selected))
                + " FROM " + PostgresObjects.quoted(table) + " AS " + Names.quoted(TABLE)
                + (where.isEmpty() ? "" : " WHERE " + where);
        var options = new ArrayList<>(List.of("security_barrier=true"));
        if (grant.allows(Verb.INSERT) || grant.allows(Verb.UPDATE)) {
            // No row is written that the view would not show.
            options.add("check_option=cascaded");
        }
        return new View(grant.view(), table, columns.isEmpty() ? List.of(NOTHING_TO_SEE) : columns, query, options);
    }

    private static String column(String name) {
        return Names.quoted(TABLE) + "." + Names.quoted(name);
    }

    private static String masked(String column, Mask mask) {
        return switch (mask) {
            case Mask.Pan() -> pan(column);
            case Mask.Hash() -> hash(column);
            case Mask.Redact() -> "CASE WHEN " + column + " IS NULL THEN NULL ELSE 'redacted'::text END";
            // Never true, and of the column's type.
            case Mask.Null() -> "CASE WHEN false THEN " + column + " END";
            case Mask.DateTruncate(var unit) -> truncated(column, unit.word());
        };
    }

    // By form and not by the check digit: a mistyped number is a card number to whoever reads it. The collation makes
    // [0-9] ten
    // characters, and makes it work on columns whose collation knows no regular expressions.
    private static String pan(String column) {
        String digits = "(translate(" + column + "::text, ' -', '') COLLATE \"C\")";
        return "CASE WHEN " + column + " IS NULL THEN NULL WHEN " + digits + " ~ '^[0-9]{13,19}$' THEN"
                + " left(" + digits + ", 6) || repeat('*', length(" + digits + ") - 10) || right(" + digits + ", 4)"
                + " ELSE '" + HIDDEN + "' END";
    }

    // RFC 2104: H(K xor opad, H(K xor ipad, text)). The view's owner reads the paddings; there is no function with the
    // key in it that a session could call.
    private static String hash(String column) {
        return "encode(sha256((SELECT k.outer_pad FROM daypass.masking_key AS k)"
                + " || sha256((SELECT k.inner_pad FROM daypass.masking_key AS k)"
                + " || convert_to(" + column + "::text, 'UTF8'))), 'hex')";
    }

    // By way of the epoch, which is the same in every time zone; a timestamp without one is taken as UTC. A date beyond
    // the range of timestamps would be in the message of an error.
    private static String truncated(String column, String unit) {
        return "CASE WHEN " + column + " < '200000-01-01' THEN (date_trunc('" + unit
                + "', to_timestamp(extract(epoch FROM " + column + ")) AT TIME ZONE 'UTC'))::date END";
    }

    private static String condition(RowRule rule) {
        String column = column(rule.column());
        return switch (rule.test()) {
            case RowTest.In(var values) ->
                column + " IN (" + values.stream().map(PostgresViews::literal).collect(Collectors.joining(", ")) + ")";
            case RowTest.Between(var from, var before) -> {
                var ends = new ArrayList<String>();
                from.ifPresent(value -> ends.add(column + " >= " + literal(value)));
                before.ifPresent(value -> ends.add(column + " < " + literal(value)));
                yield String.join(" AND ", ends);
            }
            case RowTest.IsNull(var wanted) -> column + (wanted ? " IS NULL" : " IS NOT NULL");
            // As above: compared with a timestamp without a time zone, the present moment would be the session's to
            // shift.
            case RowTest.NewerThan(var age) ->
                "extract(epoch FROM " + column + ") > extract(epoch FROM statement_timestamp()) - " + age.toSeconds();
        };
    }

    /** Quoted whatever it is: the server reads it as a value of the column's type. */
    private static String literal(Literal value) {
        return PostgresObjects.literal(
                switch (value) {
                    case Literal.Text(var text) -> text;
                    case Literal.Whole(var number) -> Long.toString(number);
                    case Literal.Truth(var truth) -> Boolean.toString(truth);
                });
    }
}
