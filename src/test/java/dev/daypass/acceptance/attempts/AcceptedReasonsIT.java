package dev.daypass.acceptance.attempts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/masking.md} tells the reason of everything that is accepted, and of nothing else. */
class AcceptedReasonsIT {
    @Test
    void everyCategoryOfTheAttemptsIsAHeadingOfThePageAndTheOtherWayRound() throws Exception {
        Set<String> accepted = new TreeSet<>();
        for (var engine : engines()) {
            for (var attempt : AttemptFiles.of(engine)) {
                if (attempt.expectation() instanceof Expectation.Accepted(var category, var reason)) {
                    accepted.add(category);
                }
            }
        }
        Set<String> explained =
                Files.readAllLines(Path.of(System.getProperty("daypass.root", "."), "docs", "masking.md")).stream()
                        .filter(line -> line.startsWith("### "))
                        .map(line -> line.substring(4))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(explained, accepted);
    }

    private static List<String> engines() throws Exception {
        var folder = Path.of(Objects.requireNonNull(AcceptedReasonsIT.class.getResource("/attempts"))
                .toURI());
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> Set.of("postgresql", "mariadb").contains(name))
                    .sorted()
                    .toList();
        }
    }
}
