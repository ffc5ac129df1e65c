package dev.daypass.cli.grants;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.grants.GrantTests;
import dev.daypass.grants.GrantTests.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code daypass grants test}. */
@Command(
        name = "test",
        description = {
            "Try the cases beside the grants (<name>.cases.yaml): claims in, decision and reachable columns out.",
            "Without any server, by the rules that the functions use."
        },
        footer = {"", "Exit codes: 0 every case holds, 1 one does not, or the documents have faults."})
public final class TestCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "DOCUMENTS", description = "The folder with issuers/, databases/ and grants/.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path folder;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private DocumentOptions documents;

    @Option(names = "--json", description = "One JSON object in place of text.")
    private boolean json;

    public TestCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        var tests = documents.read(surroundings, folder, GrantTests::read);
        if (tests.cases().isEmpty()) {
            // A pipeline that tests nothing must not be green.
            throw Failure.couldNot("there is no case to try; write grants/<name>.cases.yaml beside a grant");
        }
        var results = tests.run();
        surroundings.out().print(json ? json(results) : text(results));
        surroundings.out().flush();
        return results.stream().allMatch(Result::holds) ? ExitCode.OK : ExitCode.COULD_NOT;
    }

    private static String text(List<Result> results) {
        var out = new StringBuilder();
        for (var result : results) {
            var tried = result.tried();
            out.append(result.holds() ? "ok    " : "FAIL  ")
                    .append(tried.grant())
                    .append(": ")
                    .append(Printable.line(tried.name(), 200))
                    .append(result.holds() ? "" : " (" + Printable.of(tried.file()) + ":" + tried.line() + ")")
                    .append('\n');
            result.differences()
                    .forEach(difference -> out.append("        ")
                            .append(Printable.line(difference, 400))
                            .append('\n'));
        }
        long failed = results.stream().filter(result -> !result.holds()).count();
        return out.append(DocumentOptions.counted(results.size(), "case"))
                .append(", ")
                .append(failed)
                .append(" failed\n")
                .toString();
    }

    private static String json(List<Result> results) {
        var json = JsonNodeFactory.instance.objectNode();
        var cases = json.putArray("cases");
        for (var result : results) {
            var one = cases.addObject()
                    .put("grant", result.tried().grant().text())
                    .put("name", result.tried().name())
                    .put("file", result.tried().file())
                    .put("line", result.tried().line())
                    .put("holds", result.holds());
            var differences = one.putArray("differences");
            result.differences().forEach(differences::add);
        }
        return json.toPrettyString() + "\n";
    }
}
