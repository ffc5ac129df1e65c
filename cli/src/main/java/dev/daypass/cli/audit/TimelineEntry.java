package dev.daypass.cli.audit;

import dev.daypass.evidence.Source;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One line of a session's story. All text is as the record has it: made printable where it is printed.
 *
 * @param when by the source's own clock
 * @param source who says so
 * @param what in the record's closed vocabulary; of an intent {@code intent}, of an ending {@code ending}
 * @param who the agent, else the login
 * @param from an address
 * @param object what it was done to
 * @param outcome {@code success}, {@code failure} or {@code unknown}
 * @param statement the SQL, the operation, or the words
 * @param finding the code of a finding on this line
 * @param position for the order of lines of one stream
 * @param at where it stands in the record
 * @param copies how many devices said the same
 */
record TimelineEntry(
        Instant when,
        Source source,
        String what,
        String who,
        String from,
        String object,
        String outcome,
        Optional<String> statement,
        Optional<String> finding,
        Position position,
        At at,
        int copies) {
    /** From token to ending, for lines of the same instant. */
    private static final List<Source> SOURCES = List.of(
            Source.INTENTS,
            Source.VAULT_AUDIT,
            Source.VAULT_SERVER,
            Source.POSTGRESQL,
            Source.MARIADB,
            Source.DAYPASS,
            Source.ENDINGS,
            Source.CONFIGURATIONS,
            Source.RECONCILIATIONS);

    static final Comparator<TimelineEntry> ORDER = Comparator.comparing(TimelineEntry::when)
            .thenComparingInt(entry -> SOURCES.indexOf(entry.source()))
            .thenComparing(entry -> entry.position().stream())
            .thenComparingLong(entry -> entry.position().time())
            .thenComparing(entry -> entry.at().key())
            .thenComparingLong(entry -> entry.at().line());

    /** A place in a log stream. */
    record Position(String stream, long time) {
        static final Position NONE = new Position("", 0);
    }

    /** A place in the record: an object, and a line in it from 1. */
    record At(String key, long line) {}

    TimelineEntry seenAgain() {
        return new TimelineEntry(
                when, source, what, who, from, object, outcome, statement, finding, position, at, copies + 1);
    }
}
