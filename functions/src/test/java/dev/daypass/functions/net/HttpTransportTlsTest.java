package dev.daypass.functions.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whom the client takes for its peer. The certificates are made by the JDK's keytool for the run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpTransportTlsTest {
    private static final String PASSWORD = "not-a-secret";

    private HttpsServer server;
    private String authority;
    private String otherAuthority;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        var keys = keys(directory.resolve("server.p12"), "ip:127.0.0.1");
        authority = pem(keys);
        otherAuthority = pem(keys(directory.resolve("other.p12"), "ip:127.0.0.1"));
        var managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 10);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    void stop() {
        server.stop(0);
    }

    @Test
    void aPeerWithACertificateOfTheTrustedAuthorityIsSpokenToMoreThanOnce() throws Exception {
        try (var transport = trusting(Optional.of(authority))) {
            assertEquals(204, transport.send(to("127.0.0.1")).status());
            // Longer than a connection is used unseen: the look at a resting TLS connection does it no harm.
            Thread.sleep(100);
            assertEquals(204, transport.send(to("127.0.0.1")).status());
        }
    }

    @Test
    void severalAuthoritiesCanBeTrusted() throws Exception {
        try (var transport = trusting(Optional.of(otherAuthority + authority))) {
            assertEquals(204, transport.send(to("127.0.0.1")).status());
        }
    }

    @Test
    void nothingIsSentToAPeerWithACertificateOfAnotherAuthority() {
        try (var transport = trusting(Optional.of(otherAuthority))) {
            var failure = assertThrows(NotSentException.class, () -> transport.send(to("127.0.0.1")));

            assertTrue(failure.toString().contains("SSLHandshakeException"), failure::toString);
        }
    }

    @Test
    void nothingIsSentToAPeerThatTheJdkDoesNotKnow() {
        try (var transport = trusting(Optional.empty())) {
            assertThrows(NotSentException.class, () -> transport.send(to("127.0.0.1")));
        }
    }

    @Test
    void nothingIsSentToAPeerWhoseCertificateIsForAnotherHost() {
        try (var transport = trusting(Optional.of(authority))) {
            assertThrows(NotSentException.class, () -> transport.send(to("localhost")));
        }
    }

    @Test
    void nothingIsSentWhereTheTrustedAuthorityIsNotPem() {
        try (var transport = trusting(Optional.of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))) {
            assertThrows(NotSentException.class, () -> transport.send(to("127.0.0.1")));
        }
    }

    private static HttpTransport trusting(Optional<String> pem) {
        return new HttpTransport(
                HttpTransport.Options.within(Duration.ofSeconds(5)).trusting(pem));
    }

    private HttpCall to(String host) {
        return HttpCall.of(
                "GET", URI.create("https://" + host + ":" + server.getAddress().getPort() + "/"));
    }

    private static KeyStore keys(Path file, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=server"));
        command.addAll(List.of("-ext", "san=" + name, "-ext", "bc=ca:true", "-validity", "2"));
        command.addAll(List.of("-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        var made = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, made.waitFor(), said);
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static String pem(KeyStore keys) throws GeneralSecurityException {
        var certificate = keys.getCertificate("server");
        if (certificate == null) {
            throw new CertificateEncodingException("keytool made no certificate");
        }
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
