package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class OpenBaoPeerIT {
    private static final String POLICY = "{\"policy\":\"path \\\"secret/*\\\" { capabilities = [\\\"read\\\"] }\"}";

    private static Reaper reaper;
    private static OpenBaoPeer bao;

    @BeforeAll
    static void start() throws Exception {
        reaper = Reaper.open();
        bao = OpenBaoPeer.start(Cache.ofUser(System.getenv()), reaper, Progress.to(System.out));
    }

    @AfterAll
    static void stop() {
        reaper.close();
    }

    @AfterEach
    void running() throws Exception {
        bao.restart();
    }

    @Test
    void theAdministratorMayAdminister() throws Exception {
        var token = bao.adminToken();
        assertEquals(
                204, send("PUT", "/v1/sys/policies/acl/test", token, POLICY).statusCode());
        assertEquals(200, send("GET", "/v1/sys/policies/acl/test", token, "").statusCode());
    }

    @Test
    void nobodyElseMay() throws Exception {
        var refused = send("GET", "/v1/sys/policies/acl/administrator", new VaultToken("s.wrong"), "");
        assertEquals(403, refused.statusCode());
    }

    @Test
    void nothingIsSetUpButTheAdministratorsLogin() throws Exception {
        var token = bao.adminToken();
        var logins = send("GET", "/v1/sys/auth", token, "").body();
        assertTrue(logins.contains("\"jwt-admin/\""), logins);
        assertFalse(logins.contains("\"approle/\""), logins);
        assertFalse(send("GET", "/v1/sys/mounts", token, "").body().contains("\"database/\""));
    }

    @Test
    void bothAuditFilesHaveEveryRequestAndNoToken() throws Exception {
        var token = bao.adminToken();
        send("GET", "/v1/sys/policies/acl/a-mark-to-look-for", token, "");
        for (var file : bao.auditFiles()) {
            var audit = Files.readString(file);
            assertTrue(audit.contains("a-mark-to-look-for"), file.toString());
            assertFalse(audit.contains(token.reveal()), file.toString());
        }
    }

    @Test
    void aSealedServerRefusesUntilItIsRestarted() throws Exception {
        var token = bao.adminToken();
        bao.seal();
        assertEquals(
                503,
                send("GET", "/v1/sys/policies/acl/administrator", token, "").statusCode());
        bao.stop();
        bao.restart();
        assertEquals(
                200,
                send("GET", "/v1/sys/policies/acl/administrator", token, "").statusCode());
    }

    @Test
    void dataAndPortOutliveACrash() throws Exception {
        var token = bao.adminToken();
        var address = bao.address();
        send("PUT", "/v1/sys/policies/acl/kept", token, POLICY);
        bao.kill();
        assertThrows(IOException.class, bao::adminToken);
        bao.restart();
        assertEquals(address, bao.address());
        assertEquals(200, send("GET", "/v1/sys/policies/acl/kept", token, "").statusCode());
    }

    @Test
    void itSeesFromWhichLoopbackAddressAClientComes() throws Exception {
        for (var source : List.of("127.0.0.1", "127.0.0.2")) {
            try (var client = HttpClient.newBuilder()
                    .localAddress(InetAddress.getByName(source))
                    .build()) {
                var path = "/v1/sys/policies/acl/from-" + source;
                client.send(
                        HttpRequest.newBuilder(bao.address().resolve(path))
                                .header("X-Vault-Token", bao.adminToken().reveal())
                                .build(),
                        BodyHandlers.discarding());
                assertTrue(Files.readAllLines(bao.auditFiles().getFirst()).stream()
                        .anyMatch(line -> line.contains("acl/from-" + source)
                                && line.contains("\"remote_address\":\"" + source + "\"")));
            }
        }
    }

    @Test
    void secretsAreInPrivateFilesAndNotInTheArguments() throws Exception {
        for (var name : List.of("unseal.key", "openbao.hcl", "audit-1.jsonl", "audit-2.jsonl", "server.log")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(bao.directory().resolve(name))),
                    name);
        }
        assertEquals("VaultToken(redacted)", bao.adminToken().toString());
    }

    @Test
    void nothingIsLeftOfAServerWhoseReaperIsClosed() throws Exception {
        Path directory;
        OpenBaoPeer peer;
        try (var own = Reaper.open()) {
            peer = OpenBaoPeer.start(Cache.ofUser(System.getenv()), own, Progress.silent());
            directory = peer.directory();
        }
        assertTrue(Files.notExists(directory));
        assertThrows(IOException.class, peer::adminToken);
    }

    private static HttpResponse<String> send(String method, String path, VaultToken token, String body)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(bao.address().resolve(path))
                            .header("X-Vault-Token", token.reveal())
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        }
    }
}
