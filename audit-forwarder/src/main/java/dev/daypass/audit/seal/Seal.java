package dev.daypass.audit.seal;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A seal's statement: which objects of a source exist that no earlier seal named. {@code docs/record.md} says what each member
 * promises.
 *
 * @param source whose objects
 * @param place where
 * @param number from 1, without a gap
 * @param previous of the whole object of the seal before; {@link #NONE} for number 1
 * @param from the {@code to} of the seal before
 * @param to every object that was there by then, in the ranges listed, is in this seal or an earlier one
 * @param listed ranges of keys that were listed completely
 * @param objects in the order of their keys
 * @param totals from number 1 to this one
 */
public record Seal(
        Source source,
        Place place,
        long number,
        Sha256 previous,
        Instant from,
        Instant to,
        List<Range> listed,
        List<SealedObject> objects,
        Totals totals) {
    /** What number 1 has for its previous. */
    public static final Sha256 NONE = new Sha256("0".repeat(64));

    public Seal {
        listed = List.copyOf(listed);
        objects = List.copyOf(objects);
    }

    /** Keys {@code k} with {@code after < k <= until}, in the order of their UTF-8 bytes. */
    public record Range(String after, String until) {}

    /**
     * One version of one object.
     *
     * @param key its key
     * @param versionId its version
     * @param sha256 of its bytes
     * @param size in bytes
     * @param records how many it holds
     * @param redacted how many pieces of text were replaced in it
     * @param unparsed how many of its records no parser knew
     * @param times of its earliest and latest log event; only for sources of events
     */
    public record SealedObject(
            String key,
            String versionId,
            Sha256 sha256,
            long size,
            long records,
            long redacted,
            long unparsed,
            Optional<Times> times) {}

    /** Both inclusive, in milliseconds. */
    public record Times(Instant earliest, Instant latest) {}

    /** Sums over objects. */
    public record Totals(long objects, long records, long redacted, long unparsed) {
        public static final Totals ZERO = new Totals(0, 0, 0, 0);

        /** With these objects added. */
        public Totals plus(List<SealedObject> more) {
            long moreRecords = 0;
            long moreRedacted = 0;
            long moreUnparsed = 0;
            for (var object : more) {
                moreRecords += object.records();
                moreRedacted += object.redacted();
                moreUnparsed += object.unparsed();
            }
            return new Totals(
                    objects + more.size(), records + moreRecords, redacted + moreRedacted, unparsed + moreUnparsed);
        }
    }

    /** The sums of this seal alone. */
    public Totals counters() {
        return Totals.ZERO.plus(objects);
    }
}
