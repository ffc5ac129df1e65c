package dev.daypass.acceptance.attempts;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One attempt.
 *
 * @param file without its suffix: the technique
 * @param line of its title
 * @param title what is tried
 * @param needs what the grant must have beyond the least, such as {@code function}; the runner leaves out what a session lacks
 * @param servers on which majors it is tried
 * @param ownSession whether it needs a session that no other attempt uses, because it spoils it
 * @param steps what is done, in order; never empty
 */
public record Attempt(
        String file,
        int line,
        String title,
        Set<String> needs,
        Majors servers,
        boolean ownSession,
        Expectation expectation,
        List<Step> steps) {
    public Attempt {
        needs = Set.copyOf(needs);
        steps = List.copyOf(steps);
    }

    /** From one major to another, both included. */
    public record Majors(int from, int to) {
        static final Majors ALL = new Majors(0, Integer.MAX_VALUE);

        boolean holds(int major) {
            return from <= major && major <= to;
        }
    }

    /** Whether it makes sense for a session with these things, on this major. */
    public boolean applies(Set<String> has, int major) {
        return has.containsAll(needs) && servers.holds(major);
    }

    /** All SQL of it, for looking into. */
    String sql() {
        return steps.stream()
                .map(step -> switch (step) {
                    case Step.Statement statement ->
                        statement.sql() + statement.data().orElse("");
                    case Step.Connect connect -> connect.database() + connect.properties();
                    case Step.On on -> on.connection();
                })
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String toString() {
        return file + ".sql:" + line + " " + title;
    }
}
