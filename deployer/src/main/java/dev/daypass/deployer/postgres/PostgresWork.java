package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Action;
import dev.daypass.deployer.live.GrantChange.Difference;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.GrantDocument.TableGrant;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Collects what differs and the statements that end it, in the order in which they can run. */
final class PostgresWork {
    private final List<Difference> differences = new ArrayList<>();
    private final List<String> first = new ArrayList<>();
    private final List<String> takes = new ArrayList<>();
    private final List<String> drops = new ArrayList<>();
    private final List<String> makes = new ArrayList<>();
    private final List<String> views = new ArrayList<>();
    private final List<String> gives = new ArrayList<>();
    private final List<String> last = new ArrayList<>();

    void differs(Difference difference) {
        differences.add(difference);
    }

    void add(String object, String wanted) {
        differs(new Difference(Action.ADD, object, Optional.empty(), Optional.of(wanted)));
    }

    void change(String object, String live, String wanted) {
        differs(new Difference(Action.CHANGE, object, Optional.of(live), Optional.of(wanted)));
    }

    /** @param live may be empty where the object says it all */
    void remove(String object, String live) {
        differs(new Difference(
                Action.REMOVE, object, Optional.of(live).filter(text -> !text.isEmpty()), Optional.empty()));
    }

    void first(String statement) {
        first.add(statement);
    }

    void take(String statement) {
        takes.add(statement);
    }

    void drop(String statement) {
        drops.add(statement);
    }

    void make(String statement) {
        makes.add(statement);
    }

    void view(String statement) {
        views.add(statement);
    }

    boolean makesViews() {
        return !views.isEmpty();
    }

    void aroundViews(String before, String after) {
        views.addFirst(before);
        views.add(after);
    }

    void give(String statement) {
        gives.add(statement);
    }

    void last(String statement) {
        last.add(statement);
    }

    /** Empty if nothing differs. */
    Optional<GrantChange> change(Optional<GrantName> grant, Effect effect) {
        var statements = Stream.of(first, takes, drops, makes, views, gives, last)
                .flatMap(List::stream)
                .toList();
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of(new GrantChange(grant, effect, differences, statements));
    }

    /** What a table's view shows and takes, for people. */
    static String described(TableName table, TableGrant grant) {
        String rows = grant.rows().isEmpty()
                ? ""
                : " where " + grant.rows().stream().map(Object::toString).collect(Collectors.joining(" and "));
        var verbs = Stream.of(Verb.values())
                .filter(grant::allows)
                .map(verb -> verb.word()
                        + (grant.columns(verb).isEmpty()
                                ? ""
                                : grant.columns(verb).stream()
                                        .map(column -> Optional.ofNullable(
                                                        grant.masks().get(column))
                                                .map(mask -> column + " as " + mask)
                                                .orElse(column))
                                        .collect(Collectors.joining(", ", " (", ")"))))
                .collect(Collectors.joining(", "));
        return verbs + " of " + table + rows;
    }
}
