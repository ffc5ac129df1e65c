package dev.daypass.audit.seal;

import dev.daypass.audit.seal.Seal.Range;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Which keys a seal looks at. Names begin with a time, so what is new is nearly always near the end: that is looked at each
 * time. What is late by more than two hours — a payload from the dead-letter queue, the ending of a long session — is found by the long look, every
 * tenth seal.
 */
final class Ranges {
    /** Payloads are named after their earliest event, and CloudWatch Logs delivers within minutes. */
    static final Duration NEAR = Duration.ofHours(2);

    /** A log event may be 14 days old when it is put (PutLogEvents), and wait 14 days among the dead letters (SQS). */
    static final Duration FAR = Duration.ofDays(30);

    /** Every tenth seal takes the long look. */
    static final int LONG_LOOK = 10;

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("HHmmss").withZone(ZoneOffset.UTC);

    private Ranges() {}

    /** Each source in another minute of the ten. */
    static boolean isLong(Source source, long number) {
        return (number + List.of(Source.values()).indexOf(source)) % LONG_LOOK == 0;
    }

    /** From the beginning: what number 1 looks at. */
    static Range all(Source source, Place place) {
        String objects = ObjectKey.objects(source, place);
        return new Range(objects, end(objects));
    }

    /** @param from the beginning of the period */
    static Range of(Source source, Place place, long number, Instant from) {
        String objects = ObjectKey.objects(source, place);
        if (source == Source.CONFIGURATIONS || number == 1) {
            return all(source, place);
        }
        var since = from.minus(isLong(source, number) ? FAR : NEAR);
        String day = ObjectKey.day(source, place, since);
        return new Range(source.isEvents() ? day + SECOND.format(since) : day, end(objects));
    }

    /** After every key that begins with the prefix: {@code ~} is after all that keys are made of. */
    private static String end(String prefix) {
        return prefix + "~";
    }
}
