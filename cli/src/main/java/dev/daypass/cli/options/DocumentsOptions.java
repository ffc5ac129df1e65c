package dev.daypass.cli.options;

import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.grants.Documents;
import dev.daypass.grants.DocumentsRefusedException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which documents. */
public final class DocumentsOptions {
    @Parameters(paramLabel = "DOCUMENTS", description = "The folder with issuers/, databases/ and grants/.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path folder;

    @Option(names = "--var", paramLabel = "NAME=VALUE", description = "A value for $${NAME} in the documents.")
    private Map<String, String> variables = Map.of();

    /** Reads them; every fault goes to standard error. */
    public Documents read(Surroundings surroundings) throws Failure {
        try {
            return Documents.read(folder, variables);
        } catch (DocumentsRefusedException e) {
            e.problems().forEach(problem -> surroundings.err().println(problem));
            throw Failure.couldNot(e.problems().size() + " problems in the documents; nothing was asked or applied");
        }
    }
}
