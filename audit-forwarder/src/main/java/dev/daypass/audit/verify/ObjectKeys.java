package dev.daypass.audit.verify;

import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Which keys there may be: {@code docs/record.md}, "Keys". A key is matched whole, so that none of them leads anywhere else. */
final class ObjectKeys {
    private static final String PLACE = "region=(?<region>[a-z0-9-]{1,32})/accountId=(?<account>[0-9]{12})/";
    private static final String DAY = "eventDay=(?<day>[0-9]{8})/";

    private static final Pattern SEAL =
            Pattern.compile("seals/source=(?<source>[a-z-]{1,20})/" + PLACE + "(?<number>[0-9]{12})\\.json");
    private static final Pattern EVENTS = Pattern.compile(
            "events/source=(?<source>[a-z-]{1,20})/" + PLACE + DAY + "(?<time>[0-9]{6})-[0-9a-f]{64}\\.ndjson\\.zst");
    private static final Pattern SESSIONS =
            Pattern.compile("(?<source>intents|endings)/" + PLACE + DAY + "[0-7][0-9a-hjkmnp-tv-z]{25}\\.json");
    private static final Pattern RECONCILIATION =
            Pattern.compile("reconciliations/" + PLACE + DAY + "(?<time>[0-9]{6})\\.json");
    private static final Pattern CONFIGURATION = Pattern.compile("configurations/[0-9a-f]{64}\\.json");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private ObjectKeys() {}

    /** Empty if no part of Daypass writes such a key into the bucket. */
    static Optional<Known> parse(String key) {
        try {
            return switch (key.isEmpty() ? ' ' : key.charAt(0)) {
                case 's' -> seal(key);
                case 'c' -> configuration(key);
                case 'r' -> reconciliation(key);
                default -> key.startsWith("events/") ? events(key) : sessions(key);
            };
        } catch (DateTimeException e) {
            return Optional.empty(); // No such day or time.
        }
    }

    private static Optional<Known> seal(String key) {
        var m = SEAL.matcher(key);
        if (!m.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(m.group("number"));
        return Source.parse(m.group("source"))
                .filter(source -> number > 0)
                .map(source -> new Known(
                        source,
                        Optional.of(new Place(m.group("region"), m.group("account"))),
                        OptionalLong.of(number),
                        Optional.empty()));
    }

    private static Optional<Known> events(String key) {
        var m = EVENTS.matcher(key);
        if (!m.matches()) {
            return Optional.empty();
        }
        var time = time(m.group("day"), m.group("time"));
        return Source.parse(m.group("source"))
                .filter(Source::isEvents)
                .map(source -> object(source, new Place(m.group("region"), m.group("account")), time));
    }

    private static Optional<Known> sessions(String key) {
        var m = SESSIONS.matcher(key);
        if (!m.matches()) {
            return Optional.empty();
        }
        var day = time(m.group("day"), "000000");
        return Source.parse(m.group("source"))
                .map(source -> object(source, new Place(m.group("region"), m.group("account")), day));
    }

    private static Optional<Known> reconciliation(String key) {
        var m = RECONCILIATION.matcher(key);
        return m.matches()
                ? Optional.of(object(
                        Source.RECONCILIATIONS,
                        new Place(m.group("region"), m.group("account")),
                        time(m.group("day"), m.group("time"))))
                : Optional.empty();
    }

    private static Optional<Known> configuration(String key) {
        return CONFIGURATION.matcher(key).matches()
                ? Optional.of(
                        new Known(Source.CONFIGURATIONS, Optional.empty(), OptionalLong.empty(), Optional.empty()))
                : Optional.empty();
    }

    private static Known object(Source source, Place place, Instant time) {
        return new Known(source, Optional.of(place), OptionalLong.empty(), Optional.of(time));
    }

    private static Instant time(String day, String time) {
        return LocalDateTime.parse(day + time, TIME).toInstant(ZoneOffset.UTC);
    }

    /** The key of this seal. */
    static String seal(Heads.Chain chain, long number) {
        return ObjectKey.seal(chain.source(), chain.place(), number).text();
    }

    /**
     * What a key says.
     *
     * @param source whose object it is, or whose seal
     * @param place where; empty for configurations, which have none
     * @param seal the number, if it is a seal
     * @param time of its earliest event, of its session's day, or of the end of what was reconciled; if the key says
     */
    record Known(Source source, Optional<Place> place, OptionalLong seal, Optional<Instant> time) {}
}
