package dev.daypass.grants;

import dev.daypass.database.Database;
import dev.daypass.grant.ClaimValues;
import dev.daypass.grants.GrantDocument.TableGrant;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.Verb;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What is legal in one document and doubtful. */
final class Doubts {
    /** Names that columns with card numbers have, once capitals and underscores are gone. */
    private static final Set<String> CARD_NAMES = Set.of(
            "pan",
            "cardnumber",
            "cardno",
            "cardnum",
            "ccnumber",
            "ccnum",
            "ccno",
            "creditcard",
            "creditcardnumber",
            "primaryaccountnumber");

    private final Source source;
    private final YamlTree tree;

    private Doubts(Source source, YamlTree tree) {
        this.source = source;
        this.tree = tree;
    }

    static List<Problem> of(String file, YamlTree tree, Consumer<Doubts> look) {
        var doubts = new Doubts(new Source(file, new TreeMap<>(), false), tree);
        look.accept(doubts);
        return doubts.source.problems().stream().sorted(Lint.byPlace()).toList();
    }

    void issuer(IssuerDocument issuer) {
        var trusted = issuer.trusted();
        if (trusted.allowOwnerless()) {
            key("nobody answers for a token without an owner", "allowOwnerless");
        }
        if (trusted.allowPlainHttpJwks()
                && !isThisMachine(String.valueOf(trusted.jwksUri().getHost()))) {
            key(
                    "keys that come over plain http from another machine are whatever the network says they are",
                    "allowPlainHttpJwks");
        }
    }

    void database(DatabaseDocument database) {
        if (database.database().tls() == Database.Tls.DISABLE
                && !isThisMachine(database.database().host())) {
            key("passwords and rows cross the network in the clear", "allowPlaintext");
        }
    }

    void grant(GrantDocument grant) {
        grant.tables().forEach(this::table);
        if (grant.life().window().compareTo(GrantDocument.LONGEST_WINDOW) >= 0) {
            key(
                    "a session may last a whole day, the longest there is; most tasks are done in an hour",
                    "ttl",
                    "window");
        }
        grant.purpose()
                .pattern()
                .filter(BoundedPattern::acceptsNearlyAnything)
                .ifPresent(pattern -> key("nearly any text is a purpose by this pattern", "purpose", "pattern"));
        for (int i = 0; i < grant.entitled().size(); i++) {
            var way = grant.entitled().get(i);
            for (var claim : way.claims().entrySet()) {
                claim(List.of("entitled", i, "claims", claim.getKey()), claim.getValue());
            }
            for (int j = 0; j < i; j++) {
                if (Narrowing.covers(grant.entitled().get(j), way)) {
                    source.reportOnce(
                            tree.value(List.of("entitled", i)),
                            "this way is never used: whoever has it is let in by number " + (j + 1) + " already");
                }
            }
        }
    }

    private void table(TableName name, TableGrant table) {
        for (var verb : List.of(Verb.UPDATE, Verb.DELETE)) {
            if (table.allows(verb) && table.rows().isEmpty()) {
                key(
                        "any row of " + name + " may be " + (verb == Verb.DELETE ? "deleted" : "changed")
                                + "; rows would say which",
                        "tables",
                        name.toString(),
                        verb.word());
            }
        }
        for (var column : table.columns(Verb.SELECT)) {
            String bare = column.toLowerCase(Locale.ROOT).replace("_", "");
            if (CARD_NAMES.contains(bare) && !table.masks().containsKey(column)) {
                source.report(
                        tree.member(List.of("tables", name.toString(), "select"), column),
                        column + " sounds like a card number and is shown as it is; tag it in the database's cards, or"
                                + " mask it");
            }
        }
    }

    private void claim(List<Object> path, ClaimValues values) {
        for (int i = 0; i < values.patterns().size(); i++) {
            var pattern = values.patterns().get(i);
            var at = new ArrayList<>(path);
            at.add("matches");
            at.add(i);
            if (BoundedPattern.acceptsNearlyAnything(pattern)) {
                source.report(tree.value(at), "nearly anybody of this issuer is let in by this pattern");
            } else if (prefix(pattern).isEmpty()) {
                source.report(
                        tree.value(at),
                        "Vault can check only what a pattern begins with, and this one begins with nothing plain: for it"
                                + " the functions alone decide");
            }
        }
    }

    private static String prefix(Pattern pattern) {
        return BoundedPattern.literalPrefix(pattern.pattern());
    }

    private void key(String doubt, Object... path) {
        source.report(tree.key(List.of(path)), doubt);
    }

    /** Without asking a name server. */
    private static boolean isThisMachine(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
