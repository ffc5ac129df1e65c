package dev.daypass.vaultpolicies;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import dev.daypass.grants.OwnerStatements;
import dev.daypass.session.SessionId;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.CardPaymentSchema;
import dev.daypass.testbed.DatabaseLogin;
import dev.daypass.testbed.DevIdp;
import dev.daypass.testbed.OpenBaoPeer;
import dev.daypass.testbed.PostgresPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import dev.daypass.testbed.TokenRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real OpenBao, PostgreSQL and identity provider, with the demo's documents applied. */
final class Peers implements AutoCloseable {
    static final List<Cidr> BROKER = List.of(new Cidr("127.0.0.2/32"));
    static final String READ_GRANT = "orders-support-read";

    private static final ObjectMapper JSON = new ObjectMapper();

    final PostgresPeer postgres;
    final OpenBaoPeer bao;
    final DevIdp idp;
    final Documents documents;

    private final Reaper reaper;
    private final DatabaseLogin administrator;
    private final Map<From, HttpClient> clients;

    /** Where a request comes from. */
    enum From {
        /** The address that the broker's functions use. */
        BROKER("127.0.0.2"),
        /** Any other: an agent's. */
        ELSEWHERE("127.0.0.1");

        private final String address;

        From(String address) {
            this.address = address;
        }
    }

    record Answer(int status, JsonNode body) {
        String errors() {
            return body.path("errors").toString();
        }

        String token() {
            return body.path("auth").path("client_token").asText();
        }
    }

    /** One session as the functions make it. */
    record Vended(SessionId session, String token, String accessor, String lease, String user, String password) {}

    private Peers(Reaper reaper) throws IOException, InterruptedException, SQLException {
        this.reaper = reaper;
        var cache = Cache.ofUser(System.getenv());
        idp = DevIdp.start(Clock.systemUTC());
        postgres = PostgresPeer.start(cache, reaper, Progress.silent());
        CardPaymentSchema.seed(postgres);
        documents = documents(Path.of("../grants/demo"));
        var database = documents.databases().values().iterator().next();
        var statements = OwnerStatements.of(database);
        inOneTransaction(postgres.owner(), statements.database());
        inOneTransaction(postgres.owner(), List.of("GRANT " + CardPaymentSchema.OWNER + " TO " + database.deployer()));
        administrator = postgres.login(database.administrator());
        var deployer = postgres.login(database.deployer());
        for (var grant : documents.grantsOf(database)) {
            inOneTransaction(deployer, statements.grant(grant));
        }
        bao = OpenBaoPeer.start(cache, reaper, Progress.silent());
        clients = Map.of(From.BROKER, client(From.BROKER), From.ELSEWHERE, client(From.ELSEWHERE));
    }

