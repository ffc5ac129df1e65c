package dev.daypass.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daypass.acceptance.attempts.AttemptRunner.Login;
import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import dev.daypass.grants.OwnerStatements;
import dev.daypass.session.SessionId;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.CardPaymentSchema;
import dev.daypass.testbed.DevIdp;
import dev.daypass.testbed.OpenBaoPeer;
import dev.daypass.testbed.PostgresPeer;
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
 * The card-payment shop with more tables and a grant of every kind of mask ({@code attempts/documents}), in a PostgreSQL of any
 * version, with an OpenBao that makes the session users. The grant is applied by the deployer's login, which is no superuser.
 */
final class MaskedShop implements AutoCloseable {
    static final String GRANT = "support-desk";
    static final String GROUP = "dpg_support_desk";
    static final String VIEW_OWNER = "dpv_support_desk";

    /** As the broker's functions; agents come from elsewhere. */
    private static final String BROKER = "127.0.0.2";

    private final Reaper reaper;
    private final DevIdp idp;
    private final PostgresPeer postgres;
    private final OpenBaoPeer vault;
    private final HttpClient http;

    private MaskedShop(Reaper reaper, Optional<Path> archive) throws IOException, InterruptedException, SQLException {
        this.reaper = reaper;
        var cache = Cache.ofUser(System.getenv());
        idp = DevIdp.start(Clock.systemUTC());
        postgres = archive.isPresent()
                ? PostgresPeer.start(cache, reaper, Progress.silent(), archive.get())
                : PostgresPeer.start(cache, reaper, Progress.silent());
        vault = OpenBaoPeer.start(cache, reaper, Progress.silent());
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(InetAddress.ofLiteral(BROKER))
                .build();
        CardPaymentSchema.seed(postgres);
        var documents = documents();
        var database = OwnerStatements.of(documents.databases().firstEntry().getValue());
        try (var owner = owner()) {
            // No word of it into the log: what a scan finds there is to be what sessions made the server say.
            run(
                    owner,
                    List.of("SET log_statement = 'none'", "SET ROLE " + CardPaymentSchema.OWNER, more(), "RESET ROLE"));
            run(owner, database.database());
            run(owner, List.of("GRANT " + CardPaymentSchema.OWNER + " TO daypass_deployer"));
            // What a plan's effective privileges ask the owner for: without it every login may look into other
            // databases.
            run(
                    owner,
                    List.of(
                            "REVOKE CONNECT ON DATABASE postgres FROM PUBLIC",
                            "REVOKE CONNECT ON DATABASE template1 FROM PUBLIC"));
            owner.setAutoCommit(false);
            for (var grant : documents.grants().values()) {
                run(owner, database.grant(grant));
                owner.commit();
            }
        }
        var administrator = postgres.login("vault_admin");
        new VaultApply(
                        new VaultApply.Options(vault.address(), Optional.empty(), List.of(new Cidr(BROKER + "/32"))),
                        this::vaultToken,
                        line -> {})
                .apply(documents, name -> new Secret(administrator.password().reveal()));
    }

    /** @param archive of another version's binaries; 18 if there is none */
    static MaskedShop open(Optional<Path> archive) throws IOException, InterruptedException, SQLException {
        var reaper = Reaper.open();
        boolean opened = false;
        try {
            var shop = new MaskedShop(reaper, archive);
            opened = true;
            return shop;
        } finally {
            if (!opened) {
                reaper.close();
            }
        }
    }

    PostgresPeer postgres() {
        return postgres;
    }

    /** The superuser, in the shop's database. */
    Connection owner() throws SQLException {
        return postgres.ownerConnection(CardPaymentSchema.DATABASE);
    }

    /** A session user, made by Vault for an agent's token as the vend does it. */
    Login session() throws IOException, InterruptedException {
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
        var credential = ask("database/creds/" + GRANT, token, Map.of()).path("data");
        return new Login(
                credential.path("username").asText(),
                new Secret(credential.path("password").asText()));
    }

    private JsonNode ask(String path, String token, Map<String, ?> body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(vault.address().resolve("/v1/" + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        body.isEmpty() ? "GET" : "POST",
                        body.isEmpty()
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(Api.JSON.writeValueAsString(body)));
        if (!token.isEmpty()) {
            request.header("X-Vault-Token", token);
        }
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + ": " + answer.statusCode());
        }
        return Api.JSON.readTree(answer.body());
    }

    private Secret vaultToken() {
        try {
            return new Secret(vault.adminToken().reveal());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Documents documents() throws IOException {
        try {
            return Documents.read(
                    Path.of(Objects.requireNonNull(MaskedShop.class.getResource("/attempts/documents"))
                            .toURI()),
                    Map.of(
                            "devIssuer", idp.issuer(),
                            "devJwksUri", idp.jwksUri().toString(),
                            "ordersVersion", Integer.toString(postgres.major()),
                            "ordersHost", postgres.host(),
                            "ordersPort", Integer.toString(postgres.port()),
                            "ordersDatabase", CardPaymentSchema.DATABASE));
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static String more() throws IOException {
        try (var resource = MaskedShop.class.getResourceAsStream("/attempts/more-card-payments.sql")) {
            return new String(Objects.requireNonNull(resource).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void run(Connection connection, List<String> statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() {
        idp.close();
        reaper.close();
    }
}
