package dev.daypass.audit.forward;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import dev.daypass.audit.intake.Payload;
import dev.daypass.audit.join.Finding;
import dev.daypass.audit.join.SessionFacts;
import dev.daypass.audit.join.Sessions;
import dev.daypass.audit.keys.LineDigest;
import dev.daypass.audit.keys.RecordKey;
import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.ocsf.EventRecord;
import dev.daypass.audit.ocsf.OcsfWriter;
import dev.daypass.audit.parse.LineParser;
import dev.daypass.audit.redact.Redaction.Rule;
import dev.daypass.audit.redact.Redactor;
import dev.daypass.audit.store.LockedStore;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From a delivered payload to one locked object: parse, redact, join, write. There is one write, and it is create-only: so a
 * payload is stored whole or not at all, and whoever delivers it again, at once or after a crash, changes nothing. Thread-safe.
 */
public final class Forwarder {
    /** NDJSON in one Zstandard frame (RFC 8878, §7.1). */
    private static final String CONTENT_TYPE = "application/zstd";

    // Level 1 has the best ratio of time to size on these lines; the objects are small.
    private static final int LEVEL = 1;

    private final Source source;
    private final Place place;
    private final LineParser parser;
    private final Redactor redactor;
    private final RecordKey key;
    private final Sessions sessions;
    private final LockedStore store;
    private final String version;
    private final ThreadLocal<Space> spaces = ThreadLocal.withInitial(Space::new);

    /** @param version of this program; it goes into the object's metadata, never into its bytes */
    public Forwarder(
            Source source,
            Place place,
            LineParser parser,
            Redactor redactor,
            RecordKey key,
            Sessions sessions,
            LockedStore store,
            String version) {
        this.source = source;
        this.place = place;
        this.parser = parser;
        this.redactor = redactor;
        this.key = key;
        this.sessions = sessions;
        this.store = store;
        this.version = version;
    }

    /**
     * Stores a payload. When it returns, the payload is locked.
     *
     * @throws OtherObjectException if there is an object of its name that holds something else
     * @throws RuntimeException if the store, or what knows sessions, did not answer; nothing is half done, and the same call again
     *     is safe
     */
    public Stored store(Payload payload) {
        var batch = batch(payload);
        var metadata = Map.of(
                "records", Integer.toString(batch.records()),
                "redacted", Integer.toString(batch.redacted()),
                "unparsed", Integer.toString(batch.unparsed()),
                "earliest", Long.toString(batch.earliest().toEpochMilli()),
                "latest", Long.toString(batch.latest().toEpochMilli()),
                "forwarder", version);
        if (store.create(batch.key(), batch.bytes(), CONTENT_TYPE, metadata)) {
            return new Stored(batch, true);
        }
        byte[] there = store.only(batch.key())
                .orElseThrow(() -> new IllegalStateException(batch.key() + " is there and is not: try again"));
        if (!Arrays.equals(there, batch.bytes()) && !isSameText(there, batch.bytes())) {
            throw new OtherObjectException(batch.key(), Sha256.of(batch.bytes()), Sha256.of(there));
        }
        return new Stored(batch, false);
    }

    /**
     * What was stored.
     *
     * @param batch the object
     * @param isNew false if the same payload had been stored before
     */
    public record Stored(Batch batch, boolean isNew) {}

    /** The object that a payload becomes; the same for each delivery of it. */
    public Batch batch(Payload payload) {
        var space = spaces.get();
        try {
            return batch(payload, space);
        } finally {
            if (space.isLarge()) {
                spaces.remove();
            }
        }
    }

