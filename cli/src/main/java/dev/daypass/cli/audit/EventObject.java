package dev.daypass.cli.audit;

import dev.daypass.evidence.Source;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An object of events, as its key tells (docs/record.md, "Keys").
 *
 * @param source whose
 * @param earliest the second of its earliest log event
 */
record EventObject(Source source, Instant earliest) {
    private static final Pattern KEY =
            Pattern.compile("events/source=([a-z-]{1,20})/region=[a-z0-9-]{1,40}/accountId=[0-9]{12}"
                    + "/eventDay=([0-9]{8})/([0-9]{6})-[0-9a-f]{64}\\.ndjson\\.zst");
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuuMMddHHmmss");

    /** Untrusted text: empty unless it is exactly such a key. */
    static Optional<EventObject> parse(String key) {
        var match = KEY.matcher(key);
        if (!match.matches()) {
            return Optional.empty();
        }
        try {
            var second = LocalDateTime.parse(match.group(2) + match.group(3), SECOND);
            return Source.parse(match.group(1))
                    .filter(Source::isEvents)
                    .map(source -> new EventObject(source, second.toInstant(ZoneOffset.UTC)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
