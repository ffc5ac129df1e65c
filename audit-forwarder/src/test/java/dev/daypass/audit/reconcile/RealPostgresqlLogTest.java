package dev.daypass.audit.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.reconcile.Carried.Connection;
import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.audit.reconcile.aws.Lines;
import dev.daypass.evidence.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a real server writes is whole; without any one of its lines it is not. The vector's note says what happened in it. */
class RealPostgresqlLogTest {
    private static final String VECTOR = "/vectors/reconcile/postgresql-18/postgresql.json";

    private static List<SealedRecord> records() {
        try (var in = RealPostgresqlLogTest.class.getResourceAsStream(VECTOR)) {
            if (in == null) {
                throw new IllegalStateException(VECTOR + " is not there");
            }
            var records = new ArrayList<SealedRecord>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(text -> records.add(Lines.sealed(new LogEvent(
                            Source.POSTGRESQL, "group", "stream", "id", time(text), records.size(), text))));
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code {"timestamp":"2026-11-23 03:10:00.120 UTC",…}}. */
    private static Instant time(String text) {
        String stamp = text.substring(text.indexOf("\":\"") + 3);
        return Instant.parse(stamp.substring(0, 10) + "T" + stamp.substring(11, 23) + "Z");
    }

    private static final class Outcome {
        private final Findings findings = new Findings();
        private List<Connection> left = List.of();
    }

    private static Outcome follow(List<SealedRecord> records) {
        var outcome = new Outcome();
        var end = records.getLast().position().time();
        // Looked at from an hour before, so that every session is younger than the record.
        var connections = new Connections(end.minusSeconds(3600), List.of());
        records.forEach(r -> connections.see(Source.POSTGRESQL, r));
        connections.endMinute(end, outcome.findings);
        outcome.left = connections.carried();
        return outcome;
    }

    @Test
    void everyConnectionIsWholeAndNoneIsLeftOpen() {
        var outcome = follow(records());
        assertEquals(List.of(), outcome.findings.sorted());
        assertEquals(
                List.of(), outcome.left.stream().filter(Connection::connected).toList());
    }

    @Test
    void withoutAnyOneLineThatIsNotTheLastOfItsConnectionThereIsAGap() {
        var records = records();
        var last = records.stream()
                .collect(Collectors.toMap(
                        r -> r.ids().getOrDefault("databaseSession", ""), r -> r, (first, second) -> second));
        int taken = 0;
        for (var record : records) {
            if (!last.containsValue(record)) {
                var without = new ArrayList<>(records);
                without.remove(record);
                var codes = follow(without).findings.counts();
                assertEquals(Optional.of(1L), Optional.ofNullable(codes.get(Code.LINE_GAP)), record::toString);
                taken++;
            }
        }
        assertTrue(taken > 20, "lines were really taken out: " + taken);
    }

    @Test
    void bothCanariesAreSeenAsTheWitnesss() {
        var marks = records().stream().filter(r -> r.canary().isPresent()).toList();
        assertEquals(2, marks.size());
        assertTrue(marks.stream().allMatch(r -> r.user().equals("dpw_x")));
    }

    @Test
    void theRoleIsMadeAndDroppedByTheAdministratorAndTheSessionsOwnAttemptIsNoStep() {
        var steps = records().stream()
                .filter(r -> r.what().equals("account.create") || r.what().equals("account.delete"))
                .filter(r -> r.didNotFail()
                        && r.sessionConcerned().isPresent()
                        && !r.user().startsWith("dp_"))
                .map(r -> r.what() + " " + r.object())
                .toList();
        String role = "dp_01k00000000000000000000ab1";
        assertEquals(List.of("account.create " + role, "account.delete " + role), steps);
    }
}
