package dev.daypass.audit.reconcile;

import dev.daypass.audit.seal.Seal;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.evidence.Source;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is in the locked bucket and named by a seal. An object whose bytes are not the sealed ones is as if it were not there:
 * {@code verify} names it, and its lines are reported missing. A bucket that does not answer is an unchecked exception, and the run
 * is done again.
 */
public interface SealedRecords {
    /**
     * The seals of a source with a number above {@code number}, in their order, up to the first that begins at
     * {@code until} or later, and with it.
     */
    List<Seal> sealsAfter(Source source, long number, Instant until);

    /** The records of an event object, in their order. */
    void read(Source source, SealedObject object, Consumer<SealedRecord> each);

    /** An intent that a seal names. */
    Optional<SealedIntent> intent(SealedObject object);

    /** An ending that a seal names. */
    Optional<SealedEnding> ending(SealedObject object);

    /** A session's intent, sealed or not yet; empty if there is none. */
    Optional<SealedIntent> intentOf(SessionId session);

    /**
     * Of an intent.
     *
     * @param createdAt the session's beginning
     * @param window the hard end, renewals included
     */
    record SealedIntent(SessionId session, Instant createdAt, Instant window) {}

    /** Of an ending. */
    record SealedEnding(SessionId session, EndReason reason, Instant verifiedAt) {}
}
