package dev.daypass.functions.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriverHttpClientTest {
    private ScriptedServer server;
    private HttpTransport transport;
    private DriverHttpClient client;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        var options = HttpTransport.Options.within(Duration.ofSeconds(5));
        transport = new HttpTransport(options);
        client = new DriverHttpClient(transport, options);
    }

    @AfterEach
    void stop() throws IOException {
        transport.close();
        server.close();
    }

    @Test
    void aRequestAndItsAnswerPassThrough() throws Exception {
        server.then(201, "X-Two: 2\r\nX-Two: 3\r\n", "Zürich");

        var answer = client.send(
                HttpRequest.newBuilder(uri())
                        .header("X-One", "1")
                        .POST(BodyPublishers.ofString("Körper"))
                        .build(),
                BodyHandlers.ofString());

        assertEquals(201, answer.statusCode());
        assertEquals("Zürich", answer.body());
        assertEquals(List.of("2", "3"), answer.headers().allValues("x-two"));
        assertTrue(server.requests().getFirst().startsWith("POST /v1/x HTTP/1.1\r\n"));
        assertTrue(server.requests().getFirst().contains("X-One: 1\r\nContent-Length: 7\r\n\r\n"));
    }

    @Test
    void theRequestsOwnTimeoutCounts() {
        server.then("");
        long begun = System.nanoTime();

        assertThrows(
                NoAnswerException.class,
                () -> client.send(
                        HttpRequest.newBuilder(uri())
                                .timeout(Duration.ofMillis(150))
                                .build(),
                        BodyHandlers.discarding()));

        assertTrue(Duration.ofNanos(System.nanoTime() - begun).compareTo(Duration.ofSeconds(4)) < 0);
    }

    @Test
    void theVaultDriverSpeaksThroughIt() throws Exception {
        server.then(200, "", "{\"data\":{\"k\":\"v\"}}").then(204, "", "");
        var vault = vault();

        assertEquals("v", vault.logical().read("secret/a").getData().get("k"));
        assertEquals(
                204,
                vault.logical()
                        .write("secret/a", Map.of("k", "w"))
                        .getRestResponse()
                        .getStatus());

        assertEquals(
                "GET /v1/secret/a? HTTP/1.1",
                server.requests().get(0).lines().findFirst().orElse(""));
        assertEquals("{\"k\":\"w\"}", server.requests().get(1).replaceAll("(?s).*\r\n\r\n", ""));
        assertEquals(server.callers().get(0), server.callers().get(1));
    }

    @Test
    void theDriversFailureShowsWhetherAnythingWasSent() throws Exception {
        server.thenClosing("");
        var lost = assertThrows(VaultException.class, () -> vault().logical().read("secret/a"));
        assertFalse(causedBy(lost, ConnectException.class));
        assertTrue(causedBy(lost, NoAnswerException.class));

        server.close();
        var refused = assertThrows(VaultException.class, () -> vault().logical().read("secret/a"));
        assertTrue(causedBy(refused, ConnectException.class));
    }

    @Test
    void anAnswerPrintsNoBody() throws Exception {
        server.then(200, "X-Secret: hush\r\n", "hush");

        var answer = client.send(HttpRequest.newBuilder(uri()).build(), BodyHandlers.ofString());

        assertFalse(answer.toString().contains("hush"));
        assertEquals(Optional.empty(), answer.previousResponse());
    }

    private Vault vault() throws VaultException {
        return Vault.create(new VaultConfig()
                .address(server.uri().toString())
                .engineVersion(1)
                .token("t")
                .sslConfig(new SslConfig())
                .httpClient(client)
                .build());
    }

    private URI uri() {
        return URI.create(server.uri() + "/v1/x");
    }

    private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }
}