    private Batch batch(Payload payload, Space space) {
        var events = payload.events();
        var lines = new ArrayList<Line>(events.size());
        var wanted = new HashSet<SessionId>();
        for (var event : events) {
            var line = line(event);
            line.session().ifPresent(wanted::add);
            lines.add(line);
        }
        var facts = sessions.findAll(wanted);
        var messages = new ArrayList<LineDigest>(events.size());
        var findings = new ArrayList<FoundIn>();
        var out = space.records;
        out.clear();
        int redacted = 0;
        int unparsed = 0;
        Instant earliest = Instant.MAX;
        Instant latest = Instant.MIN;
        for (var line : lines) {
            var event = line.event();
            var record = record(line, facts);
            messages.add(record.message());
            out.write(record);
            for (int count : record.redacted().values()) {
                redacted += count;
            }
            if (record.activity().kind() == Kind.UNPARSED) {
                unparsed++;
            }
            record.finding().ifPresent(finding -> findings.add(new FoundIn(finding, record.session(), event)));
            earliest = event.time().isBefore(earliest) ? event.time() : earliest;
            latest = event.time().isAfter(latest) ? event.time() : latest;
        }
        byte[] bytes = space.compressed();
        var digest = key.payload(payload, messages);
        return new Batch(
                ObjectKey.events(source, place, earliest, digest),
                bytes,
                events.size(),
                redacted,
                unparsed,
                earliest,
                latest,
                List.copyOf(findings));
    }

    /** One log event, read and cleaned; who is behind it is not known yet. */
    private record Line(
            LogEvent event, String text, Activity activity, Map<Rule, Integer> redacted, Optional<SessionId> session) {}

    private Line line(LogEvent event) {
        var cleaner = new Cleaner(redactor);
        String text = cleaner.line(event.text());
        var activity = cleaner.activity(parser.parse(event));
        // A login's name is somebody's word, and a session's has room for a card number.
        var session = activity.session()
                .filter(id -> redactor.redact(id.text()).counts().isEmpty());
        return new Line(event, text, activity, cleaner.counts(), session);
    }

    private EventRecord record(Line line, Map<SessionId, Optional<SessionFacts>> facts) {
        var behind = line.session().flatMap(id -> facts.getOrDefault(id, Optional.empty()));
        return new EventRecord(
                line.event(),
                line.text(),
                line.activity(),
                line.redacted(),
                key.message(line.event().text()),
                line.session(),
                behind,
                Finding.of(source, line.activity(), behind));
    }

    /** Another version of Zstandard may have written other bytes; what they say must be the same to the letter. */
    private static boolean isSameText(byte[] one, byte[] other) {
        try (var a = new ZstdInputStream(new ByteArrayInputStream(one));
                var b = new ZstdInputStream(new ByteArrayInputStream(other))) {
            return Arrays.equals(a.readAllBytes(), b.readAllBytes());
        } catch (IOException e) {
            return false; // not an event object at all
        }
    }

    /** What one thread writes in, since making these anew for each payload costs a few percent of its time. */
    private static final class Space {
        // 1 MB of log events is 3 to 4 MB of records.
        private static final int USUAL = 4 << 20;
        private static final int KEPT = 32 << 20;

        private final OcsfWriter records = new OcsfWriter(USUAL);
        private byte[] target = {};

        /** The records as one frame. */
        byte[] compressed() {
            int bound = Math.toIntExact(Zstd.compressBound(records.length()));
            if (target.length < bound) {
                target = new byte[bound];
            }
            long length =
                    Zstd.compressByteArray(target, 0, target.length, records.buffer(), 0, records.length(), LEVEL);
            if (Zstd.isError(length)) {
                throw new IllegalStateException("zstd: " + Zstd.getErrorName(length));
            }
            return Arrays.copyOf(target, Math.toIntExact(length));
        }

        /** Too large to be kept for payloads of the usual size. */
        boolean isLarge() {
            return records.buffer().length + target.length > KEPT;
        }
    }

    /** A finding, and the log event in which it shows. */
    public record FoundIn(Finding finding, Optional<SessionId> session, LogEvent event) {}

    /**
     * One event object, as it is going to be stored.
     *
     * @param key its key
     * @param bytes its bytes
     * @param records how many log events it holds
     * @param redacted how many pieces of text were replaced
     * @param unparsed how many lines no parser knew
     * @param earliest time of its earliest log event
     * @param latest time of its latest log event
     * @param findings what is wrong with it
     */
    public record Batch(
            ObjectKey key,
            byte[] bytes,
            int records,
            int redacted,
            int unparsed,
            Instant earliest,
            Instant latest,
            List<FoundIn> findings) {
        @Override
        public String toString() {
            return key + ", " + records + " records";
        }
    }
}
