package dev.daypass.evidence;

import dev.daypass.digest.Sha256;
import dev.daypass.session.SessionId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The key of an object in the locked bucket. Every key is made here, laid out so that Athena and DuckDB find a day
 * without reading the rest.
 */
public record ObjectKey(String text) {
    private static final String NUMBER = "%012d.json";
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuuMMdd").withZone(ZoneOffset.UTC);

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("HHmmss").withZone(ZoneOffset.UTC);

    /** What was about to happen: one object a session, written before its user exists. */
    public static ObjectKey intent(Place place, SessionId session) {
        return of(Source.INTENTS, place, session);
    }

    /** How a session ended: one object a session, written after the catalog was read. */
    public static ObjectKey ending(Place place, SessionId session) {
        return of(Source.ENDINGS, place, session);
    }

    /** A compiled configuration, by the digest of its bytes. */
    public static ObjectKey configuration(Sha256 digest) {
        return new ObjectKey("configurations/" + digest.hex() + ".json");
    }

    /**
     * One delivered payload.
     *
     * @param earliest the time of its earliest log event
     * @param payload a keyed digest of the payload's content
     */
    public static ObjectKey events(Source source, Place place, Instant earliest, Sha256 payload) {
        return new ObjectKey(
                day(source, place, earliest) + SECOND.format(earliest) + "-" + payload.hex() + ".ndjson.zst");
    }

    /** What a completeness run found about the time until {@code to}. */
    public static ObjectKey reconciliation(Place place, Instant to) {
        return new ObjectKey(day(Source.RECONCILIATIONS, place, to) + SECOND.format(to) + ".json");
    }

    /** A seal; its key has no day, so that two sealers cannot both write number {@code number}. */
    public static ObjectKey seal(Source source, Place place, long number) {
        return new ObjectKey(seals(source, place) + NUMBER.formatted(number));
    }

    /** The seal's head, in the second bucket. */
    public static ObjectKey head(Source source, Place place, long number) {
        return new ObjectKey(in("heads/source=" + source.code(), place) + NUMBER.formatted(number));
    }

    /** How the keys of a source's seals begin. */
    public static String seals(Source source, Place place) {
        return in("seals/source=" + source.code(), place);
    }

    /** How the keys of a source's heads begin. */
    public static String heads(Source source, Place place) {
        return in("heads/source=" + source.code(), place);
    }

    /** How the keys of a source's objects begin, on whatever day. */
    public static String objects(Source source, Place place) {
        return switch (source) {
            case CONFIGURATIONS -> "configurations/";
            case INTENTS, ENDINGS, RECONCILIATIONS -> in(source.code(), place);
            default -> in("events/source=" + source.code(), place);
        };
    }

    /** How the keys of a source's objects of a day begin; for configurations, which have no day, of all. */
    public static String day(Source source, Place place, Instant day) {
        String objects = objects(source, place);
        return source == Source.CONFIGURATIONS ? objects : objects + "eventDay=" + DAY.format(day) + "/";
    }

    private static String in(String kind, Place place) {
        return kind + "/region=" + place.region() + "/accountId=" + place.accountId() + "/";
    }

    private static ObjectKey of(Source source, Place place, SessionId session) {
        return new ObjectKey(day(source, place, session.createdAt()) + session.text() + ".json");
    }

    @Override
    public String toString() {
        return text;
    }

    /** Where Daypass runs: an AWS region and a 12-digit account. */
    public record Place(String region, String accountId) {}
}
