package dev.daypass.testbed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.daypass.testbed.TokenRequest.Signing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An identity provider for development: real ES256 tokens and a real JWKS over HTTP on loopback. It gives a token for any
 * client to anybody who asks, so it is of no use for anything else. Thread-safe.
 */
public final class DevIdp implements AutoCloseable {
    /** What its tokens are for, unless a request says otherwise. */
    public static final String AUDIENCE = "daypass";

    /** Stands for "no such claim" and "no such header". */
    public static final Object ABSENT = new Object();

    private static final Duration TOKEN_LIFE = Duration.ofMinutes(5);
    private static final int LONGEST_FORM = 4096;

    private final Clock clock;
    private final int port;
    private final ObjectMapper json = new ObjectMapper();
    private final AtomicInteger keyFetches = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile ECKey key = newKey();
    private @Nullable HttpServer server;

    private DevIdp(Clock clock, int port) {
        this.clock = clock;
        this.port = port;
    }

    /** On a free port. */
    public static DevIdp start(Clock clock) throws IOException {
        var idp = new DevIdp(clock, Ports.free());
        idp.restart();
        return idp;
    }

    /** Its tokens' {@code iss}, and where its discovery document is looked for. */
    public String issuer() {
        return "http://127.0.0.1:" + port;
    }

    /** Where its keys are. */
    public URI jwksUri() {
        return URI.create(issuer() + "/jwks");
    }

    /** Where a person with curl gets a token: {@code client_id} in the form becomes its subject. */
    public URI tokenUri() {
        return URI.create(issuer() + "/token");
    }

    /** How often the keys have been fetched. */
    public int keyFetches() {
        return keyFetches.get();
    }

    /** A token with the claims that a good one has, changed as the request says. */
    public String issue(TokenRequest request) {
        var signing = request.signing().orElseGet(this::ownSigning);
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", signing.algorithm().getName());
        header.put("typ", "at+jwt");
        header.put("kid", key.getKeyID());
        long now = clock.instant().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer());
        claims.put("aud", AUDIENCE);
        claims.put("sub", request.subject());
        claims.put("owner", "team-support");
        claims.put("team", "support");
        claims.put("iat", now);
        claims.put("nbf", now);
        claims.put("exp", now + TOKEN_LIFE.toSeconds());
        claims.put("jti", UUID.randomUUID().toString());
        change(header, request.header());
        change(claims, request.claims());
        var signed = encoded(header) + "." + encoded(claims);
        return signed + "." + signature(signing, signed);
    }

    /** As {@link #issue}, for this subject with these changes to its claims. */
    public String token(String subject, Map<String, ?> claims) {
        return token(subject, claims, Map.of());
    }

    /** As {@link #issue}, for this subject with these changes to its claims and its header. */
    public String token(String subject, Map<String, ?> claims, Map<String, ?> header) {
        return issue(new TokenRequest(subject, Map.copyOf(claims), Map.copyOf(header), Optional.empty()));
    }

    /** From now on signs with a new key and publishes only that. */
    public void rotateKey() {
        key = newKey();
    }

    /** Nobody answers on the port any more, until {@link #restart()}. */
    public synchronized void stop() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    /** Answers again, on the same port with the same key. */
    public synchronized void restart() throws IOException {
        if (server == null) {
            var opened = HttpServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
            opened.setExecutor(threads);
            opened.createContext("/", this::serve);
            opened.start();
            server = opened;
        }
    }

    @Override
    public void close() {
        stop();
        threads.close();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
                case "GET /jwks" -> {
                    keyFetches.incrementAndGet();
                    answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
                }
                case "GET /.well-known/openid-configuration" -> answer(exchange, 200, discovery());
                case "POST /token" -> giveToken(exchange);
                default -> answer(exchange, 404, "{\"error\":\"not_found\"}");
            }
        }
    }

    private String discovery() throws JsonProcessingException {
        return json.writeValueAsString(Map.of(
                "issuer", issuer(),
                "jwks_uri", jwksUri().toString(),
                "token_endpoint", tokenUri().toString(),
                "id_token_signing_alg_values_supported", List.of("ES256")));
    }

    /** The answer of RFC 6749 §5.1 and §5.2. The client's own word is taken for who it is: this is for development. */
    private void giveToken(HttpExchange exchange) throws IOException {
        var form = new String(exchange.getRequestBody().readNBytes(LONGEST_FORM), StandardCharsets.UTF_8);
        var client = field(form, "client_id");
        if (client.isEmpty()) {
            answer(
                    exchange,
                    400,
                    "{\"error\":\"invalid_request\",\"error_description\":\"say who you are: client_id=agent:demo\"}");
            return;
        }
        answer(
                exchange,
                200,
                json.writeValueAsString(Map.of(
                        "access_token",
                        issue(TokenRequest.of(client.get())),
                        "token_type",
                        "Bearer",
                        "expires_in",
                        TOKEN_LIFE.toSeconds())));
    }

    private static Optional<String> field(String form, String name) {
        for (String pair : form.split("&", -1)) {
            if (pair.startsWith(name + "=") && pair.length() > name.length() + 1) {
                return Optional.of(URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void change(Map<String, Object> all, Map<String, Object> changes) {
        changes.forEach((name, value) -> {
            if (value == ABSENT) {
                all.remove(name);
            } else {
                all.put(name, value);
            }
        });
    }

    private Base64URL encoded(Map<String, Object> members) {
        try {
            return Base64URL.encode(json.writeValueAsBytes(members));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a claim or header that JSON has no form for", e);
        }
    }

    private Signing ownSigning() {
        try {
            return new Signing(JWSAlgorithm.ES256, Optional.of(new ECDSASigner(key)));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Not through Nimbus's own token class: that refuses to make the bad tokens that tests need. */
    private static String signature(Signing signing, String signed) {
        if (signing.signer().isEmpty()) {
            return "";
        }
        try {
            return signing.signer()
                    .get()
                    .sign(new JWSHeader(signing.algorithm()), signed.getBytes(StandardCharsets.US_ASCII))
                    .toString();
        } catch (JOSEException e) {
            throw new IllegalArgumentException("this signer cannot sign with " + signing.algorithm(), e);
        }
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
