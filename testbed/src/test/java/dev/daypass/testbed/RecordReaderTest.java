package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.testbed.LogShipper.Counts;
import dev.daypass.testbed.LogShipper.Framing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;

class RecordReaderTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Framing STDERR = Framing.beginningWith(Pattern.compile("\\d{4}-\\d\\d-\\d\\d "));

    @Test
    void aLineThatComesInPiecesIsOneEventAndAnUnfinishedOneWaits() {
        var reader = new RecordReader(Framing.LINE);
        add(reader, "fir");
        assertNull(reader.batch(NOW, false));
        add(reader, "st\nsecond\nthi");
        var batch = batch(reader, false);
        assertEquals(List.of("first", "second"), messages(batch));
        assertEquals(13, batch.end());
        assertNull(reader.batch(NOW, false));
        assertEquals(List.of("thi"), messages(batch(reader, true)));
    }

    @Test
    void aCharacterThatComesInPiecesIsWhole() {
        var reader = new RecordReader(Framing.LINE);
        var bytes = "ä\n".getBytes(StandardCharsets.UTF_8);
        reader.add(new byte[] {bytes[0]}, 1);
        reader.add(new byte[] {bytes[1], bytes[2]}, 2);
        var batch = batch(reader, false);
        assertEquals(List.of("ä"), messages(batch));
        assertEquals(0, batch.counts().replaced());
    }

    @Test
    void bytesThatAreNoUtf8ArriveReplacedAndCounted() {
        var reader = new RecordReader(Framing.LINE);
        reader.add(new byte[] {'a', (byte) 0xff, 'b', 0, '\n', 'c', '\n'}, 7);
        var batch = batch(reader, false);
        assertEquals(List.of("a\ufffdb\0", "c"), messages(batch));
        assertEquals(new Counts(2, 1, 0, 0, 0), batch.counts());
    }

    @Test
    void emptyLinesAreLeftOutAndCountedAndDone() {
        var reader = new RecordReader(Framing.LINE);
        add(reader, "\n\n");
        var batch = batch(reader, false);
        assertEquals(List.of(), batch.events());
        assertEquals(2, batch.end());
        assertEquals(2, batch.counts().empty());
    }

    @Test
    void aRecordGoesOnToTheNextBeginning() {
        var reader = new RecordReader(STDERR);
        add(reader, "2026-11-23 a\n\tb\n\nc\n2026-11-23 d\n");
        var batch = batch(reader, false);
        assertEquals(List.of("2026-11-23 a\n\tb\n\nc"), messages(batch));
        assertEquals(19, batch.end());
        assertEquals(List.of("2026-11-23 d"), messages(batch(reader, true)));
    }

    @Test
    void theLastRecordIsCompleteWhenTheFileIsQuiet() throws Exception {
        var reader = new RecordReader(STDERR);
        add(reader, "2026-11-23 a\n");
        assertNull(reader.batch(NOW, false));
        Thread.sleep(600);
        assertEquals(List.of("2026-11-23 a"), messages(batch(reader, false)));
    }

    @Test
    void linesBeforeTheFirstBeginningAreARecordToo() {
        var reader = new RecordReader(STDERR);
        add(reader, "a\nb\n2026-11-23 c\n");
        assertEquals(List.of("a\nb"), messages(batch(reader, false)));
    }

    @Test
    void aBatchHoldsTenThousandEventsAndNoMore() {
        var reader = new RecordReader(Framing.LINE);
        add(reader, "x\n".repeat(10_001));
        assertTrue(reader.hasFullBatch());
        assertEquals(10_000, batch(reader, false).events().size());
        assertEquals(1, batch(reader, false).events().size());
    }

    @Test
    void aBatchHoldsOneMegabyteWithTwentySixBytesForEachEvent() {
        var reader = new RecordReader(Framing.LINE);
        int half = LogBatch.MOST_BYTES / 2 - 26;
        add(reader, "x".repeat(half) + "\n" + "y".repeat(half) + "\n");
        assertEquals(2, batch(reader, false).events().size());
        add(reader, "x".repeat(half) + "\n" + "y".repeat(half + 1) + "\n");
        assertEquals(1, batch(reader, false).events().size());
        assertEquals(1, batch(reader, false).events().size());
    }

    @Test
    void sizeIsCountedInBytesAndThoseOfTheReplacementToo() {
        var reader = new RecordReader(Framing.LINE);
        var line = new byte[500_000];
        java.util.Arrays.fill(line, (byte) 0xff);
        line[line.length - 1] = '\n';
        reader.add(line, line.length);
        var sizes = new ArrayList<Integer>();
        for (var batch = reader.batch(NOW, false); batch != null; batch = reader.batch(NOW, false)) {
            sizes.add(batch.events().stream()
                    .mapToInt(event -> event.message().getBytes(StandardCharsets.UTF_8).length + 26)
                    .sum());
        }
        assertEquals(List.of(1_048_574, 499_999 * 3 - 1_048_548 + 26), sizes);
    }

    @Test
    void aRecordThatIsTooLongForAnEventBecomesSeveralAndNoCharacterIsCut() {
        var reader = new RecordReader(Framing.LINE);
        var text = "ab" + "😀".repeat(600_000);
        add(reader, text + "\n");
        var joined = new StringBuilder();
        var ends = new ArrayList<Long>();
        long cut = 0;
        for (var batch = reader.batch(NOW, false); batch != null; batch = reader.batch(NOW, false)) {
            messages(batch).forEach(joined::append);
            ends.add(batch.end());
            cut += batch.counts().cut();
        }
        assertEquals(text, joined.toString());
        assertEquals(List.of(0L, 0L, 2_400_003L), ends, "nothing is done before the whole is");
        assertEquals(1, cut);
    }

    @Test
    void timeNeverGoesBackInABatch() {
        var reader = new RecordReader(Framing.LINE);
        add(reader, "2026-11-23T11:00:02Z a\n2026-11-23T11:00:01Z b\n2026-11-23T11:00:03Z c\n");
        assertEquals(
                List.of("2026-11-23T11:00:02Z", "2026-11-23T11:00:02Z", "2026-11-23T11:00:03Z"),
                times(batch(reader, false)));
    }

    @Test
    void whatHasNoTimeHasThatOfTheOneBeforeOrOfTheFirstThatHas() {
        var reader = new RecordReader(Framing.LINE);
        add(reader, "a heading\n2026-11-23T11:00:02Z a\nand more\n2026-11-23T11:00:03Z c\n");
        assertEquals(
                List.of("2026-11-23T11:00:02Z", "2026-11-23T11:00:02Z", "2026-11-23T11:00:02Z", "2026-11-23T11:00:03Z"),
                times(batch(reader, false)));
        add(reader, "alone\n");
        assertEquals(List.of(NOW.toString()), times(batch(reader, false)));
    }

    @Test
    void aFileThatBeginsAnewKeepsWhatWasReadAndCountsFromZero() {
        var reader = new RecordReader(Framing.LINE);
        add(reader, "old\nunfinished");
        reader.restart();
        var old = batch(reader, false);
        assertEquals(List.of("old", "unfinished"), messages(old));
        assertEquals(0, old.end());
        assertEquals(1, old.counts().restarted());
        add(reader, "new\n");
        assertEquals(4, batch(reader, false).end());
    }

    private static void add(RecordReader reader, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        reader.add(bytes, bytes.length);
    }

    private static LogBatch batch(RecordReader reader, boolean last) {
        return Optional.ofNullable(reader.batch(NOW, last)).orElseThrow();
    }

    private static List<String> times(LogBatch batch) {
        return batch.events().stream()
                .map(event -> Instant.ofEpochMilli(event.timestamp()).toString())
                .toList();
    }

    private static List<String> messages(LogBatch batch) {
        return batch.events().stream().map(InputLogEvent::message).toList();
    }
}
