package dev.daypass.testbed;

import dev.daypass.testbed.LogShipper.Counts;
import dev.daypass.testbed.LogShipper.Framing;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;

/** Makes records of a file's bytes, and batches of records. Not thread-safe. */
final class RecordReader {
    private static final Duration QUIET = Duration.ofMillis(500);
    private static final int LONGEST = LogBatch.MOST_BYTES - LogBatch.BYTES_FOR_EACH_EVENT;

    private final Framing framing;
    private final List<Piece> ready = new ArrayList<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private @Nullable ByteArrayOutputStream open;
    private long readyBytes;
    private long lineEnd;
    private long openEnd;
    private long addedAt = System.nanoTime();
    private long restarted;

    RecordReader(Framing framing) {
        this.framing = framing;
    }

    /** Takes what follows in the file. */
    void add(byte[] block, int length) {
        addedAt = System.nanoTime();
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (block[i] == '\n') {
                line.write(block, from, i - from);
                lineEnd += i - from + 1;
                from = i + 1;
                lineIsComplete();
            }
        }
        line.write(block, from, length - from);
        lineEnd += length - from;
    }

    /** The file begins anew: what was complete is kept, an unfinished line or record is, too, as it is. */
    void restart() {
        finish();
        // Their places were in a file that is gone.
        ready.replaceAll(piece -> new Piece(piece.text, piece.size, 0, piece.counts));
        lineEnd = 0;
        restarted++;
    }

    /** Whether there is no need to read more before the next batch. */
    boolean hasFullBatch() {
        return readyBytes >= LogBatch.MOST_BYTES || ready.size() >= LogBatch.MOST_EVENTS;
    }

    /**
     * What goes next, at most as much as one call takes; null if that is nothing.
     *
     * @param last whether what is unfinished is to be taken as it is
     */
    @Nullable LogBatch batch(Instant now, boolean last) {
        if (last) {
            finish();
        } else if (line.size() == 0 && System.nanoTime() - addedAt > QUIET.toNanos()) {
            closeRecord();
        }
        if (ready.isEmpty()) {
            return null;
        }
        var counts = new Counts(0, 0, 0, 0, restarted);
        restarted = 0;
        long size = 0;
        long end = 0;
        int taken = 0;
        while (taken < Math.min(ready.size(), LogBatch.MOST_EVENTS)
                && size + ready.get(taken).size <= LogBatch.MOST_BYTES) {
            var piece = ready.get(taken++);
            size += piece.size;
            end = piece.end;
            counts = counts.plus(piece.counts);
        }
        var events = events(ready.subList(0, taken), now);
        ready.subList(0, taken).clear();
        readyBytes -= size;
        return new LogBatch(events, end, counts);
    }

    /** What has no time of its own has that of the one before, or else of the first that has. */
    private static List<InputLogEvent> events(List<Piece> pieces, Instant now) {
        var time = pieces.stream()
                .flatMap(piece -> LineTime.of(piece.text, now).stream())
                .findFirst()
                .orElse(now);
        var events = new ArrayList<InputLogEvent>(pieces.size());
        for (var piece : pieces) {
            var own = LineTime.of(piece.text, now).orElse(time);
            time = own.isAfter(time) ? own : time;
            if (!piece.text.isEmpty()) {
                events.add(InputLogEvent.builder()
                        .timestamp(time.toEpochMilli())
                        .message(piece.text)
                        .build());
            }
        }
        return events;
    }

    private void lineIsComplete() {
        if (framing.isLine()) {
            record(line.toByteArray(), lineEnd);
        } else {
            if (open == null || framing.begins(line.toString(StandardCharsets.UTF_8))) {
                closeRecord();
                open = new ByteArrayOutputStream();
            } else {
                open.write('\n');
            }
            open.writeBytes(line.toByteArray());
            openEnd = lineEnd;
        }
        line.reset();
    }

    private void closeRecord() {
        if (open != null) {
            record(open.toByteArray(), openEnd);
            open = null;
        }
    }

    private void finish() {
        if (line.size() > 0) {
            lineIsComplete();
        }
        closeRecord();
    }

    private void record(byte[] bytes, long end) {
        String text;
        long replaced = 0;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            text = new String(bytes, StandardCharsets.UTF_8);
            bytes = text.getBytes(StandardCharsets.UTF_8);
            replaced = 1;
        }
        if (bytes.length <= LONGEST) {
            ready(new Piece(
                    text,
                    bytes.length + LogBatch.BYTES_FOR_EACH_EVENT,
                    end,
                    bytes.length == 0 ? new Counts(0, 0, 0, 1, 0) : new Counts(1, replaced, 0, 0, 0)));
            return;
        }
        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(from + LONGEST, bytes.length);
            while (to < bytes.length && (bytes[to] & 0xC0) == 0x80) {
                to--; // not within a character
            }
            boolean complete = to == bytes.length;
            // With a piece before the last nothing more of the file is done.
            ready(new Piece(
                    new String(bytes, from, to - from, StandardCharsets.UTF_8),
                    to - from + LogBatch.BYTES_FOR_EACH_EVENT,
                    complete ? end : 0,
                    complete ? new Counts(1, replaced, 1, 0, 0) : new Counts(1, 0, 0, 0, 0)));
            from = to;
        }
    }

    private void ready(Piece piece) {
        ready.add(piece);
        readyBytes += piece.size;
    }

    /**
     * A log event to be.
     *
     * @param size as PutLogEvents counts it
     * @param end how much of the file is done with it
     */
    private record Piece(String text, long size, long end, Counts counts) {}
}
