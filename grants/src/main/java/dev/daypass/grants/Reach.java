package dev.daypass.grants;

import dev.daypass.grants.GrantDocument.Mask;
import dev.daypass.grants.GrantDocument.RoutineName;
import dev.daypass.grants.GrantDocument.RowRule;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One thing that a session of a grant could touch, as its document says; {@code toString} is how cases spell it. */
public sealed interface Reach {
    /**
     * A column.
     *
     * @param verb SELECT, INSERT or UPDATE
     * @param mask what is shown instead of its value; only for SELECT
     * @param rows which rows; all of them if empty
     */
    record Column(Verb verb, TableName table, String column, Optional<Mask> mask, List<RowRule> rows) implements Reach {
        public Column {
            rows = List.copyOf(rows);
        }

        @Override
        public String toString() {
            return (verb == Verb.SELECT ? "" : verb.word() + " ") + table + "." + column
                    + mask.map(m -> " as " + m).orElse("");
        }
    }

    /** Rows that may be deleted. */
    record Rows(TableName table, List<RowRule> rows) implements Reach {
        public Rows {
            rows = List.copyOf(rows);
        }

        @Override
        public String toString() {
            return Verb.DELETE.word() + " " + table;
        }
    }

    /** A function that may be executed; what it touches is not in the document. */
    record Function(RoutineName function) implements Reach {
        @Override
        public String toString() {
            return "execute " + function;
        }
    }

    /** A sequence whose next value may be taken. */
    record Next(TableName sequence) implements Reach {
        @Override
        public String toString() {
            return "next of " + sequence;
        }
    }

    /** All of it: tables in order, within one reading before writing; then functions and sequences. */
    static List<Reach> of(GrantDocument grant) {
        var reach = new ArrayList<Reach>();
        grant.tables().forEach((name, table) -> {
            for (var verb : Verb.values()) {
                table.columns(verb)
                        .forEach(column -> reach.add(new Column(
                                verb,
                                name,
                                column,
                                verb == Verb.SELECT
                                        ? Optional.ofNullable(table.masks().get(column))
                                        : Optional.empty(),
                                table.rows())));
            }
            if (table.allows(Verb.DELETE)) {
                reach.add(new Rows(name, table.rows()));
            }
        });
        grant.functions().forEach(function -> reach.add(new Function(function)));
        grant.sequences().forEach(sequence -> reach.add(new Next(sequence)));
        return List.copyOf(reach);
    }
}
