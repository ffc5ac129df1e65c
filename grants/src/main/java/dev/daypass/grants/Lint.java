package dev.daypass.grants;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What is wrong in a folder of documents and cases, and what is legal there and doubtful.
 *
 * @param files how many documents and files of cases were looked at
 * @param problems what keeps the documents from compiling, in the order of files and lines
 * @param warnings what a reviewer should look at twice, in the same order
 */
public record Lint(int files, List<Problem> problems, List<Problem> warnings) {
    public Lint {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads the folder and says what it finds.
     *
     * @throws UncheckedIOException if a file cannot be read
     */
    public static Lint of(Path folder, Map<String, String> variables) {
        var reading = DocumentFolder.read(folder, variables);
        reading.cases();
        var warnings = new ArrayList<Problem>();
        reading.issuers()
                .values()
                .forEach(placed -> warnings.addAll(
                        Doubts.of(placed.file(), placed.tree(), doubts -> doubts.issuer(placed.document()))));
        reading.databases()
                .values()
                .forEach(placed -> warnings.addAll(
                        Doubts.of(placed.file(), placed.tree(), doubts -> doubts.database(placed.document()))));
        reading.grants()
                .values()
                .forEach(placed -> warnings.addAll(
                        Doubts.of(placed.file(), placed.tree(), doubts -> doubts.grant(placed.document()))));
        return new Lint(reading.files(), reading.problems(), warnings);
    }

    static Comparator<Problem> byPlace() {
        return Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);
    }
}
