package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.testbed.LogShipper.Framing;
import dev.daypass.testbed.LogShipper.Route;
import dev.daypass.testbed.aws.AwsEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogShipperIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Reaper reaper;
    private AwsEndpoint endpoint;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException, InterruptedException {
        reaper = Reaper.open();
        endpoint = AwsEndpoint.start(
                reaper, Cache.ofUser(System.getenv()), temporary.resolve("aws"), Progress.to(System.out));
    }

    @AfterAll
    void end() {
        endpoint.close();
        reaper.close();
    }

    @Test
    void linesArriveInOrderWhileTheFileGrowsAndAlsoBeforeItIsThere(@TempDir Path directory) throws Exception {
        var file = directory.resolve("grows.log");
        try (var shipper = start(new Route(file, "/ship/grows", "host/1", Framing.LINE))) {
            shipper.awaitShipped(LIMIT);
            for (int i = 0; i < 50; i++) {
                append(file, "line " + i + "\n");
                if (i % 10 == 0) {
                    Thread.sleep(50);
                }
            }
            shipper.awaitShipped(LIMIT);
            assertEquals(IntStream.range(0, 50).mapToObj(i -> "line " + i).toList(), messages("/ship/grows"));
            assertEquals("host/1", shipped("/ship/grows").getFirst().logStreamName());
            assertEquals(50, shipper.counts().events());
        }
    }

    @Test
    void anUnfinishedLineWaitsForItsEndOrForTheShippers(@TempDir Path directory) throws Exception {
        var file = directory.resolve("unfinished.log");
        append(file, "whole\nhalf");
        try (var shipper = start(new Route(file, "/ship/unfinished", "s", Framing.LINE))) {
            shipper.awaitShipped(LIMIT);
            Thread.sleep(500);
            assertEquals(List.of("whole"), messages("/ship/unfinished"));
            append(file, " and half\nrest");
            shipper.awaitShipped(LIMIT);
            assertEquals(List.of("whole", "half and half"), messages("/ship/unfinished"));
        }
        assertEquals(List.of("whole", "half and half", "rest"), messages("/ship/unfinished"));
    }

    @Test
    void moreThanABatchHoldsIsShippedWhole(@TempDir Path directory) throws Exception {
        var file = directory.resolve("large.log");
        var line = "x".repeat(100);
        try (var out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < 30_000; i++) {
                out.write(line + i + "\n");
            }
            out.write("y".repeat(2_500_000) + "\n\n");
        }
        try (var shipper = start(new Route(file, "/ship/large", "s", Framing.LINE))) {
            shipper.awaitShipped(LIMIT);
            var counts = shipper.counts();
            assertEquals(30_003, counts.events());
            assertEquals(1, counts.cut());
            assertEquals(1, counts.empty());
        }
        var messages = messages("/ship/large");
        assertEquals(30_003, messages.size());
        assertEquals(line + "29999", messages.get(29_999));
        assertEquals(
                2_500_000,
                messages.subList(30_000, 30_003).stream()
                        .mapToInt(String::length)
                        .sum());
    }

    @Test
    void whatTheServiceDoesNotTakeIsSentAgainOnceAndInOrder(@TempDir Path directory) throws Exception {
        var file = directory.resolve("again.log");
        append(file, "one\n");
        try (var wire = FaultProxy.before(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), endpoint.uri().getPort()),
                        Optional.empty());
                var http = UrlConnectionHttpClient.create();
                var logs = CloudWatchLogsClient.builder()
                        .endpointOverride(URI.create(wire.httpAddress()))
                        .region(endpoint.region())
                        .credentialsProvider(endpoint.administrator().credentials())
                        .httpClient(http)
                        .build()) {
            wire.refuse();
            try (var shipper = LogShipper.start(logs, List.of(new Route(file, "/ship/again", "s", Framing.LINE)))) {
                var late = assertThrows(TimeoutException.class, () -> shipper.awaitShipped(Duration.ofSeconds(1)));
                assertTrue(late.toString().contains("again.log (0 of 4 bytes)"), late.toString());
                append(file, "two\n");
                wire.pass();
                shipper.awaitShipped(LIMIT);
                assertEquals(List.of("one", "two"), messages("/ship/again"));
            }
        }
    }

    @Test
    void aRefusalIsNamedToWhoeverWaits(@TempDir Path directory) throws Exception {
        var file = directory.resolve("refused.log");
        append(file, "one\n");
        try (var http = UrlConnectionHttpClient.create();
                var logs = CloudWatchLogsClient.builder()
                        .endpointOverride(endpoint.uri())
                        .region(endpoint.region())
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIANOBODY", "x")))
                        .httpClient(http)
                        .build();
                var shipper = LogShipper.start(logs, List.of(new Route(file, "/ship/refused", "s", Framing.LINE)))) {
            var late = assertThrows(TimeoutException.class, () -> shipper.awaitShipped(Duration.ofSeconds(1)));
            assertTrue(String.valueOf(late.getCause()).contains("security token"), String.valueOf(late.getCause()));
        }
    }

    @Test
    void aFileThatBecameShorterIsReadFromItsBeginning(@TempDir Path directory) throws Exception {
        var file = directory.resolve("rotated.log");
        append(file, "long enough\n");
        try (var shipper = start(new Route(file, "/ship/rotated", "s", Framing.LINE))) {
            shipper.awaitShipped(LIMIT);
            Files.writeString(file, "new\n");
            Eventually.holds(LIMIT, () -> shipper.counts().events() == 2);
            assertEquals(List.of("long enough", "new"), messages("/ship/rotated"));
            assertEquals(1, shipper.counts().restarted());
        }
    }

    @Test
    void twoFilesDoNotShareAStream(@TempDir Path directory) {
        try (var shipper = start(new Route(directory.resolve("a"), "/ship/shared", "s", Framing.LINE))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> shipper.add(new Route(directory.resolve("b"), "/ship/shared", "s", Framing.LINE)));
            shipper.add(new Route(directory.resolve("b"), "/ship/shared", "t", Framing.LINE));
        }
    }

    @Test
    void theLinesOfTheRealPeersHaveTheirOwnTimes() throws Exception {
        var cache = Cache.ofUser(System.getenv());
        var postgres = PostgresPeer.start(cache, reaper, Progress.silent());
        var openBao = OpenBaoPeer.start(cache, reaper, Progress.silent());
        openBao.adminToken();
        try (var connection = postgres.ownerConnection("postgres");
                var statement = connection.createStatement()) {
            statement.execute("SELECT 1 /* two\nlines */");
        }
        var routes = List.of(
                new Route(postgres.log(), "/ship/postgresql", "main", Framing.LINE),
                new Route(openBao.auditFiles().get(0), "/ship/vault-audit", "first", Framing.LINE),
                new Route(openBao.auditFiles().get(1), "/ship/vault-audit", "second", Framing.LINE),
                new Route(openBao.log(), "/ship/vault-server", "main", Framing.LINE));
        // So that the time of shipping is another.
        Thread.sleep(1100);
        var begun = Instant.now();
        try (var shipper = start(routes.toArray(Route[]::new))) {
            shipper.awaitShipped(LIMIT);
            assertEquals(0, shipper.counts().replaced());
        } finally {
            postgres.stop();
            openBao.stop();
        }
        var query = shipped("/ship/postgresql").stream()
                .filter(event -> event.message().contains("two\\nlines"))
                .toList();
        assertEquals(1, query.size());
        for (var group : List.of("/ship/postgresql", "/ship/vault-audit")) {
            for (var event : shipped(group)) {
                assertTrue(event.message().startsWith("{") && event.message().endsWith("}"), event::message);
                assertFalse(
                        Instant.ofEpochMilli(event.timestamp()).isAfter(begun.minusSeconds(1)),
                        () -> "has the time of shipping: " + event.message());
            }
        }
        var times = new HashSet<Long>();
        shipped("/ship/vault-server").forEach(event -> times.add(event.timestamp()));
        assertTrue(times.size() > 3, () -> "the server log has times of its own: " + times);
    }

    private LogShipper start(Route... routes) {
        return LogShipper.start(endpoint.administrator().logs(), List.of(routes));
    }

    private List<FilteredLogEvent> shipped(String group) {
        return endpoint.administrator().logs().filterLogEventsPaginator(f -> f.logGroupName(group)).events().stream()
                .toList();
    }

    private List<String> messages(String group) {
        return shipped(group).stream().map(FilteredLogEvent::message).toList();
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
