package dev.daypass.acceptance.attempts;

import java.util.Optional;
import java.util.regex.Pattern;

/** What must come of an attempt. In none of the three may anything secret be in what the server says. */
public sealed interface Expectation {
    /**
     * The last step fails with exactly this SQLSTATE, and every step before it succeeds.
     *
     * @param saying what the server's message must hold, so that the failure is the one that is meant; may be empty
     */
    record Denied(String state, String saying) implements Expectation {}

    /**
     * Every step succeeds, and the last one answers something.
     *
     * @param showing what must be in that answer; may be empty
     */
    record Masked(String showing) implements Expectation {}

    /**
     * Every step succeeds, in a way that somebody could mind.
     *
     * @param category a heading of {@code docs/masking.md}, where the reason is told at length
     * @param reason why it is no leak
     */
    record Accepted(String category, String reason) implements Expectation {}

    /** As the line after {@code -- expect:} spells it. */
    static Optional<Expectation> parse(String text) {
        var denied = Forms.DENIED.matcher(text);
        if (denied.matches()) {
            return Optional.of(new Denied(denied.group(1), denied.group(2).strip()));
        }
        var accepted = Forms.ACCEPTED.matcher(text);
        if (accepted.matches()) {
            return Optional.of(new Accepted(accepted.group(1), accepted.group(2)));
        }
        var masked = Forms.MASKED.matcher(text);
        return masked.matches() ? Optional.of(new Masked(masked.group(1).strip())) : Optional.empty();
    }

    /** The three spellings. */
    final class Forms {
        static final String ACCEPTED_FORMS =
                "\"denied SQLSTATE [words of the message]\", \"masked [words of the answer]\" or"
                        + " \"accepted category: reason\"";
        private static final Pattern DENIED = Pattern.compile("denied ([0-9A-Z]{5})(| .+)");
        private static final Pattern MASKED = Pattern.compile("masked(| .+)");
        private static final Pattern ACCEPTED = Pattern.compile("accepted ([a-z][a-z-]*): (\\S.*)");

        private Forms() {}
    }
}
