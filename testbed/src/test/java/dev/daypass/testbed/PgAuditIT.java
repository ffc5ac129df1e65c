package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PgAuditIT {
    @Test
    void statementsAreInTheLogAsItsRecordsWithTheirTablesAndParametersAndOnce() throws Exception {
        try (var reaper = Reaper.open()) {
            var postgres =
                    PostgresPeer.startWithPgAudit(Cache.ofUser(System.getenv()), reaper, Progress.to(System.out));
            Assumptions.assumeTrue(postgres.hasPgAudit(), "Debian's next release is not to be had here");
            try (var owner = postgres.ownerConnection("postgres");
                    var statement = owner.createStatement()) {
                statement.execute("CREATE TABLE marked (id INT)");
                try (var query = owner.prepareStatement("SELECT id FROM marked WHERE id = ?")) {
                    query.setInt(1, 4711);
                    query.execute();
                }
            }
            Eventually.holds(
                    Duration.ofSeconds(5),
                    () -> Files.readString(postgres.log()).contains("4711"));
            var lines = Files.readAllLines(postgres.log()).stream()
                    .filter(line -> line.contains("FROM marked"))
                    .toList();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(
                    lines.getFirst().contains("AUDIT: SESSION,")
                            && lines.getFirst().contains(",READ,SELECT,TABLE,public.marked,"),
                    lines.getFirst());
            assertTrue(lines.getFirst().contains(",4711\""), lines.getFirst());
        }
    }

    @Test
    void aMachineThatCannotGetItGoesOnWithoutAndSaysSo(@TempDir Path directory) throws Exception {
        // A file where the cache should put it stands for everything that can go wrong.
        Files.writeString(directory.resolve("pgaudit"), "");
        var said = new ArrayList<String>();
        assertFalse(PgAudit.find(new Cache(directory), said::add).isPresent());
        assertTrue(said.getLast().startsWith("going on without pgaudit"), said.toString());
    }
}
