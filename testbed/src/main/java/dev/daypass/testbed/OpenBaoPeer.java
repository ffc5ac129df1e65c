package dev.daypass.testbed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An OpenBao server of its own: integrated storage, a static seal, two audit files, and an administrator who logs in with a JWT
 * whose key exists only in this process. It holds nothing else until somebody applies it through the API. Thread-safe.
 */
public final class OpenBaoPeer {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final String ISSUER = "https://administrator.testbed.invalid";
    private static final String AUDIENCE = "openbao-administration";

    private final Reaper reaper;
    private final Path binary;
    private final Path directory;
    private final int port;
    private final ECKey administrator;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private @Nullable ManagedProcess server;

    private OpenBaoPeer(Reaper reaper, Path binary, Path directory, int port, ECKey administrator) {
        this.reaper = reaper;
        this.binary = binary;
        this.directory = directory;
        this.port = port;
        this.administrator = administrator;
    }

    /** A new server, initialised, unsealed and active; stopped and removed by the reaper. */
    public static OpenBaoPeer start(Cache cache, Reaper reaper, Progress progress)
            throws IOException, InterruptedException {
        var binary = OpenBaoBinary.find(cache, progress);
        var peer = new OpenBaoPeer(reaper, binary, reaper.directory("openbao"), Ports.free(), newKey());
        progress.say("starting OpenBao on port " + peer.port);
        peer.configure();
        peer.restart();
        return peer;
    }

    /** For a client on this machine, whichever loopback address it comes from. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The same for as long as this peer lives. */
    public int port() {
        return port;
    }

    /**
     * A new token that may do anything, for one hour.
     *
     * @throws IOException if the server is down, sealed or will not log the administrator in
     */
    public VaultToken adminToken() throws IOException, InterruptedException {
        var login = json.writeValueAsString(Map.of("role", "administrator", "jwt", administratorJwt()));
        var answer = http.send(
                HttpRequest.newBuilder(address().resolve("/v1/auth/jwt-admin/login"))
                        .timeout(Duration.ofSeconds(10))
                        .POST(BodyPublishers.ofString(login))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            // Of a refusal the body is an explanation; of a success it holds the token.
            throw new IOException(
                    "the administrator's login was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return new VaultToken(
                json.readTree(answer.body()).path("auth").path("client_token").asText());
    }

    /** The two audit files; each holds the same events, a JSON object a line. */
    public List<Path> auditFiles() {
        return List.of(directory.resolve("audit-1.jsonl"), directory.resolve("audit-2.jsonl"));
    }

    /** The server's own log. Leases that end by themselves are only here, in no audit file. */
    public Path log() {
        return directory.resolve("server.log");
    }

    /** Seals it: it answers 503 to everything, until {@link #stop()} and {@link #restart()} unseal it. */
    public void seal() throws IOException, InterruptedException {
        var answer = http.send(
                HttpRequest.newBuilder(address().resolve("/v1/sys/seal"))
                        .timeout(Duration.ofSeconds(10))
                        .header("X-Vault-Token", adminToken().reveal())
                        .PUT(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 204) {
            throw new IOException("sealing was answered with " + answer.statusCode() + ": " + answer.body());
        }
    }

    /** Stops, keeping the data; {@link #restart()} brings it back. */
    public synchronized void stop() {
        if (server != null) {
            server.stop();
            server = null;
        }
    }

    /** Stops as in a crash, keeping what was committed. */
    public synchronized void kill() {
        if (server != null) {
            server.kill();
            server = null;
        }
    }

    /** Starts again after {@link #stop()}, on the same port with the same data, and returns when it is unsealed and active. */
    public synchronized void restart() throws IOException, InterruptedException {
        if (server != null) {
            return;
        }
        var started = reaper.start(
                "openbao",
                List.of(binary.toString(), "server", "-config=" + directory.resolve("openbao.hcl")),
                Map.of("PATH", "/usr/bin:/bin", "HOME", directory.toString()),
                directory,
                log());
        server = started;
        long end = System.nanoTime() + START_LIMIT.toNanos();
        // It does not listen at all before it has initialised itself.
        while (!isActive()) {
            if (!started.isAlive() || System.nanoTime() > end) {
                stop();
                throw new IOException("OpenBao does not start on port " + port + ". It said: " + started.lastWords());
            }
            Thread.sleep(20);
        }
    }

    /** All that it writes. */
    Path directory() {
        return directory;
    }

    private boolean isActive() throws IOException, InterruptedException {
        try {
            var answer = http.send(
                    HttpRequest.newBuilder(address().resolve("/v1/sys/health"))
                            .timeout(Duration.ofSeconds(2))
                            .build(),
                    BodyHandlers.discarding());
            return answer.statusCode() == 200;
        } catch (ConnectException | HttpTimeoutException e) {
            return false;
        }
    }

    private void configure() throws IOException {
        Files.createDirectory(directory.resolve("data"));
        var unsealKey = new byte[32];
        new SecureRandom().nextBytes(unsealKey);
        Files.write(Directories.writePrivate(directory.resolve("unseal.key"), ""), unsealKey);
        Files.writeString(directory.resolve("administrator.pub"), pem(administrator));
        String template;
        try (var resource = OpenBaoPeer.class.getResourceAsStream("openbao.hcl")) {
            if (resource == null) {
                throw new IOException("openbao.hcl is missing from the class path");
            }
            template = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
        Directories.writePrivate(
                directory.resolve("openbao.hcl"),
                template.replace("${port}", Integer.toString(port))
                        .replace("${clusterPort}", Integer.toString(Ports.free()))
                        .replace("${directory}", directory.toString())
                        .replace("${issuer}", ISSUER)
                        .replace("${audience}", AUDIENCE));
    }

    private String administratorJwt() {
        var now = Instant.now();
        var jwt = new SignedJWT(
                new JWSHeader(JWSAlgorithm.ES256),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(AUDIENCE)
                        .subject("administrator")
                        .issueTime(Date.from(now))
                        .notBeforeTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(60)))
                        .build());
        try {
            jwt.sign(new ECDSASigner(administrator));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return jwt.serialize();
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(ECKey key) {
        try {
            return "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(key.toECPublicKey().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n";
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
