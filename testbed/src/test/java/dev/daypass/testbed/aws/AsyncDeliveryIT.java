package dev.daypass.testbed.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** From a log group to the function that subscribes to it, and what becomes of what the function does not take. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AsyncDeliveryIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration QUIET = Duration.ofMillis(1500);

    private final ObjectMapper json = new ObjectMapper();
    private Reaper reaper;
    private AwsEndpoint endpoint;
    private byte[] archive;
    private String role;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException, InterruptedException {
        reaper = Reaper.open();
        endpoint = AwsEndpoint.start(
                reaper, Cache.ofUser(System.getenv()), temporary.resolve("aws"), Progress.to(System.out));
        archive = Files.readAllBytes(ProbeArchive.write(temporary));
        role = endpoint.administrator()
                .iam()
                .createRole(r -> r.roleName("probe").assumeRolePolicyDocument("""
                        {"Version": "2012-10-17", "Statement": [
                          {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"""))
                .role()
                .arn();
    }

    @AfterAll
    void end() {
        endpoint.close();
        reaper.close();
    }

    @Test
    void aDeliveryNamesItsGroupItsStreamAndTheIdsThatTheGroupShows() throws Exception {
        var subscriber = subscribe("names");
        put(subscriber, "stream/1", "first", "second");
        var delivery = subscriber.delivered(1).getFirst();
        assertEquals("DATA_MESSAGE", delivery.path("messageType").asText());
        assertEquals(AwsEndpoint.ACCOUNT_ID, delivery.path("owner").asText());
        assertEquals(subscriber.group(), delivery.path("logGroup").asText());
        assertEquals("stream/1", delivery.path("logStream").asText());
        assertEquals("all", delivery.path("subscriptionFilters").get(0).asText());
        var shown = filtered(subscriber.group(), 100);
        assertEquals(List.of("first", "second"), messages(delivery));
        assertEquals(
                shown.stream().map(FilteredLogEvent::eventId).toList(),
                List.of(
                        delivery.path("logEvents").get(0).path("id").asText(),
                        delivery.path("logEvents").get(1).path("id").asText()));
    }

    @Test
    void whatFailsTwiceIsDeliveredTheThirdTimeAndIsNotADeadLetter() throws Exception {
        var subscriber = subscribe("flaky");
        put(subscriber, "s", "probe=flaky");
        var deliveries = subscriber.delivered(3);
        assertEquals(3, deliveries.size());
        assertEquals(1, new HashSet<>(deliveries).size(), "each attempt is of the same event");
        Thread.sleep(QUIET);
        assertEquals(3, subscriber.delivered(3).size());
        assertEquals(List.of(), deadLetters(subscriber));
    }

    @Test
    void whatFailsThreeTimesGoesToTheDeadLetterQueueAsItWas() throws Exception {
        var subscriber = subscribe("fails");
        put(subscriber, "s", "probe=throw");
        var letter = deadLetter(subscriber);
        var event = json.readTree(letter.body());
        assertEquals(List.of("probe=throw"), messages(unpacked(event)));
        assertEquals("as asked", attribute(letter, "ErrorMessage"));
        assertEquals("200", attribute(letter, "ErrorCode"));
        assertFalse(attribute(letter, "RequestID").isEmpty());
        assertEquals(3, subscriber.delivered(3).size());
    }

    @Test
    void theFunctionsOwnNumberOfRetriesHolds() throws Exception {
        var subscriber = subscribe("once");
        endpoint.administrator()
                .lambda()
                .putFunctionEventInvokeConfig(
                        c -> c.functionName(subscriber.function()).maximumRetryAttempts(0));
        put(subscriber, "s", "probe=throw");
        deadLetter(subscriber);
        assertEquals(1, subscriber.delivered(1).size());
    }

    @Test
    void anEnvironmentThatDiesIsAFailureLikeAnyOther() throws Exception {
        var subscriber = subscribe("dies");
        put(subscriber, "s", "probe=exit");
        assertEquals(
                List.of("probe=exit"),
                messages(unpacked(json.readTree(deadLetter(subscriber).body()))));
        assertEquals(3, subscriber.delivered(3).size());
    }

    @Test
    void anEventInvocationThatFailsIsRetriedAndADeadLetterToo() throws Exception {
        var subscriber = subscribe("event");
        var answer = endpoint.administrator()
                .lambda()
                .invoke(i -> i.functionName(subscriber.function())
                        .invocationType(InvocationType.EVENT)
                        .payload(SdkBytes.fromUtf8String("{\"a\": \"probe=throw\"}")));
        assertEquals(202, answer.statusCode());
        assertEquals("{\"a\": \"probe=throw\"}", deadLetter(subscriber).body());
        assertEquals(3, subscriber.delivered(3).size());
    }

    @Test
    void manyBatchesAtOnceAreAllDeliveredOnce() throws Exception {
        var subscriber = subscribe("many");
        for (var stream : List.of("s0", "s1", "s2", "s3")) {
            makeStream(subscriber.group(), stream);
        }
        try (var threads = Executors.newFixedThreadPool(8)) {
            var puts = new ArrayList<Future<?>>();
            for (int i = 0; i < 200; i++) {
                var message = "line " + i;
                var stream = "s" + i % 4;
                puts.add(threads.submit(() -> putOnly(subscriber.group(), stream, message)));
            }
            for (var put : puts) {
                put.get();
            }
        }
        var delivered = subscriber.delivered(200).stream()
                .flatMap(d -> messages(d).stream())
                .toList();
        assertEquals(200, delivered.size());
        assertEquals(
                IntStream.range(0, 200).mapToObj(i -> "line " + i).collect(Collectors.toSet()), Set.copyOf(delivered));
        assertEquals(List.of(), deadLetters(subscriber));
    }

    @Test
    void aThrottledDeliveryWaitsAndIsNoFailure() throws Exception {
        var subscriber = subscribe("throttled");
        endpoint.administrator()
                .lambda()
                .putFunctionConcurrency(
                        c -> c.functionName(subscriber.function()).reservedConcurrentExecutions(0));
        put(subscriber, "s", "held back");
        Thread.sleep(QUIET);
        assertEquals(List.of(), deadLetters(subscriber));
        endpoint.administrator()
                .lambda()
                .putFunctionConcurrency(
                        c -> c.functionName(subscriber.function()).reservedConcurrentExecutions(1));
        assertEquals(List.of("held back"), messages(subscriber.delivered(1).getFirst()));
    }

    @Test
    void aSubscriptionNeedsTheFunctionsPermission() {
        var subscriber = make("unpermitted");
        var refusal = assertThrows(InvalidParameterException.class, () -> subscribe(subscriber));
        assertTrue(refusal.toString().contains("permission to execute"), refusal.toString());
        permit(subscriber, "another-group");
        assertThrows(InvalidParameterException.class, () -> subscribe(subscriber));
        permit(subscriber, subscriber.group());
        subscribe(subscriber);
    }

    @Test
    void aBatchThatIsNotInOrderOfTimeIsRefused() {
        var group = makeGroup("order");
        makeStream(group, "s");
        long now = System.currentTimeMillis();
        assertThrows(InvalidParameterException.class, () -> putOnly(group, "s", event(now, "b"), event(now - 1, "a")));
        putOnly(group, "s", event(now - 1, "a"), event(now, "b"));
    }

    @Test
    void aBatchOverOneMegabyteIsRefused() {
        var group = makeGroup("large");
        makeStream(group, "s");
        long now = System.currentTimeMillis();
        // 26 bytes are counted for each event
        var half = "x".repeat(1_048_576 / 2 - 26);
        putOnly(group, "s", event(now, half), event(now, half));
        assertThrows(
                InvalidParameterException.class, () -> putOnly(group, "s", event(now, half), event(now, half + "y")));
    }

    @Test
    void eventsThatAreTooOldAreNamedAndTheRestIsKept() {
        var group = makeGroup("old");
        makeStream(group, "s");
        long old = System.currentTimeMillis() - Duration.ofDays(14).toMillis() - 1000;
        var answer = endpoint.administrator()
                .logs()
                .putLogEvents(p -> p.logGroupName(group)
                        .logStreamName("s")
                        .logEvents(event(old, "old"), event(old + 60_000, "young")));
        assertEquals(1, answer.rejectedLogEventsInfo().tooOldLogEventEndIndex());
        assertEquals(
                List.of("young"),
                filtered(group, 10).stream().map(FilteredLogEvent::message).toList());
    }

    @Test
    void filteredEventsComeInPagesWithoutLossEvenWhereManyHaveTheSameTime() {
        var group = makeGroup("pages");
        long now = System.currentTimeMillis();
        for (var stream : List.of("a", "b")) {
            makeStream(group, stream);
            putOnly(
                    group,
                    stream,
                    IntStream.range(0, 25)
                            .mapToObj(i -> event(now + i / 10, stream + i))
                            .toArray(InputLogEvent[]::new));
        }
        for (int page : new int[] {1, 7, 50}) {
            var found = filtered(group, page);
            assertEquals(50, found.size());
            assertEquals(
                    50,
                    found.stream()
                            .map(FilteredLogEvent::message)
                            .collect(Collectors.toSet())
                            .size());
        }
    }

    private Subscriber subscribe(String name) {
        var subscriber = make(name);
        permit(subscriber, subscriber.group());
        subscribe(subscriber);
        return subscriber;
    }

    private Subscriber make(String name) {
        var administrator = endpoint.administrator();
        var queue = administrator
                .sqs()
                .createQueue(q -> q.queueName("dead-" + name))
                .queueUrl();
        var queueArn = administrator
                .sqs()
                .getQueueAttributes(q -> q.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        administrator
                .lambda()
                .createFunction(f -> f.functionName("probe-" + name)
                        .runtime("provided.al2023")
                        .handler("dev.daypass.functions.http.VendHandler")
                        .role(role)
                        .timeout(20)
                        .deadLetterConfig(d -> d.targetArn(queueArn))
                        .environment(e -> e.variables(Map.of("JAVA_HOME", System.getProperty("java.home"))))
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(archive))));
        return new Subscriber("probe-" + name, makeGroup(name), queue);
    }

    private void permit(Subscriber subscriber, String group) {
        endpoint.administrator()
                .lambda()
                .addPermission(p -> p.functionName(subscriber.function())
                        .statementId(group.replace('/', '-'))
                        .action("lambda:InvokeFunction")
                        .principal("logs.amazonaws.com")
                        .sourceAccount(AwsEndpoint.ACCOUNT_ID)
                        .sourceArn("arn:aws:logs:" + endpoint.region() + ":" + AwsEndpoint.ACCOUNT_ID + ":log-group:"
                                + group + ":*"));
    }

    private void subscribe(Subscriber subscriber) {
        endpoint.administrator()
                .logs()
                .putSubscriptionFilter(f -> f.logGroupName(subscriber.group())
                        .filterName("all")
                        .filterPattern("")
                        .destinationArn("arn:aws:lambda:" + endpoint.region() + ":" + AwsEndpoint.ACCOUNT_ID
                                + ":function:" + subscriber.function()));
    }

    private String makeGroup(String name) {
        endpoint.administrator().logs().createLogGroup(g -> g.logGroupName("/probe/" + name));
        return "/probe/" + name;
    }

    private void makeStream(String group, String stream) {
        endpoint.administrator()
                .logs()
                .createLogStream(s -> s.logGroupName(group).logStreamName(stream));
    }

    private void put(Subscriber subscriber, String stream, String... messages) {
        makeStream(subscriber.group(), stream);
        putOnly(subscriber.group(), stream, messages);
    }

    private void putOnly(String group, String stream, String... messages) {
        long now = System.currentTimeMillis();
        putOnly(
                group,
                stream,
                List.of(messages).stream().map(message -> event(now, message)).toArray(InputLogEvent[]::new));
    }

    private void putOnly(String group, String stream, InputLogEvent... events) {
        endpoint.administrator()
                .logs()
                .putLogEvents(p -> p.logGroupName(group).logStreamName(stream).logEvents(events));
    }

    private static InputLogEvent event(long millis, String message) {
        return InputLogEvent.builder().timestamp(millis).message(message).build();
    }

    private List<FilteredLogEvent> filtered(String group, int page) {
        return endpoint
                .administrator()
                .logs()
                .filterLogEventsPaginator(f -> f.logGroupName(group).limit(page))
                .events()
                .stream()
                .toList();
    }

    private Message deadLetter(Subscriber subscriber) {
        var letters = endpoint.administrator()
                .sqs()
                .receiveMessage(r -> r.queueUrl(subscriber.deadLetters())
                        .waitTimeSeconds((int) LIMIT.toSeconds())
                        .messageAttributeNames("All"))
                .messages();
        assertEquals(1, letters.size());
        return letters.getFirst();
    }

    private static String attribute(Message letter, String name) {
        return Optional.ofNullable(letter.messageAttributes().get(name))
                .orElseThrow()
                .stringValue();
    }

    private List<Message> deadLetters(Subscriber subscriber) {
        return endpoint.administrator()
                .sqs()
                .receiveMessage(r -> r.queueUrl(subscriber.deadLetters()).waitTimeSeconds(0))
                .messages();
    }

    private JsonNode unpacked(JsonNode event) throws IOException {
        var data = Base64.getDecoder().decode(event.path("awslogs").path("data").asText());
        try (var in = new GZIPInputStream(new ByteArrayInputStream(data))) {
            return json.readTree(in.readAllBytes());
        }
    }

    private static List<String> messages(JsonNode delivery) {
        var messages = new ArrayList<String>();
        delivery.path("logEvents")
                .forEach(event -> messages.add(event.path("message").asText()));
        return messages;
    }

    /** A probe that takes what comes into a log group; its dead letters go to a queue. */
    private final class Subscriber {
        private final String function;
        private final String group;
        private final String deadLetters;

        private Subscriber(String function, String group, String deadLetters) {
            this.function = function;
            this.group = group;
            this.deadLetters = deadLetters;
        }

        String function() {
            return function;
        }

        String group() {
            return group;
        }

        String deadLetters() {
            return deadLetters;
        }

        /** What the probe said it got, once there are so many, or after the limit. */
        List<JsonNode> delivered(int awaited) throws IOException, InterruptedException {
            var log = endpoint.functionLog(function);
            long end = System.nanoTime() + LIMIT.toNanos();
            while (true) {
                var found = new ArrayList<JsonNode>();
                if (Files.exists(log)) {
                    for (var line : Files.readString(log, StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> line.startsWith("VendHandler got "))
                            .toList()) {
                        found.add(json.readTree(line.substring("VendHandler got ".length())));
                    }
                }
                if (found.size() >= awaited || System.nanoTime() > end) {
                    return found;
                }
                Thread.sleep(50);
            }
        }
    }
}
