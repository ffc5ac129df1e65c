package dev.daypass.cli.grants;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.grants.Lint;
import dev.daypass.grants.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code daypass grants lint}. */
@Command(
        name = "lint",
        description = {
            "Say what is wrong in the documents and their cases: file, line, column, and what would be right.",
            "Warnings are about what is legal and doubtful; they fail nothing."
        },
        footer = {"", "Exit codes: 0 nothing is wrong, 1 something is."})
public final class LintCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "DOCUMENTS", description = "The folder with issuers/, databases/ and grants/.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path folder;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private DocumentOptions documents;

    @Option(names = "--json", description = "One JSON object in place of text.")
    private boolean json;

    public LintCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        var lint = documents.read(surroundings, folder, Lint::of);
        surroundings.out().print(json ? json(lint) : text(lint));
        surroundings.out().flush();
        return lint.problems().isEmpty() ? ExitCode.OK : ExitCode.COULD_NOT;
    }

    private static String text(Lint lint) {
        var out = new StringBuilder();
        lint.problems().forEach(problem -> out.append(line(problem, "error")));
        lint.warnings().forEach(warning -> out.append(line(warning, "warning")));
        return out.append(DocumentOptions.counted(lint.files(), "file"))
                .append(", ")
                .append(DocumentOptions.counted(lint.problems().size(), "error"))
                .append(", ")
                .append(DocumentOptions.counted(lint.warnings().size(), "warning"))
                .append('\n')
                .toString();
    }

    private static String line(Problem problem, String level) {
        return Printable.of(problem.file()) + ":" + problem.line() + ":" + problem.column() + ": " + level + ": "
                + Printable.line(problem.message(), 600) + "\n";
    }

    private static String json(Lint lint) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("files", lint.files());
        add(json.putArray("errors"), lint.problems());
        add(json.putArray("warnings"), lint.warnings());
        return json.toPrettyString() + "\n";
    }

    private static void add(ArrayNode array, List<Problem> problems) {
        for (var problem : problems) {
            array.addObject()
                    .put("file", problem.file())
                    .put("line", problem.line())
                    .put("column", problem.column())
                    .put("message", problem.message());
        }
    }
}
