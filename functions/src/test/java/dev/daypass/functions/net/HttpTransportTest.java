package dev.daypass.functions.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTransportTest {
    private static final Duration WITHIN = Duration.ofSeconds(5);
    private static final int LONGEST = 100;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private ScriptedServer server;
    private HttpTransport transport;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        transport = new HttpTransport(HttpTransport.Options.within(WITHIN).atMost(LONGEST));
    }

    @AfterEach
    void stop() throws IOException {
        transport.close();
        server.close();
    }

    @Test
    void aRequestIsSentAsItWasSaid() throws Exception {
        server.then(OK);

        var reply = transport.send(HttpCall.of("POST", uri("/a%20b?c=d%2Fe"))
                .header("X-One", "1")
                .header("Content-Length", "99")
                .header("Host", "elsewhere")
                .body(bytes("body")));

        assertEquals(200, reply.status());
        assertEquals("ok", text(reply));
        assertEquals(
                "POST /a%20b?c=d%2Fe HTTP/1.1\r\nHost: " + server.uri().getRawAuthority()
                        + "\r\nX-One: 1\r\nContent-Length: 4\r\n\r\nbody",
                server.requests().getFirst());
    }

    @Test
    void aConnectionServesTheNextCall() throws Exception {
        server.then(OK).then(OK);

        get();
        get();

        assertEquals(server.callers().get(0), server.callers().get(1));
    }

    @Test
    void aConnectionThatThePeerGivesUpServesNoMore() throws Exception {
        server.then("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
                .then(OK);

        get();
        get();

        assertNotEquals(server.callers().get(0), server.callers().get(1));
    }

    @Test
    void aConnectionThatThePeerClosedWhileItRestedIsNotUsed() throws Exception {
        server.thenClosing(OK).then(OK);
        get();
        // Longer than a connection is trusted unseen.
        Thread.sleep(100);

        assertEquals("ok", text(get()));
    }

    @Test
    void aConnectionWithBytesThatBelongToNoAnswerServesNoMore() throws Exception {
        server.then(OK + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged").then(OK);
        get();

        assertEquals("ok", text(get()));
        assertNotEquals(server.callers().get(0), server.callers().get(1));
    }

    @Test
    void nothingWasSentWhereNobodyListens() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        var failure = assertThrows(
                NotSentException.class,
                () -> transport.send(HttpCall.of("GET", URI.create("http://127.0.0.1:" + port + "/"))));

        assertTrue(failure.toString().contains("no connection to 127.0.0.1 port " + port), failure::toString);
    }

    @Test
    void silenceIsNoAnswerWithinTheTime() {
        server.then("");
        long begun = System.nanoTime();

        assertThrows(
                NoAnswerException.class,
                () -> transport.send(HttpCall.of("GET", uri("/")), Duration.ofMillis(200), LONGEST));

        var took = Duration.ofNanos(System.nanoTime() - begun);
        assertTrue(took.compareTo(Duration.ofMillis(190)) > 0 && took.compareTo(WITHIN) < 0, took::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok",
                ""
            })
    void anAnswerThatBreaksOffIsNoAnswer(String answer) {
        server.thenClosing(answer);

        assertThrows(NoAnswerException.class, this::get);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX-A: 1\r\n folded\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 999 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 101 Switching\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/2 200\r\nContent-Length: 2\r\n\r\nok",
                "SSH-2.0-OpenSSH\r\n\r\n"
            })
    void anAnswerThatIsDoubtfulIsNoAnswer(String answer) {
        server.thenClosing(answer);

        assertThrows(NoAnswerException.class, this::get);
    }

    @Test
    void anAnswerOfExactlyTheBoundIsRead() throws Exception {
        server.then(200, "", "x".repeat(LONGEST));

        assertEquals(LONGEST, get().body().length);
    }

    @Test
    void anAnswerLongerThanTheBoundIsNoAnswerHoweverItsLengthIsTold() {
        String body = "x".repeat(LONGEST + 1);
        server.thenClosing("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + body)
                .thenClosing("HTTP/1.1 200 OK\r\n\r\n" + body)
                .thenClosing("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + "x".repeat(100)
                        + "\r\n1\r\nx\r\n0\r\n\r\n");

        for (int i = 0; i < 3; i++) {
            var failure = assertThrows(NoAnswerException.class, this::get);
            assertTrue(failure.toString().contains("longer than 100 bytes"), failure::toString);
        }
    }

    @Test
    void aHeadWithoutEndIsNoAnswer() {
        server.then("HTTP/1.1 200 OK\r\nX-Long: " + "x".repeat(40_000));

        var failure = assertThrows(NoAnswerException.class, this::get);
        assertTrue(failure.toString().contains("head"), failure::toString);
    }

    @Test
    void chunksWithExtensionsAndTrailersAreRead() throws Exception {
        server.then("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n1;a=b\r\no\r\n01\r\nk\r\n0\r\nX-T: 1\r\n\r\n")
                .then(OK);

        assertEquals("ok", text(get()));
        get();
        assertEquals(server.callers().get(0), server.callers().get(1));
    }

    @Test
    void anAnswerWithoutALengthIsReadToItsEnd() throws Exception {
        server.thenClosing("HTTP/1.1 200 OK\r\n\r\nok");

        assertEquals("ok", text(get()));
    }

    @Test
    void interimAnswersAreSkipped() throws Exception {
        server.then("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK);

        assertEquals(200, get().status());
    }

    @Test
    void answersWithoutABodyNeedNoLength() throws Exception {
        server.then("HTTP/1.1 204 No Content\r\n\r\n").then(OK);

        assertEquals(0, get().body().length);
        assertEquals("ok", text(get()));
    }

    @Test
    void aRedirectIsAnAnswerAndIsNotFollowed() throws Exception {
        server.then(307, "Location: " + server.uri() + "/elsewhere\r\n", "");

        assertEquals(307, get().status());
        assertEquals(1, server.requests().size());
    }

    @Test
    void aRequestIsNeverSentTwice() {
        server.thenClosing("").then(OK);

        assertThrows(NoAnswerException.class, this::get);

        assertEquals(1, server.requests().size());
    }

    @Test
    void aHeaderThatIsNotAsciiIsPassedOverAndTheOthersAreRead() throws Exception {
        server.then("HTTP/1.1 200 OK\r\nServer: Zürich\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nok");

        var reply = get();

        assertEquals(Optional.of("1"), reply.header("x-one"));
        assertEquals(Optional.empty(), reply.header("server"));
    }

    @Test
    void callsCanBeMadeFromAnAddressOfOnesOwn() throws Exception {
        server.then(OK);
        var from = InetAddress.getByAddress(new byte[] {127, 0, 0, 3});
        try (var bound = new HttpTransport(HttpTransport.Options.within(WITHIN).from(Optional.of(from)))) {
            bound.send(HttpCall.of("GET", uri("/")));
        }

        assertEquals(from, server.callers().getFirst().getAddress());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Forged: 1", "a\nb", "Zürich", "a\0"})
    void aHeaderThatCouldChangeTheMessageIsRefused(String value) {
        assertThrows(IllegalArgumentException.class, () -> new HttpHeader("X-One", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://a/", "http:///a", "http://user:secret@a/", "a"})
    void anAddressThatIsNotPlainHttpIsRefused(String address) {
        assertThrows(IllegalArgumentException.class, () -> HttpCall.of("GET", URI.create(address)));
    }

    @Test
    void aBodyLongerThanTheBoundIsRefused() {
        var call = HttpCall.of("PUT", uri("/"));

        assertThrows(IllegalArgumentException.class, () -> call.body(new byte[HttpCall.MAX_BODY_BYTES + 1]));
    }

    @Test
    void neitherCallNorReplyNorFailurePrintsWhatMayBeSecret() throws Exception {
        server.then(200, "X-Secret: hush\r\n", "hush");
        var call = HttpCall.of("POST", uri("/p?q=hush"))
                .header("Authorization", "Bearer hush")
                .body(bytes("hush"));

        var reply = transport.send(call);
        server.thenClosing("hush");
        var failure = assertThrows(NoAnswerException.class, () -> transport.send(call));

        for (var text : new String[] {
            call.toString(),
            reply.toString(),
            call.headers().toString(),
            failure.toString(),
            reply.headers().toString()
        }) {
            assertFalse(text.contains("hush"), text);
        }
    }

    private HttpReply get() throws NotSentException, NoAnswerException {
        return transport.send(HttpCall.of("GET", uri("/")));
    }

    private URI uri(String path) {
        return URI.create(server.uri() + path);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(HttpReply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }
}
