package dev.daypass.cli.audit;

import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * A part of the record's time.
 *
 * @param from inclusive
 * @param to exclusive
 */
record TimeRange(Instant from, Instant to) {
    /** From here on one listing of all days is cheaper than one for each. */
    private static final Duration MANY_DAYS = Duration.ofDays(1000);

    /** The days that it touches, in UTC, as the record's keys count them; each as its first instant. */
    private List<Instant> days() {
        var first = LocalDate.ofInstant(from, ZoneOffset.UTC);
        var last = LocalDate.ofInstant(to, ZoneOffset.UTC);
        return first.datesUntil(last.plusDays(1))
                .map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant())
                .toList();
    }

    /** How the keys of a source's objects of these days begin. */
    List<String> prefixes(Source source, Place place) {
        if (Duration.between(from, to).compareTo(MANY_DAYS) > 0) {
            return List.of(ObjectKey.objects(source, place));
        }
        return days().stream().map(day -> ObjectKey.day(source, place, day)).toList();
    }

    boolean contains(Instant instant) {
        return !instant.isBefore(from) && instant.isBefore(to);
    }
}
