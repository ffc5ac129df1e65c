package dev.daypass.evidence;

import dev.daypass.digest.Sha256;
import dev.daypass.session.SessionId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The key of an object in the locked bucket. Every key is made here, laid out so that Athena and DuckDB find a day
 * without reading the rest.
 */
public record ObjectKey(String text) {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuuMMdd").withZone(ZoneOffset.UTC);

    /** What was about to happen: one object a session, written before its user exists. */
    public static ObjectKey intent(Place place, SessionId session) {
        return of("intents", place, session);
    }

    /** How a session ended: one object a session, written after the catalog was read. */
    public static ObjectKey ending(Place place, SessionId session) {
        return of("endings", place, session);
    }

    /** A compiled configuration, by the digest of its bytes. */
    public static ObjectKey configuration(Sha256 digest) {
        return new ObjectKey("configurations/" + digest.hex() + ".json");
    }

    private static ObjectKey of(String kind, Place place, SessionId session) {
        return new ObjectKey(kind + "/region=" + place.region() + "/accountId=" + place.accountId() + "/eventDay="
                + DAY.format(session.createdAt()) + "/" + session.text() + ".json");
    }

    @Override
    public String toString() {
        return text;
    }

    /** Where Daypass runs: an AWS region and a 12-digit account. */
    public record Place(String region, String accountId) {}
}
