package dev.daypass.testbed;

import static dev.daypass.testbed.FaultProxy.anyRequest;
import static dev.daypass.testbed.FaultProxy.request;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultProxyTest {
    private static final InetAddress FIRST = address(1);
    private static final InetAddress SECOND = address(2);

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private FaultProxy proxy;
    private HttpClient http;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(FIRST, 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::echo);
        server.start();
        proxy = FaultProxy.before(server.getAddress(), Optional.of(SECOND));
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterEach
    void stop() throws IOException {
        http.close();
        proxy.close();
        server.stop(0);
    }

    @Test
    void bodiesOfEitherFramingPassUnchangedOnOneConnection() throws Exception {
        var body = new byte[300_000];
        new Random(1).nextBytes(body);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(
                    body, post("/sized", BodyPublishers.ofByteArray(body)).body());
            var chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
            assertArrayEquals(body, post("/chunked", chunked).body());
            assertEquals(0, post("/empty", BodyPublishers.noBody()).body().length);
            assertEquals(204, post("/204", BodyPublishers.ofString("x")).statusCode());
        }
        assertEquals(
                1,
                seen.stream()
                        .map(line -> line.substring(line.indexOf('@')))
                        .distinct()
                        .count(),
                seen.toString());
    }

    @Test
    void aClientThatAsksBeforeItSendsItsBodyIsToldToGoOn() throws Exception {
        var answer = http.send(
                HttpRequest.newBuilder(uri("/sized"))
                        .expectContinue(true)
                        .timeout(Duration.ofSeconds(5))
                        .POST(BodyPublishers.ofString("body"))
                        .build(),
                BodyHandlers.ofString());
        assertEquals("body", answer.body());
    }

    @Test
    void thePeerSeesTheChosenSourceAddress() throws Exception {
        post("/sized", BodyPublishers.noBody());
        assertTrue(seen.getFirst().contains("127.0.0.2"), seen.toString());
    }

    @Test
    void refusedMeansThatNobodyListensAndPassingBringsTheSamePortBack() throws Exception {
        // Many times, on plain sockets: the port must be closed when the call returns, not soon afterwards.
        for (int i = 0; i < 200; i++) {
            proxy.refuse();
            assertThrows(ConnectException.class, () -> new Socket(FIRST, proxy.port()).close());
            proxy.pass();
            new Socket(FIRST, proxy.port()).close();
        }
        assertEquals(200, post("/sized", BodyPublishers.noBody()).statusCode());
    }

    @Test
    void refusingBreaksAConnectionThatWaits() throws Exception {
        proxy.delay(anyRequest(), Duration.ofSeconds(30));
        proxy.onRequest(anyRequest(), () -> refuse());
        assertThrows(IOException.class, () -> post("/sized", BodyPublishers.noBody()));
        assertTrue(seen.isEmpty());
    }

    @Test
    void aSwallowedRequestIsNeitherSeenNorAnsweredAndOthersAre() throws Exception {
        proxy.swallow(request("POST", "/lost"));
        assertThrows(HttpTimeoutException.class, () -> post("/lost/1", BodyPublishers.ofString("x")));
        assertEquals(200, post("/sized", BodyPublishers.noBody()).statusCode());
        assertEquals(1, seen.size(), seen.toString());
        proxy.pass();
        assertEquals(200, post("/lost/1", BodyPublishers.noBody()).statusCode());
    }

    @Test
    void aDelayedRequestArrivesLater() throws Exception {
        proxy.delay(request("POST", "/slow"), Duration.ofMillis(300));
        long before = System.nanoTime();
        assertEquals(200, post("/slow", BodyPublishers.noBody()).statusCode());
        assertTrue(System.nanoTime() - before >= Duration.ofMillis(300).toNanos());
    }

    @Test
    void aLostAnswerWasCarriedOutAndTheCallerSeesAReset() throws Exception {
        proxy.loseAnswer(request("POST", "/sized"));
        // On a socket of its own: a client with a policy of its own might try again.
        try (var caller = new Socket(FIRST, proxy.port())) {
            caller.setSoTimeout(5000);
            caller.getOutputStream()
                    .write("POST /sized HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThrows(SocketException.class, () -> {
                int first = caller.getInputStream().read();
                throw new AssertionError("read " + first);
            });
        }
        assertEquals(1, seen.size(), seen.toString());
    }

    @Test
    void whatHappensAtAnAnswerHappensBeforeTheAnswerIsLost() throws Exception {
        var at = new AtomicInteger();
        proxy.onAnswer(request("POST", "/sized"), () -> at.set(seen.size()));
        assertThrows(IOException.class, () -> post("/sized", BodyPublishers.noBody()));
        assertEquals(1, at.get());
    }

    @Test
    void hooksRunOnceAndAtTheirMoment() throws Exception {
        var requests = new AtomicInteger();
        var responses = new AtomicInteger();
        proxy.onRequest(request("POST", "/sized"), () -> {
            assertEquals(0, seen.size());
            requests.incrementAndGet();
        });
        proxy.onResponse(request("POST", "/sized"), () -> {
            assertEquals(1, seen.size());
            responses.incrementAndGet();
        });
        post("/sized", BodyPublishers.noBody());
        post("/sized", BodyPublishers.noBody());
        assertEquals(1, requests.get());
        assertEquals(1, responses.get());
    }

    @Test
    void rawBytesPassBothWaysAndCanBeLostSwallowedAndRefused() throws Exception {
        try (var peer = new ServerSocket(0, 50, FIRST);
                var raw = FaultProxy.beforeTcp(new InetSocketAddress(FIRST, peer.getLocalPort()), Optional.empty())) {
            var received = new AtomicInteger();
            Thread.ofVirtual().start(() -> echoRaw(peer, received));
            try (var caller = new Socket(FIRST, raw.port())) {
                caller.setSoTimeout(500);
                assertEquals('a', exchange(caller, 'a'));
                raw.loseAnswer(anyRequest());
                assertThrows(SocketException.class, () -> exchange(caller, 'b'));
                assertEquals(2, received.get());
            }
            raw.swallow(anyRequest());
            try (var caller = new Socket(FIRST, raw.port())) {
                caller.setSoTimeout(300);
                assertThrows(SocketTimeoutException.class, () -> exchange(caller, 'c'));
                assertEquals(2, received.get());
            }
            raw.refuse();
            assertThrows(ConnectException.class, () -> new Socket(FIRST, raw.port()).close());
        }
    }

    private static int exchange(Socket caller, int b) throws IOException {
        caller.getOutputStream().write(b);
        return caller.getInputStream().read();
    }

    private static void echoRaw(ServerSocket peer, AtomicInteger received) {
        try {
            while (true) {
                var socket = peer.accept();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        for (int b = socket.getInputStream().read();
                                b >= 0;
                                b = socket.getInputStream().read()) {
                            received.incrementAndGet();
                            socket.getOutputStream().write(b);
                        }
                    } catch (IOException e) {
                        // The caller is gone.
                    }
                });
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void echo(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var body = exchange.getRequestBody().readAllBytes();
            seen.add(path + "@" + exchange.getRemoteAddress());
            if (path.equals("/204")) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            boolean chunked = path.equals("/chunked");
            exchange.sendResponseHeaders(200, chunked ? 0 : body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private HttpResponse<byte[]> post(String path, BodyPublisher body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .timeout(Duration.ofSeconds(2))
                        .POST(body)
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private URI uri(String path) {
        return URI.create(proxy.httpAddress() + path);
    }

    private void refuse() {
        try {
            proxy.refuse();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
