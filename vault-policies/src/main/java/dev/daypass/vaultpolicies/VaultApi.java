package dev.daypass.vaultpolicies;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The few calls of Vault's HTTP API that applying needs. Thread-safe. */
final class VaultApi {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Writing a connection makes Vault connect to the database, which may take as long as that is willing to wait. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    /** Writes below this carry the administrator's password; an error there may quote the connection string. */
    private static final String SECRET_PATHS = "database/config/";

    private final ObjectMapper json = new ObjectMapper();
    private final URI address;
    private final Supplier<Secret> token;
    private final HttpClient http;

    VaultApi(VaultApply.Options options, Supplier<Secret> token) {
        this.address = options.address();
        this.token = token;
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                // A redirect would take the token along.
                .followRedirects(HttpClient.Redirect.NEVER);
        options.caPem().ifPresent(pem -> builder.sslContext(trusting(pem)));
        this.http = builder.build();
    }

    JsonNode get(String path) {
        return send("GET", path, Optional.empty()).orElseThrow();
    }

    /** As {@link #get}; empty where there is nothing (Vault says 404). */
    Optional<JsonNode> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (VaultRequestException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void write(String path, JsonNode body) {
        var _ = send("POST", path, Optional.of(body));
    }

    /** For writes that answer with something. */
    JsonNode ask(String path, JsonNode body) {
        return send("POST", path, Optional.of(body)).orElseThrow();
    }

    /** The keys under a path; empty where there is nothing (Vault says 404). */
    JsonNode list(String path) {
        return send("LIST", path, Optional.empty())
                .map(answer -> answer.path("data").path("keys"))
                .orElse(MissingNode.getInstance());
    }

    void delete(String path) {
        var _ = send("DELETE", path, Optional.empty());
    }

    private Optional<JsonNode> send(String method, String path, Optional<JsonNode> body) {
        var request = HttpRequest.newBuilder(address.resolve("/v1/" + path))
                .timeout(REQUEST_TIMEOUT)
                .header("X-Vault-Token", token.get().reveal())
                .header("X-Vault-Request", "true")
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.map(b -> HttpRequest.BodyPublishers.ofString(b.toString()))
                                .orElseGet(HttpRequest.BodyPublishers::noBody))
                .build();
        HttpResponse<String> response;
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new VaultRequestException(
                    method,
                    path,
                    0,
                    "no answer from " + address + " (" + e.getClass().getSimpleName()
                            + "); check the address, the CA and that the server runs");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VaultRequestException(method, path, 0, "interrupted");
        }
        int status = response.statusCode();
        if (status == 404 && method.equals("LIST")) {
            return Optional.empty();
        }
        if (status < 200 || status > 299) {
            throw new VaultRequestException(method, path, status, advice(path, status, response.body()));
        }
        return Optional.of(parse(method, path, response.body()));
    }

    private JsonNode parse(String method, String path, String body) {
        if (body.isEmpty()) {
            return MissingNode.getInstance();
        }
        try {
            return json.readTree(body);
        } catch (JsonProcessingException e) {
            throw new VaultRequestException(method, path, 0, "the answer is not JSON; is this address Vault's?");
        }
    }

    private String advice(String path, int status, String body) {
        return switch (status) {
            case 403 ->
                "the token may not do this, or has expired; daypass-administrator.hcl lists what applying needs,"
                        + " daypass-planner.hcl what planning needs";
            case 404 -> "there is no such path; is the address a Vault, and the mount there?";
            case 429, 473 -> "this node is a standby; use the address of the active one";
            case 503 -> "the server is sealed or not ready; unseal it and apply again";
            default ->
                path.startsWith(SECRET_PATHS)
                        ? "Vault cannot use this connection; check the database's host, port, TLS, administrator and"
                                + " password file, and Vault's own log"
                        : errors(body);
        };
    }

    private String errors(String body) {
        try {
            return json.readTree(body).path("errors").toString();
        } catch (JsonProcessingException e) {
            return "no reason given";
        }
    }

    private static SSLContext trusting(String pem) {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            var certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            for (var certificate : certificates) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw new IllegalArgumentException("the CA holds no certificate; expected PEM");
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the CA cannot be used; expected certificates in PEM", e);
        }
    }
}
