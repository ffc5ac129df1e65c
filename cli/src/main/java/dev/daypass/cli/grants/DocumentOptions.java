package dev.daypass.cli.grants;

import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.grants.DocumentsRefusedException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;
import picocli.CommandLine.Option;

/** What stands for the variables in documents. */
final class DocumentOptions {
    @Option(names = "--var", paramLabel = "NAME=VALUE", description = "A value for $${NAME} in the documents.")
    private Map<String, String> variables = Map.of();

    /** Reads the documents of a folder; faults go to standard error, a line each. */
    <T> T read(Surroundings surroundings, Path folder, BiFunction<Path, Map<String, String>, T> reading)
            throws Failure {
        try {
            return reading.apply(folder, variables);
        } catch (DocumentsRefusedException e) {
            e.problems().forEach(problem -> surroundings.err().println(problem));
            throw Failure.couldNot(counted(e.problems().size(), "problem") + " in the documents of " + folder);
        } catch (UncheckedIOException e) {
            throw Failure.couldNot(folder + " cannot be read: " + e.getCause());
        }
    }

    static String counted(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
