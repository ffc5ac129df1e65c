package dev.daypass.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.acceptance.attempts.AttemptRunner.Login;
import dev.daypass.deployer.mariadb.MariaDbGrantedDatabase;
import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import dev.daypass.grants.OwnerStatements;
import dev.daypass.session.SessionId;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.CardPaymentSchema;
import dev.daypass.testbed.DevIdp;
import dev.daypass.testbed.MariaDbPeer;
import dev.daypass.testbed.OpenBaoPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import dev.daypass.testbed.TokenRequest;
import dev.daypass.vaultpolicies.Secret;
import dev.daypass.vaultpolicies.VaultApply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The card-payment shop in MariaDB, with more tables and a grant of every kind of mask ({@code attempts/mariadb-documents}). The
 * grant is applied by the deployer's login, and an OpenBao makes the session users.
 */
final class MaskedMariaDbShop implements AutoCloseable {
    static final String GRANT = "support-desk";
    static final String GROUP = "dpg_support_desk";

    /** As the broker's functions; agents come from elsewhere. */
    private static final String BROKER = "127.0.0.2";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Reaper reaper;
    private final DevIdp idp;
    private final MariaDbPeer server;
    private final OpenBaoPeer vault;
    private final HttpClient http;
    private final String adminToken;

    /** A session user that Vault made. */
    record Made(Login login, String lease) {}

    private MaskedMariaDbShop(Reaper reaper) throws IOException, InterruptedException, SQLException {
        this.reaper = reaper;
        var cache = Cache.ofUser(System.getenv());
        idp = DevIdp.start(Clock.systemUTC());
        server = MariaDbPeer.start(cache, reaper, Progress.silent());
        vault = OpenBaoPeer.start(cache, reaper, Progress.silent());
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(InetAddress.ofLiteral(BROKER))
                .build();
        CardPaymentSchema.seed(server);
        var administrator = server.createLogin("vault_admin");
        var deployer = server.createLogin("daypass_deployer");
        var documents = documents();
        var database = Objects.requireNonNull(documents.databases().get("orders"));
        try (var owner = owner();
                var statement = owner.createStatement()) {
            // No word of it into the log: what a scan finds there is to be what sessions made the server say.
            statement.execute("SET GLOBAL server_audit_logging = OFF");
            statement.execute("SET time_zone = '+00:00'");
            for (var sql : more().split(";\n", -1)) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
            statement.execute("SET GLOBAL server_audit_logging = ON");
            for (var sql : OwnerStatements.of(database).database()) {
                statement.execute(sql);
            }
        }
        try (var target = MariaDbGrantedDatabase.open(
                database, new Secret(deployer.password().reveal()))) {
            for (var change : target.changes(documents.grants().values())) {
                target.carryOut(change, (number, of, sql) -> {});
            }
        }
        adminToken = vault.adminToken().reveal();
        new VaultApply(
                        new VaultApply.Options(vault.address(), Optional.empty(), List.of(new Cidr(BROKER + "/32"))),
                        () -> new Secret(adminToken),
                        line -> {})
                .apply(documents, name -> new Secret(administrator.password().reveal()));
    }

    static MaskedMariaDbShop open() throws IOException, InterruptedException, SQLException {
        var reaper = Reaper.open();
        boolean opened = false;
        try {
            var shop = new MaskedMariaDbShop(reaper);
            opened = true;
            return shop;
        } finally {
            if (!opened) {
                reaper.close();
            }
        }
    }

    MariaDbPeer server() {
        return server;
    }

    /** Who may do everything. */
    Connection owner() throws SQLException {
        return server.ownerConnection(CardPaymentSchema.DATABASE);
    }

    /** A session user, made by Vault for an agent's token as the vend does it. */
    Made make() throws IOException, InterruptedException {
        String session = SessionId.create(Instant.now(), new SecureRandom()).text();
        String login = ask(
                        "auth/jwt-dev/login",
                        "",
                        Map.of("role", GRANT + "--1", "jwt", idp.issue(TokenRequest.of("agent-1"))))
                .at("/auth/client_token")
                .asText();
        String token = ask("auth/token/create/" + GRANT, login, Map.of("display_name", session, "ttl", "600s"))
                .at("/auth/client_token")
                .asText();
        var credential = ask("database/creds/" + GRANT, token, Map.of());
        return new Made(
                new Login(
                        credential.at("/data/username").asText(),
                        new Secret(credential.at("/data/password").asText())),
                credential.path("lease_id").asText());
    }

    Login session() throws IOException, InterruptedException {
        return make().login();
    }

    /** The witness's login. */
    Login witness() throws IOException, InterruptedException {
        var credential =
                ask("database/creds/witness-orders", adminToken, Map.of()).path("data");
        return new Login(
                credential.path("username").asText(),
                new Secret(credential.path("password").asText()));
    }

    /** What Vault answers to a revocation that is waited for. */
    int revoke(Made made) throws IOException, InterruptedException {
        return send("sys/leases/revoke", adminToken, Map.of("lease_id", made.lease(), "sync", true))
                .statusCode();
    }

    private JsonNode ask(String path, String token, Map<String, ?> body) throws IOException, InterruptedException {
        var answer = send(path, token, body);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + ": " + answer.statusCode() + " "
                    + JSON.readTree(answer.body()).path("errors"));
        }
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> send(String path, String token, Map<String, ?> body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(vault.address().resolve("/v1/" + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        body.isEmpty() ? "GET" : "POST",
                        body.isEmpty()
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(JSON.writeValueAsString(body)));
        if (!token.isEmpty()) {
            request.header("X-Vault-Token", token);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private Documents documents() throws IOException {
        try {
            return Documents.read(
                    Path.of(Objects.requireNonNull(MaskedMariaDbShop.class.getResource("/attempts/mariadb-documents"))
                            .toURI()),
                    Map.of(
                            "devIssuer", idp.issuer(),
                            "devJwksUri", idp.jwksUri().toString(),
                            "ordersHost", server.host(),
                            "ordersPort", Integer.toString(server.port())));
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static String more() throws IOException {
        try (var resource = MaskedMariaDbShop.class.getResourceAsStream("/attempts/more-card-payments-mariadb.sql")) {
            return new String(Objects.requireNonNull(resource).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        idp.close();
        reaper.close();
    }
}
