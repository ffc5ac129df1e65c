package dev.daypass.grants;

import dev.daypass.database.Engine;
import dev.daypass.grants.GrantDocument.Mask;
import dev.daypass.grants.GrantDocument.TableGrant;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.Node;

/** What a grant's parts must be together, and beside its database: the last gate. Reports at the column, mask or table it is about. */
final class GrantChecks {
    private final Source source;
    private final YamlTree tree;
    private final GrantDocument grant;

    GrantChecks(Source source, YamlTree tree, GrantDocument grant) {
        this.source = source;
        this.tree = tree;
        this.grant = grant;
    }

    /** What can be said without the database's document. */
    void itself() {
        var views = new HashMap<String, TableName>();
        grant.tables().forEach((name, table) -> {
            var other = views.putIfAbsent(table.view(), name);
            if (other != null) {
                source.report(
                        tree.key(path(name)),
                        name + " would be called " + table.view() + " in the grant's schema, as " + other
                                + " is; give one of them another name with as: <name>");
            }
            table.masks().keySet().forEach(column -> masked(name, table, column));
            if (!table.rows().isEmpty() && table.allows(Verb.INSERT) && table.allows(Verb.UPDATE)) {
                // PostgreSQL, CREATE VIEW, "Updatable Views": INSERT … ON CONFLICT DO UPDATE reaches the row that has
                // the key
                // already, whether the view shows it or not, and can move it into what the view shows. So does
                // MariaDB's ON
                // DUPLICATE KEY UPDATE.
                source.report(
                        tree.key(path(name, Verb.INSERT.word())),
                        "rows with insert and update: an upsert would reach rows that are filtered out; give insert in a grant"
                                + " of its own");
            }
        });
    }

    private void masked(TableName name, TableGrant table, String column) {
        var at = tree.key(path(name, "masks", column));
        if (!table.columns(Verb.SELECT).contains(column)) {
            source.report(
                    at,
                    "the column " + column + " is masked and not selected"
                            + Nearest.hint(column, table.columns(Verb.SELECT)));
        }
        for (var verb : List.of(Verb.INSERT, Verb.UPDATE)) {
            if (table.columns(verb).contains(column)) {
                // Whoever may write a value and read its mask can try values out.
                source.report(
                        tree.member(path(name, verb.word()), column),
                        "the column " + column + " is masked and written: a grant does one of the two");
            }
        }
    }

    /** What the grant's database does not take. */
    void against(DatabaseDocument database) {
        cards(database);
        switch (database.engine()) {
            case POSTGRESQL -> {}
            case MARIADB -> mariaDb();
        }
    }

    private void cards(DatabaseDocument database) {
        boolean exposed = false;
        for (var entry : grant.tables().entrySet()) {
            var name = entry.getKey();
            var table = entry.getValue();
            for (var column : table.columns(Verb.SELECT)) {
                var tag = database.cards().tagOf(name, column);
                if (tag.isEmpty() || hides(Optional.ofNullable(table.masks().get(column)))) {
                    continue;
                }
                exposed = true;
                if (grant.unmaskedPan().isEmpty()) {
                    source.report(
                            shown(name, table, column),
                            "the column " + column + " carries cards (" + tag.get() + " in "
                                    + DocumentFolder.DATABASES + "/" + database.name() + DocumentFolder.SUFFIX
                                    + "): mask it with pan, hash, redact or null, or say allowUnmaskedPan with an approver");
                }
            }
        }
        // Which columns have a tagged type is known to the live catalog only.
        if (!exposed
                && grant.unmaskedPan().isPresent()
                && database.cards().types().isEmpty()) {
            source.report(
                    tree.key(List.of("allowUnmaskedPan")),
                    "no column that carries cards is shown unmasked; take allowUnmaskedPan away");
        }
    }

    private static boolean hides(Optional<Mask> mask) {
        return mask.isPresent()
                && switch (mask.get()) {
                    case Mask.Pan _, Mask.Hash _, Mask.Redact _, Mask.Null _ -> true;
                    case Mask.DateTruncate _ -> false;
                };
    }

    /** The mask that is too weak, or the column in its list. */
    private Node shown(TableName name, TableGrant table, String column) {
        return table.masks().containsKey(column)
                ? tree.value(path(name, "masks", column))
                : tree.member(path(name, Verb.SELECT.word()), column);
    }

    private void mariaDb() {
        String engine = Engine.MARIADB.word();
        grant.tables().forEach((name, table) -> {
            if (!table.rows().isEmpty() && table.allows(Verb.INSERT) && table.allows(Verb.DELETE)) {
                source.report(
                        tree.key(path(name, Verb.INSERT.word())),
                        engine
                                + ": rows with insert and delete: REPLACE would delete rows that are filtered out; give insert in"
                                + " a grant of its own");
            }
            if (table.masks().isEmpty()) {
                return;
            }
            for (var verb : Verb.values()) {
                if (verb != Verb.SELECT && table.allows(verb)) {
                    source.report(
                            tree.key(path(name, verb.word())),
                            engine + ": a table with masks is read only; take " + verb.word()
                                    + " away, or give it in a grant of its own");
                }
            }
        });
        if (!grant.sequences().isEmpty()) {
            source.report(
                    tree.key(List.of("sequences")),
                    engine + ": sequences are not granted; an AUTO_INCREMENT column needs none");
        }
        for (int i = 0; i < grant.functions().size(); i++) {
            var function = grant.functions().get(i);
            if (!function.arguments().isEmpty()) {
                source.report(
                        tree.value(List.of("functions", i)),
                        engine + ": there is one function of a name; write it without argument types: "
                                + function.schema() + "." + function.name() + "()");
            }
        }
    }

    private static List<Object> path(TableName table, String... below) {
        var path = new ArrayList<Object>(List.of("tables", table.toString()));
        path.addAll(List.of(below));
        return path;
    }
}
