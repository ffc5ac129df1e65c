package dev.daypass.grant;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a claim must hold: one of the values, exactly, or text of at most {@value #LONGEST} characters that one of the
 * patterns matches as a whole. A claim that is a list of strings is accepted if one of its members is.
 *
 * @param values accepted exactly
 * @param patterns each matches the whole text; documents accept only such as cannot backtrack for long
 */
public record ClaimValues(Set<String> values, List<Pattern> patterns) {
    /** Longer text matches no pattern: what a pattern may cost was counted for texts up to this length. */
    public static final int LONGEST = 256;

    public ClaimValues {
        values = Set.copyOf(values);
        patterns = List.copyOf(patterns);
        if (values.isEmpty() && patterns.isEmpty()) {
            throw new IllegalArgumentException("a claim without any accepted value could never be matched");
        }
    }

    /** Accepts these values and no other. */
    public static ClaimValues of(String... values) {
        return new ClaimValues(Set.of(values), List.of());
    }

    /** In words, sorted: {@code lead, support or what TEAM-[0-9]+ matches}. */
    public String described() {
        var words = new ArrayList<>(values.stream().sorted().toList());
        patterns.stream().map(Pattern::pattern).sorted().forEach(pattern -> words.add("what " + pattern + " matches"));
        String last = words.removeLast();
        return words.isEmpty() ? last : String.join(", ", words) + " or " + last;
    }

    public boolean accepts(String value) {
        return values.contains(value)
                || value.length() <= LONGEST
                        && patterns.stream()
                                .anyMatch(pattern -> pattern.matcher(value).matches());
    }
}
