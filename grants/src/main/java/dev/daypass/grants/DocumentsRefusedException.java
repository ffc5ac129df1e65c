package dev.daypass.grants;

import java.util.List;
import java.util.stream.Collectors;

/** A folder of documents has faults; all of them, of all files, are listed. */
public final class DocumentsRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an unmodifiable list of records of strings and numbers
    private final List<Problem> problems;

    public DocumentsRefusedException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** In the order of files, and within a file of its lines. */
    public List<Problem> problems() {
        return problems;
    }
}
