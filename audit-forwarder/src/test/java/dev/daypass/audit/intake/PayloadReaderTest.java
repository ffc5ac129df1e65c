package dev.daypass.audit.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.audit.intake.Deliveries.Line;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.evidence.Source;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PayloadReaderTest {
    private static final List<Line> LINES = List.of(
            new Line("1", 1_000, "first"), new Line("2", 2_000, "second \u2028 line"), new Line("3", 3_000, ""));

    @Test
    void aDataMessageIsReadEventByEvent() throws PayloadException {
        var payload = read(Deliveries.delivery("g", "s", LINES)).orElseThrow();

        assertEquals("g", payload.logGroup());
        assertEquals("s", payload.logStream());
        assertEquals(
                new LogEvent(Source.POSTGRESQL, "g", "s", "2", Instant.ofEpochMilli(2_000), 1, "second \u2028 line"),
                payload.events().get(1));
        assertEquals(3, payload.events().size());
    }

    @Test
    void aControlMessageIsNoPayload() throws PayloadException {
        byte[] control = Deliveries.payload("CONTROL_MESSAGE", "", "", LINES);

        assertEquals(Optional.empty(), read(Deliveries.event(Deliveries.gzip(control))));
    }

    @Test
    void aMessageWithoutEventsIsNoPayload() throws PayloadException {
        assertEquals(Optional.empty(), read(Deliveries.delivery("g", "s", List.of())));
    }

    @Test
    void membersInAnotherOrderAreReadAlike() throws PayloadException {
        String json = """
                {"logEvents":[{"message":"m","timestamp":5,"id":"i","extractedFields":{"a":[1]}}],"logStream":"s","more":{"deep":[{}]},
                "logGroup":"g","messageType":"DATA_MESSAGE"}""";

        var event = read(Deliveries.event(Deliveries.gzip(json.getBytes(StandardCharsets.UTF_8))))
                .orElseThrow()
                .events()
                .getFirst();

        assertEquals(new LogEvent(Source.POSTGRESQL, "g", "s", "i", Instant.ofEpochMilli(5), 0, "m"), event);
    }

    @Test
    void whatIsThereOfATruncatedPayloadIsReadAndTheRestIsKept() throws PayloadException {
        byte[] whole = Deliveries.payload("DATA_MESSAGE", "g", "s", LINES);
        String text = new String(whole, StandardCharsets.UTF_8);
        byte[] cut =
                Arrays.copyOf(whole, text.substring(0, text.indexOf("\"3\"")).getBytes(StandardCharsets.UTF_8).length);

        var events = read(Deliveries.event(Deliveries.gzip(cut))).orElseThrow().events();

        assertEquals(
                List.of("1", "2", "rest"), events.stream().map(LogEvent::id).toList());
        assertEquals(",{\"id\":", events.getLast().text());
    }

    @Test
    void gzipThatBreaksOffIsReadAsFarAsItGoes() throws PayloadException {
        var many = java.util.stream.IntStream.range(0, 2_000)
                .mapToObj(i -> new Line("id" + i, i, Integer.toHexString(i * 0x9E3779B9)))
                .toList();
        byte[] gzip = Deliveries.gzip(Deliveries.payload("DATA_MESSAGE", "g", "s", many));

        var events = read(Deliveries.event(Arrays.copyOf(gzip, gzip.length / 2)))
                .orElseThrow()
                .events();

        assertTrue(events.size() > 100 && events.size() < 2_000, events.size() + " events");
        assertEquals("rest", events.getLast().id());
        assertEquals("id17", events.get(17).id());
    }

    @Test
    void bytesThatAreNotUtf8AreReplacedAndNothingElseIsLost() throws PayloadException {
        byte[] payload = Deliveries.payload("DATA_MESSAGE", "g", "s", LINES);
        payload[new String(payload, StandardCharsets.ISO_8859_1).indexOf("first")] = (byte) 0xff;

        var events =
                read(Deliveries.event(Deliveries.gzip(payload))).orElseThrow().events();

        assertEquals("\ufffdirst", events.getFirst().text());
        assertEquals(3, events.size());
    }

    @Test
    void nulAndLoneSurrogatesComeThrough() throws PayloadException {
        String json = """
                {"messageType":"DATA_MESSAGE","logGroup":"g","logStream":"s","logEvents":[{"id":"1","timestamp":1,"message":"a\\u0000b\\ud800c"}]}""";

        var payload = read(Deliveries.event(Deliveries.gzip(json.getBytes(StandardCharsets.UTF_8))));

        assertEquals("a\0b\ud800c", payload.orElseThrow().events().getFirst().text());
    }

    @Test
    void aLineOfAMegabyteIsRead() throws PayloadException {
        String line = "x".repeat(1 << 20);

        var payload = read(Deliveries.delivery("g", "s", List.of(new Line("1", 1, line))));

        assertEquals(line, payload.orElseThrow().events().getFirst().text());
    }

    @Test
    void aGzipBombIsRefused() {
        byte[] bomb = Deliveries.gzip(new byte[PayloadReader.MAX_INFLATED_BYTES + 1]);

        refused("the payload inflates to more than 67108864 bytes", Deliveries.event(bomb));
    }

    @Test
    void anEventThatIsTooLargeIsRefused() {
        refused("the event has more than 8388608 bytes", new byte[PayloadReader.MAX_EVENT_BYTES + 1]);
    }

    @Test
    void whatIsNotGzipIsRefused() {
        refused("the payload is not gzip", Deliveries.event(new byte[] {1, 2, 3}));
    }

    @Test
    void anotherServicesEventIsRefused() {
        refused(
                "the event is not a CloudWatch Logs subscription's: it has no awslogs.data",
                "{\"Records\":[{\"awslogs\":1}]}".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void whatIsNotJsonIsRefusedWithoutRepeatingIt() {
        var refusal = refused(
                "the event is not a CloudWatch Logs subscription's: it is not JSON",
                "4111111111111111".repeat(3).concat("x").getBytes(StandardCharsets.US_ASCII));

        assertEquals(null, refusal.getCause());
    }

    @Test
    void aPayloadOfAnotherTypeIsRefused() {
        refused(
                "the payload is neither a CONTROL_MESSAGE nor a DATA_MESSAGE with logGroup and logStream",
                Deliveries.event(Deliveries.gzip(Deliveries.payload("OTHER", "g", "s", LINES))));
    }

    @Test
    void aPayloadThatBreaksOffBeforeItsFirstEventIsRefused() {
        byte[] whole = Deliveries.payload("DATA_MESSAGE", "g", "s", LINES);
        int end = new String(whole, StandardCharsets.UTF_8).indexOf("first");

        refused(
                "the payload breaks off before the end of its first log event",
                Deliveries.event(Deliveries.gzip(Arrays.copyOf(whole, end))));
    }

    private static Optional<Payload> read(byte[] event) throws PayloadException {
        return new PayloadReader(Source.POSTGRESQL).read(new ByteArrayInputStream(event));
    }

    private static PayloadException refused(String reason, byte[] event) {
        var refusal = assertThrows(PayloadException.class, () -> read(event));
        assertEquals(reason, refusal.getMessage());
        return refusal;
    }
}