    static Peers start() throws IOException, InterruptedException, SQLException {
        var reaper = Reaper.open();
        try {
            return new Peers(reaper);
        } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
            reaper.close();
            throw e;
        }
    }

    Documents documents(Path folder) {
        return Documents.read(
                folder,
                Map.of(
                        "devIssuer", idp.issuer(),
                        "devJwksUri", idp.jwksUri().toString(),
                        "ordersHost", postgres.host(),
                        "ordersPort", Integer.toString(postgres.port()),
                        "ordersDatabase", CardPaymentSchema.DATABASE));
    }

    VaultApply.BrokerLogin apply(Documents some, String token) {
        return apply(some, token, new Secret(administrator.password().reveal()));
    }

    VaultApply.BrokerLogin apply(Documents some, String token, Secret password) {
        return new VaultApply(
                        new VaultApply.Options(bao.address(), Optional.empty(), BROKER),
                        () -> new Secret(token),
                        line -> {})
                .apply(some, database -> password);
    }

    String admin() throws IOException, InterruptedException {
        return bao.adminToken().reveal();
    }

    Answer call(From from, String method, String path, String token, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(bao.address().resolve("/v1/" + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("X-Vault-Token", token);
        }
        var client = Optional.ofNullable(clients.get(from)).orElseThrow();
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body()));
    }

    Answer login(From from, String role, String jwt) throws IOException, InterruptedException {
        return call(from, "POST", "auth/jwt-dev/login", "", JSON.writeValueAsString(Map.of("role", role, "jwt", jwt)));
    }

    /** The token of a login with a good agent's token, for the first way of being entitled to the reading grant. */
    String loginToken() throws IOException, InterruptedException {
        return loginToken(READ_GRANT);
    }

    private String loginToken(String grant) throws IOException, InterruptedException {
        var answer = login(From.BROKER, grant + "--1", idp.issue(TokenRequest.of("agent-1")));
        assertEquals(200, answer.status(), answer.errors());
        return answer.token();
    }

    Answer createSessionToken(String loginToken, SessionId session, Duration ttl, Duration window)
            throws IOException, InterruptedException {
        return createSessionToken(READ_GRANT, loginToken, session, ttl, window);
    }

    private Answer createSessionToken(String grant, String loginToken, SessionId session, Duration ttl, Duration window)
            throws IOException, InterruptedException {
        return call(
                From.BROKER,
                "POST",
                "auth/token/create/" + grant,
                loginToken,
                JSON.writeValueAsString(Map.of(
                        "display_name",
                        session.text(),
                        "meta",
                        Map.of("session", session.text()),
                        "ttl",
                        ttl.toSeconds() + "s",
                        "explicit_max_ttl",
                        window.toSeconds() + "s")));
    }

    Vended vend(String grant, Duration ttl, Duration window) throws IOException, InterruptedException {
        var session = SessionId.create(Instant.now(), new SecureRandom());
        var token = createSessionToken(grant, loginToken(grant), session, ttl, window);
        assertEquals(200, token.status(), token.errors());
        var credential = call(From.BROKER, "GET", "database/creds/" + grant, token.token(), "");
        assertEquals(200, credential.status(), credential.errors());
        return new Vended(
                session,
                token.token(),
                token.body().path("auth").path("accessor").asText(),
                credential.body().path("lease_id").asText(),
                credential.body().path("data").path("username").asText(),
                credential.body().path("data").path("password").asText());
    }

    Vended vend() throws IOException, InterruptedException {
        return vend(READ_GRANT, Duration.ofMinutes(5), Duration.ofHours(1));
    }

    String brokerToken() throws IOException, InterruptedException {
        var login = apply(documents, admin());
        var answer = brokerLogin(From.BROKER, login);
        assertEquals(200, answer.status(), answer.errors());
        return answer.token();
    }

    Answer brokerLogin(From from, VaultApply.BrokerLogin login) throws IOException, InterruptedException {
        return call(
                from,
                "POST",
                "auth/approle/login",
                "",
                JSON.writeValueAsString(Map.of(
                        "role_id", login.roleId(), "secret_id", login.secretId().reveal())));
    }

    Connection connect(String user, String password) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(CardPaymentSchema.DATABASE), user, password);
    }

    Connection connect(Vended vended) throws SQLException {
        return connect(vended.user(), vended.password());
    }

    Connection owner() throws SQLException {
        return postgres.ownerConnection(CardPaymentSchema.DATABASE);
    }

    boolean roleExists(String role) throws SQLException {
        try (var connection = owner();
                var query = connection.prepareStatement("SELECT 1 FROM pg_roles WHERE rolname = ?")) {
            query.setString(1, role);
            return query.executeQuery().next();
        }
    }

    private void inOneTransaction(DatabaseLogin login, List<String> statements) throws SQLException {
        try (var connection = postgres.connect(CardPaymentSchema.DATABASE, login);
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (var sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }

    private static HttpClient client(From from) throws IOException {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .localAddress(InetAddress.ofLiteral(from.address))
                .build();
    }

    @Override
    public void close() {
        idp.close();
        reaper.close();
    }
}
