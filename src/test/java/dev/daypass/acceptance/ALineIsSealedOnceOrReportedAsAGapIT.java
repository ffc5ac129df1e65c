package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.cli.local.FaultyForwarder;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.cli.local.LocalRecord;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.Source;
import dev.daypass.testbed.aws.LambdaHost.Answered;
import dev.daypass.testbed.aws.LambdaHost.Exited;
import dev.daypass.testbed.aws.LambdaHost.Failed;
import dev.daypass.testbed.aws.RecordFunction;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;

/** Slow on purpose: forwarders start, are killed and start again. It has an installation of its own, since it leaves gaps. */
@DisplayName("9. A line that reached the log group is sealed exactly once, or reported as a gap")
class ALineIsSealedOnceOrReportedAsAGapIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GROUP = LocalRecord.group(Source.POSTGRESQL);
    private static LocalDaypass daypass;

    @BeforeAll
    static void start() throws Exception {
        daypass = LocalDaypass.startWithRecord(message -> System.out.println("[gaps] " + message));
    }

    @AfterAll
    static void stop() {
        daypass.close();
    }

    @Test
    void aHundredDeliveriesOfAPayloadAreOneObject() throws Exception {
        var events = put(stream(), Instant.now(), lines(5));
        await(() -> recorded(events).size() == 5);
        int before = daypass.record().objects(Source.POSTGRESQL).size();
        var event = delivery(events);
        var deliveries = new ArrayList<Callable<String>>();
        for (int i = 0; i < 100; i++) {
            deliveries.add(() -> daypass.stack().invoke(RecordFunction.POSTGRESQL_FORWARDER, event));
        }
        var answers = new HashSet<String>();
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var answer : threads.invokeAll(deliveries)) {
                answers.add(answer.get());
            }
        }

        assertEquals(1, answers.size(), answers.toString());
        assertFalse(JSON.readTree(answers.iterator().next()).path("new").asBoolean(true));
        assertEquals(5, recorded(events).size());
        assertTrue(daypass.record().objects(Source.POSTGRESQL).size() - before < 100);
    }

    @Test
    void latePayloadsAndThoseInTheWrongOrderAreSealedEachOnce() throws Exception {
        var late = put(stream(), Instant.now().minus(Duration.ofHours(20)), lines(2));
        var newer = put(stream(), Instant.now(), lines(2));
        var older = put(stream(), Instant.now().minus(Duration.ofMinutes(30)), lines(2));
        await(() -> recorded(late).size() == 2
                && recorded(newer).size() == 2
                && recorded(older).size() == 2);

        // The long look at old keys is every tenth seal's.
        for (int i = 0; i < 11 && sealed(late) < 1; i++) {
            daypass.record().sealNow();
            Thread.sleep(1_100);
        }
        assertEquals(1, sealed(late));
        assertEquals(1, sealed(newer));
        assertEquals(1, sealed(older));
    }

    @Test
    void aPayloadOfEverythingThatCanBeWrongIsStoredLineByLine() throws Exception {
        var lines = List.of(
                "",
                "not json {\"",
                "{\"timestamp\":\"2026-11-23 03:10:00.123 UTC\",\"message\":\"" + "x".repeat(200_000) + "\"}",
                "a NUL \u0000, a line break \u2028 and the end of \ud83d\ude00",
                "{".repeat(5_000));
        var kept = lines.stream().filter(l -> !l.isEmpty()).toList();
        var events = put(stream(), Instant.now(), kept);
        await(() -> recorded(events).size() == kept.size());

        assertEquals(kept.size(), recorded(events).size());
    }

    @Test
    void aForwarderThatIsKilledBeforeItsWriteHasStoredNothingAndTheNextDeliveryStoresAll() throws Exception {
        try (var forwarder = FaultyForwarder.start(daypass)) {
            var events = unforwarded(3);
            forwarder.evidence().onRequest(ALineIsSealedOnceOrReportedAsAGapIT::isWrite, forwarder::kill);
            forwarder.evidence().swallow(ALineIsSealedOnceOrReportedAsAGapIT::isWrite);

            assertInstanceOf(Exited.class, forwarder.deliver(delivery(events)));
            assertEquals(0, recorded(events).size());
            forwarder.evidence().pass();
            forwarder.restart();
            assertTrue(isNew(forwarder.deliver(delivery(events))));
            assertEquals(3, recorded(events).size());
        }
    }

    @Test
    void aForwarderThatIsKilledAfterItsWriteHasStoredAllAndTheNextDeliveryChangesNothing() throws Exception {
        try (var forwarder = FaultyForwarder.start(daypass)) {
            var events = unforwarded(3);
            forwarder.evidence().onResponse(ALineIsSealedOnceOrReportedAsAGapIT::isWrite, forwarder::kill);

            assertInstanceOf(Exited.class, forwarder.deliver(delivery(events)));
            assertEquals(3, recorded(events).size());
            forwarder.restart();
            assertFalse(isNew(forwarder.deliver(delivery(events))));
            assertEquals(3, recorded(events).size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503})
    void whereTheStoreFailsTheInvocationFailsAndNothingIsStored(int status) throws Exception {
        try (var forwarder = FaultyForwarder.start(daypass)) {
            var events = unforwarded(2);
            forwarder.evidence().answer(ALineIsSealedOnceOrReportedAsAGapIT::isWrite, status);

            assertInstanceOf(Failed.class, forwarder.deliver(delivery(events)));
            assertEquals(0, recorded(events).size());
            forwarder.evidence().pass();
            assertTrue(isNew(forwarder.deliver(delivery(events))));
        }
    }

    @Test
    void anAnswerThatIsLostIsAskedForAgainAndTakenForThisPayloads() throws Exception {
        try (var forwarder = FaultyForwarder.start(daypass)) {
            var events = unforwarded(2);
            forwarder.evidence().onAnswer(ALineIsSealedOnceOrReportedAsAGapIT::isWrite, () -> {});
            var first = forwarder.deliver(delivery(events));
            forwarder.evidence().pass();

            assertFalse(isNew(forwarder.deliver(delivery(events))), first.toString());
            assertEquals(2, recorded(events).size());
        }
    }

    @Test
    void whereIntentsCannotBeReadTheInvocationFailsRatherThanForgettingTheAgent() throws Exception {
        try (var forwarder = FaultyForwarder.start(daypass)) {
            var line = """
                    {"timestamp":"2026-11-23 03:10:00.123 UTC","user":"dp_01k9z3v7q2m4n5p6r8s9t0v1w2","dbname":"orders","session_id":"6.1",\
                    "line_num":4,"error_severity":"LOG","message":"statement: SELECT 1"}""";
            var events = List.of(FilteredLogEvent.builder()
                    .eventId("1")
                    .logStreamName(stream())
                    .timestamp(Instant.now().toEpochMilli())
                    .message(line)
                    .build());
            forwarder.evidence().answer(request -> request.contains("intents%2F") || request.contains("intents/"), 503);

            assertInstanceOf(Failed.class, forwarder.deliver(delivery(events)));
            assertEquals(0, recorded(events).size());
        }
    }

    @Test
    void anotherObjectUnderAPayloadsNameIsNeverTakenForIt() throws Exception {
        try (var forwarder = FaultyForwarder.start(daypass)) {
            var events = unforwarded(1);
            var key = new StringBuilder();
            forwarder
                    .evidence()
                    .answer(
                            line -> {
                                if (isWrite(line) && key.isEmpty()) {
                                    String path = line.split(" ", -1)[1];
                                    key.append(path.substring(path.indexOf("/events/") + 1)
                                            .replace("%3D", "="));
                                }
                                return isWrite(line);
                            },
                            500);
            assertInstanceOf(Failed.class, forwarder.deliver(delivery(events)));
            forwarder.evidence().pass();
            byte[] other = daypass.record()
                    .objects(Source.POSTGRESQL)
                    .values()
                    .iterator()
                    .next();
            daypass.s3As(RecordFunction.POSTGRESQL_FORWARDER)
                    .putObject(
                            put -> put.bucket(daypass.evidenceBucket())
                                    .key(key.toString())
                                    .ifNoneMatch("*"),
                            software.amazon.awssdk.core.sync.RequestBody.fromBytes(other));

            var outcome = assertInstanceOf(Failed.class, forwarder.deliver(delivery(events)));
            assertTrue(outcome.body().contains("holds other records than the payload of its name"), outcome.body());
        }
    }

    @Test
    void whatCannotBeStoredEndsInTheDeadLetterQueueIsReportedAsAGapAndCanBeRedriven() throws Exception {
        var iam = daypass.record().administrator().iam();
        String role = daypass.stack().roleName(RecordFunction.POSTGRESQL_FORWARDER);
        iam.putRolePolicy(policy -> policy.roleName(role).policyName("broken").policyDocument("""
                {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}]}"""));
        List<FilteredLogEvent> events;
        try {
            events = put(stream(), Instant.now(), lines(4));
            await(() -> deadLetters() > 0);
            daypass.record().sealNow();
            daypass.record().reconcile(Instant.now());
        } finally {
            iam.deleteRolePolicy(policy -> policy.roleName(role).policyName("broken"));
        }
        assertEquals(0, recorded(events).size());
        var gaps = daypass.record().objects(Source.RECONCILIATIONS).values().stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .filter(report -> report.contains("\"line_missing\"")
                        && report.contains(events.getFirst().logStreamName()))
                .toList();
        assertFalse(gaps.isEmpty(), "no report names the stream");

        var redriven = daypass.record()
                .runAsAdministrator(
                        "redrive", "--queue", daypass.stack().deadLetters().toString());
        assertEquals(0, redriven.code(), redriven.out() + redriven.err());
        assertEquals(4, recorded(events).size());
        assertEquals(0, deadLetters());
    }

    private static long deadLetters() {
        return daypass.record().deadLetters();
    }

    /** Log events that are in the group of nobody's subscription: only a test delivers them. */
    private static List<FilteredLogEvent> unforwarded(int count) {
        String stream = stream();
        return IntStream.range(0, count)
                .mapToObj(i -> FilteredLogEvent.builder()
                        .eventId("test" + i)
                        .logStreamName(stream)
                        .timestamp(Instant.now().toEpochMilli())
                        .message("line " + i + " of " + stream)
                        .build())
                .toList();
    }

    private static List<FilteredLogEvent> put(String stream, Instant time, List<String> lines) {
        var logs = daypass.record().administrator().logs();
        logs.createLogStream(s -> s.logGroupName(GROUP).logStreamName(stream));
        logs.putLogEvents(p -> p.logGroupName(GROUP)
                .logStreamName(stream)
                .logEvents(lines.stream()
                        .map(line -> InputLogEvent.builder()
                                .timestamp(time.toEpochMilli())
                                .message(line)
                                .build())
                        .toList()));
        return logs.filterLogEvents(f -> f.logGroupName(GROUP).logStreamNames(stream))
                .events();
    }

    /** The same delivery that the subscription made. */
    private static String delivery(List<FilteredLogEvent> events) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            var payload = JSON.createObjectNode()
                    .put("messageType", "DATA_MESSAGE")
                    .put("owner", "111122223333")
                    .put("logGroup", GROUP)
                    .put("logStream", events.getFirst().logStreamName());
            payload.putArray("subscriptionFilters").add("daypass");
            var list = payload.putArray("logEvents");
            for (var event : events) {
                list.addObject()
                        .put("id", event.eventId())
                        .put("timestamp", event.timestamp())
                        .put("message", event.message());
            }
            gzip.write(JSON.writeValueAsBytes(payload));
        }
        return "{\"awslogs\":{\"data\":\"" + Base64.getEncoder().encodeToString(bytes.toByteArray()) + "\"}}";
    }

    private static boolean isNew(Object outcome) throws Exception {
        return JSON.readTree(assertInstanceOf(Answered.class, outcome).body())
                .path("new")
                .asBoolean();
    }

    /** The records of these events' stream. */
    private static List<JsonNode> recorded(List<FilteredLogEvent> events) {
        String stream = events.getFirst().logStreamName();
        return daypass.record().records(Source.POSTGRESQL).stream()
                .filter(r -> r.at("/daypass/position/logStream").asText().equals(stream))
                .toList();
    }

    /** How many times seals name the object of these events. */
    private static long sealed(List<FilteredLogEvent> events) throws Exception {
        String stream = events.getFirst().logStreamName();
        var keys = daypass.record().objects(Source.POSTGRESQL).entrySet().stream()
                .filter(object -> LocalRecord.lines(object.getValue()).stream()
                        .anyMatch(r ->
                                r.at("/daypass/position/logStream").asText().equals(stream)))
                .map(java.util.Map.Entry::getKey)
                .toList();
        assertEquals(1, keys.size());
        long named = 0;
        for (var seal : daypass.record()
                .objectsUnder(
                        ObjectKey.seals(Source.POSTGRESQL, daypass.record().place()))
                .values()) {
            var statement = JSON.readTree(Base64.getDecoder()
                    .decode(JSON.readTree(seal).path("payload").asText()));
            for (var object : statement.path("objects")) {
                named += object.path("key").asText().equals(keys.getFirst()) ? 1 : 0;
            }
        }
        return named;
    }

    private static List<String> lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> "line " + i).toList();
    }

    private static boolean isWrite(String requestLine) {
        return requestLine.startsWith("PUT ") && requestLine.contains("/events/");
    }

    private static String stream() {
        return "test-" + UUID.randomUUID();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Recorded.LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "not within " + Recorded.LIMIT);
            Thread.sleep(300);
        }
    }
}
