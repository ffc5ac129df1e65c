package dev.daypass.testbed;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The time at which a line begins, in the forms that the peers write. It is somebody's text, not a fact: a time that PutLogEvents
 * would refuse, or that is not near, is not used.
 */
final class LineTime {
    /** A batch may span 24 hours. */
    private static final Duration OLDEST = Duration.ofHours(23);

    /** Clocks of one machine differ by nothing; this is for a line that was written while the clock was read. */
    private static final Duration NEWEST = Duration.ofSeconds(5);

    /**
     * {@code 2026-11-23T03:10:00.123Z}, {@code 2026-11-23 03:10:00.123 UTC}; alone (OpenBao's server log, PostgreSQL's stderr) or
     * as the first member of a JSON object ({@code timestamp} in PostgreSQL's jsonlog, {@code time} in OpenBao's audit, {@code
     * when} in Daypass's events).
     */
    private static final Pattern ISO = Pattern.compile("(?:\\{\"(?:timestamp|time|when)\": ?\")?"
            + "(\\d{4})-(\\d\\d)-(\\d\\d)[T ](\\d\\d):(\\d\\d):(\\d\\d)(?:[.,](\\d{1,9}))?(?:Z| UTC| ?\\+00:?00)");

    /** {@code 20261122 22:17:17,}: MariaDB's server_audit, in the server's own zone, which the peer sets to UTC. */
    private static final Pattern SERVER_AUDIT =
            Pattern.compile("(\\d{4})(\\d\\d)(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)(),");

    private LineTime() {}

    /** The line's own time, if it has one that is near to {@code now}. */
    static Optional<Instant> of(String line, Instant now) {
        for (var form : new Pattern[] {ISO, SERVER_AUDIT}) {
            var matcher = form.matcher(line);
            if (matcher.lookingAt()) {
                try {
                    var own = parse(matcher);
                    boolean near = !own.isBefore(now.minus(OLDEST)) && !own.isAfter(now.plus(NEWEST));
                    return near ? Optional.of(own) : Optional.empty();
                } catch (DateTimeException e) {
                    return Optional.empty(); // the thirtieth of February
                }
            }
        }
        return Optional.empty();
    }

    private static Instant parse(Matcher matcher) {
        String fraction = matcher.group(7) == null ? "" : matcher.group(7);
        return LocalDateTime.of(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3)),
                        Integer.parseInt(matcher.group(4)),
                        Integer.parseInt(matcher.group(5)),
                        Integer.parseInt(matcher.group(6)),
                        Integer.parseInt((fraction + "000000000").substring(0, 9)))
                .toInstant(ZoneOffset.UTC);
    }
}
