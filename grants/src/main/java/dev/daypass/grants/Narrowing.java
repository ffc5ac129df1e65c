package dev.daypass.grants;

import dev.daypass.grant.ClaimValues;
import dev.daypass.grants.GrantDocument.Entitled;
import dev.daypass.grants.GrantDocument.Literal;
import dev.daypass.grants.GrantDocument.Mask;
import dev.daypass.grants.GrantDocument.RowRule;
import dev.daypass.grants.GrantDocument.RowTest;
import dev.daypass.grants.GrantDocument.TableGrant;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/**
 * What one text of a grant allowed and another does not. A change that cannot be seen to be a widening counts as a narrowing: the
 * cost of a mistake in that direction is a session that is drained for nothing.
 */
final class Narrowing {
    private final GrantDocument before;
    private final GrantDocument after;
    private final List<String> lost = new ArrayList<>();

    private Narrowing(GrantDocument before, GrantDocument after) {
        this.before = before;
        this.after = after;
    }

    static List<String> of(GrantDocument before, GrantDocument after) {
        if (!before.name().equals(after.name())) {
            throw new IllegalArgumentException(
                    "two grants, not two texts of one: " + before.name() + ", " + after.name());
        }
        var narrowing = new Narrowing(before, after);
        narrowing.compare();
        return List.copyOf(narrowing.lost);
    }

    private void compare() {
        if (!before.database().equals(after.database())) {
            lost.add("anything in the database " + before.database());
        }
        before.tables().forEach(this::table);
        before.functions().stream()
                .filter(function -> !after.functions().contains(function))
                .forEach(function -> lost.add("execute " + function));
        before.sequences().stream()
                .filter(sequence -> !after.sequences().contains(sequence))
                .forEach(sequence -> lost.add("usage on sequence " + sequence));
        before.entitled().stream()
                .filter(way -> after.entitled().stream().noneMatch(other -> covers(other, way)))
                .forEach(way -> lost.add("asking as " + way.described()));
        shorter("a default ttl", before.life().defaultTtl(), after.life().defaultTtl());
        shorter("a ttl", before.life().maxTtl(), after.life().maxTtl());
        shorter("a window", before.life().window(), after.life().window());
        shorter("a statement", before.statementTimeout(), after.statementTimeout());
        fewer("renewals", before.life().renewals(), after.life().renewals());
        fewer("sessions at once", before.sessions(), after.sessions());
        fewer("connections of a session", before.connections(), after.connections());
        purpose();
        if (before.unmaskedPan().isPresent() && after.unmaskedPan().isEmpty()) {
            lost.add("unmasked card numbers");
        }
    }

    private void table(TableName name, TableGrant was) {
        var is = after.tables().get(name);
        for (var verb : Verb.values()) {
            if (!was.allows(verb)) {
                continue;
            }
            if (is == null || !is.allows(verb)) {
                lost.add(verb.word() + " on " + name);
                continue;
            }
            var columns = new ArrayList<>(was.columns(verb));
            columns.removeAll(is.columns(verb));
            if (!columns.isEmpty()) {
                lost.add(verb.word() + " on " + name + "(" + String.join(", ", columns) + ")");
            }
        }
        if (is == null) {
            return;
        }
        if (!was.view().equals(is.view())) {
            lost.add("the name " + was.view() + " for " + name);
        }
        for (var column : was.columns(Verb.SELECT)) {
            var mask = Optional.ofNullable(is.masks().get(column));
            // To show the value itself is a widening; any other mask is a value that was not seen before.
            if (is.columns(Verb.SELECT).contains(column)
                    && mask.isPresent()
                    && !mask.equals(Optional.ofNullable(was.masks().get(column)))) {
                lost.add("select on " + name + "(" + column + ") "
                        + Optional.ofNullable(was.masks().get(column))
                                .map(Mask::toString)
                                .map(before -> "as " + before)
                                .orElse("unmasked"));
            }
        }
        is.rows().stream()
                .filter(rule -> was.rows().stream().noneMatch(other -> implies(other, rule)))
                .forEach(rule -> lost.add("rows of " + name + " other than where " + rule));
    }

    /** Whether each row that satisfies {@code was} satisfies {@code is}. */
    private static boolean implies(RowRule was, RowRule is) {
        if (!was.column().equals(is.column())) {
            return false;
        }
        return switch (is.test()) {
            case RowTest.In now ->
                was.test() instanceof RowTest.In then && now.values().containsAll(then.values());
            case RowTest.Between now ->
                was.test() instanceof RowTest.Between then
                        && reaches(now.from(), then.from(), (x, y) -> x <= y)
                        && reaches(now.before(), then.before(), (x, y) -> x >= y);
            case RowTest.IsNull now -> was.test().equals(now);
            case RowTest.NewerThan now ->
                was.test() instanceof RowTest.NewerThan then && now.age().compareTo(then.age()) >= 0;
        };
    }

    /** Whether a bound leaves at least as much room as it did; only whole numbers are known to be ordered as the database orders them. */
    private static boolean reaches(Optional<Literal> now, Optional<Literal> then, BiPredicate<Long, Long> wider) {
        if (now.isEmpty() || now.equals(then)) {
            return true;
        }
        return now.get() instanceof Literal.Whole(long is)
                && then.isPresent()
                && then.get() instanceof Literal.Whole(long was)
                && wider.test(is, was);
    }

    /** Whether {@code other} lets in whomever {@code way} let in. */
    static boolean covers(Entitled other, Entitled way) {
        return other.issuer().equals(way.issuer())
                && other.claims().entrySet().stream()
                        .allMatch(wanted -> Optional.ofNullable(way.claims().get(wanted.getKey()))
                                .filter(had -> covers(wanted.getValue(), had))
                                .isPresent());
    }

    private static boolean covers(ClaimValues now, ClaimValues then) {
        var patterns =
                new HashSet<>(now.patterns().stream().map(Pattern::pattern).toList());
        return then.values().stream().allMatch(now::accepts)
                && then.patterns().stream().map(Pattern::pattern).allMatch(patterns::contains);
    }

    private void shorter(String what, Duration was, Duration is) {
        if (is.compareTo(was) < 0) {
            lost.add(what + " of " + Form.spell(was) + ", now " + Form.spell(is));
        }
    }

    private void fewer(String what, int was, int is) {
        if (is < was) {
            lost.add(was + " " + what + ", now " + is);
        }
    }

    private void purpose() {
        if (after.purpose().required() && !before.purpose().required()) {
            lost.add("a request without a purpose");
        }
        var now = after.purpose().pattern().map(Pattern::pattern);
        if (now.isPresent() && !now.equals(before.purpose().pattern().map(Pattern::pattern))) {
            lost.add("a purpose that " + now.get() + " does not match");
        }
    }
}
