package dev.daypass.cli.grants;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.grants.Documents;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.GrantDocument.RowRule;
import dev.daypass.grants.GrantDocument.Verb;
import dev.daypass.grants.Reach;
import dev.daypass.grants.WhoCan;
import dev.daypass.grants.WhoCan.ColumnName;
import dev.daypass.grants.WhoCan.Way;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code daypass grants who-can}. */
@Command(
        name = "who-can",
        description = {
            "Who may touch a column, and how; or, with --issuer and --claim, what a token with these claims could reach.",
            "It reads documents only: what a stored function touches, and what the database gives everybody, is what plan shows."
        },
        customSynopsis = {
            "daypass grants who-can COLUMN [DOCUMENTS]",
            "daypass grants who-can --issuer NAME [--claim NAME=VALUE]... [DOCUMENTS]"
        })
public final class WhoCanCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            arity = "0..2",
            paramLabel = "COLUMN|DOCUMENTS",
            description = "The column as schema.table.column; then the folder with issuers/, databases/ and grants/,"
                    + " default: the current one.")
    private List<String> words = List.of();

    @Option(names = "--issuer", paramLabel = "NAME", description = "The issuer of the token, by its document's name.")
    private @Nullable String issuer;

    @Option(
            names = "--claim",
            paramLabel = "NAME=VALUE",
            description = "A claim of the token; given twice, the claim is a list.")
    private List<String> claims = List.of();

    @Option(
            names = "--agent-claims",
            split = ",",
            paramLabel = "NAME=VALUE",
            description = "The same in one word, with issuer=NAME among them: issuer=dev,team=support.")
    private List<String> together = List.of();

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private DocumentOptions documents;

    @Option(names = "--json", description = "One JSON object in place of text.")
    private boolean json;

    public WhoCanCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        var token = claims();
        var by = Optional.ofNullable(issuer).or(() -> issuerAmong(token));
        if (by.isPresent()) {
            var read = documents(0);
            if (!read.issuers().containsKey(by.get())) {
                throw Failure.usage("there is no issuer " + by.get() + "; there is "
                        + String.join(", ", read.issuers().keySet()));
            }
            print(read, new WhoCan(read).reachableBy(by.get(), token), false);
            return ExitCode.OK;
        }
        if (!token.isEmpty()) {
            throw Failure.usage("whose claims? --issuer NAME");
        }
        var column = (words.isEmpty() ? Optional.<String>empty() : Optional.of(words.getFirst()))
                .flatMap(ColumnName::parse)
                .orElseThrow(() -> Failure.usage("which column? Say it as schema.table.column, or ask for a token with"
                        + " --issuer and --claim"));
        var read = documents(1);
        var ways = new WhoCan(read).reaching(column);
        if (ways.isEmpty() && !json) {
            surroundings.out().println("no grant reaches " + column);
        } else {
            print(read, ways, true);
        }
        return ExitCode.OK;
    }

    private Optional<String> issuerAmong(Map<String, Set<String>> token) {
        return together.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(token.remove("issuer"))
                        .map(names -> names.iterator().next());
    }

    private Documents documents(int at) throws Failure {
        if (words.size() > at + 1) {
            throw Failure.usage("one folder of documents, not " + String.join(" ", words.subList(at, words.size())));
        }
        return documents.read(surroundings, Path.of(words.size() > at ? words.get(at) : "."), Documents::read);
    }

    private Map<String, Set<String>> claims() throws Failure {
        var token = new LinkedHashMap<String, Set<String>>();
        var all = new ArrayList<>(claims);
        all.addAll(together);
        for (var claim : all) {
            int equals = claim.indexOf('=');
            if (equals < 1) {
                throw Failure.usage("the claim " + claim + " is not NAME=VALUE");
            }
            token.computeIfAbsent(claim.substring(0, equals), name -> new LinkedHashSet<>())
                    .add(claim.substring(equals + 1));
        }
        return token;
    }

    private void print(Documents read, List<Way> ways, boolean withWho) {
        surroundings.out().print(json ? json(read, ways, withWho) : text(ways, withWho));
        surroundings.out().flush();
    }

    private static Map<GrantDocument, List<Reach>> byGrant(List<Way> ways) {
        var grants = new LinkedHashMap<GrantDocument, List<Reach>>();
        ways.forEach(way ->
                grants.computeIfAbsent(way.grant(), grant -> new ArrayList<>()).add(way.reach()));
        return grants;
    }

    private static String text(List<Way> ways, boolean withWho) {
        if (ways.isEmpty()) {
            return "nothing\n";
        }
        var out = new StringBuilder();
        byGrant(ways).forEach((grant, reach) -> {
            out.append(grant.name()).append(" on ").append(grant.database()).append('\n');
            reach.forEach(one -> out.append("  ").append(sentence(one)).append('\n'));
            if (withWho) {
                grant.entitled()
                        .forEach(way -> out.append("  asked for by ")
                                .append(way.described())
                                .append('\n'));
            }
        });
        return out.toString();
    }

    private static String sentence(Reach reach) {
        return verb(reach) + " "
                + switch (reach) {
                    case Reach.Column column ->
                        column.table() + "." + column.column()
                                + column.mask().map(mask -> " as " + mask).orElse("");
                    case Reach.Rows rows -> "rows of " + rows.table();
                    case Reach.Function function -> function.function().toString();
                    case Reach.Next next -> next.sequence().toString();
                }
                + (rows(reach).isEmpty()
                        ? ""
                        : " where "
                                + String.join(
                                        " and ",
                                        rows(reach).stream()
                                                .map(RowRule::toString)
                                                .toList()));
    }

    private static String verb(Reach reach) {
        return switch (reach) {
            case Reach.Column column -> column.verb().word();
            case Reach.Rows _ -> Verb.DELETE.word();
            case Reach.Function _ -> "execute";
            case Reach.Next _ -> "take the next of";
        };
    }

    private static List<RowRule> rows(Reach reach) {
        return switch (reach) {
            case Reach.Column column -> column.rows();
            case Reach.Rows rows -> rows.rows();
            case Reach.Function _, Reach.Next _ -> List.of();
        };
    }

    private static String json(Documents read, List<Way> ways, boolean withWho) {
        var json = JsonNodeFactory.instance.objectNode();
        var grants = json.putArray("grants");
        byGrant(ways).forEach((grant, reach) -> {
            var one = grants.addObject()
                    .put("grant", grant.name().text())
                    .put("database", grant.database())
                    .put("engine", read.databaseOf(grant).engine().word());
            var list = one.putArray("reach");
            reach.forEach(thing -> add(list.addObject(), thing));
            if (withWho) {
                entitled(one.putArray("entitled"), grant);
            }
        });
        return json.toPrettyString() + "\n";
    }

    private static void add(ObjectNode json, Reach reach) {
        json.put("verb", verb(reach));
        switch (reach) {
            case Reach.Column column -> {
                json.put("table", column.table().toString()).put("column", column.column());
                column.mask().ifPresent(mask -> json.put("mask", mask.toString()));
            }
            case Reach.Rows rows -> json.put("table", rows.table().toString());
            case Reach.Function function ->
                json.put("function", function.function().toString());
            case Reach.Next next -> json.put("sequence", next.sequence().toString());
        }
        var rows = json.putArray("rows");
        rows(reach).forEach(rule -> rows.add(rule.toString()));
    }

    private static void entitled(ArrayNode array, GrantDocument grant) {
        for (var way : grant.entitled()) {
            var one = array.addObject().put("issuer", way.issuer());
            var claims = one.putObject("claims");
            new TreeMap<>(way.claims()).forEach((name, accepted) -> {
                var claim = claims.putObject(name);
                var values = claim.putArray("values");
                accepted.values().stream().sorted().forEach(values::add);
                var patterns = claim.putArray("matches");
                accepted.patterns().stream().map(Pattern::pattern).sorted().forEach(patterns::add);
            });
        }
    }
}
