package dev.daypass.deployer.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.daypass.deployer.live.DatabaseOpener;
import dev.daypass.deployer.live.GrantedVault;
import dev.daypass.grant.GrantName;
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
import dev.daypass.vaultpolicies.LiveVault;
import dev.daypass.vaultpolicies.Secret;
import dev.daypass.vaultpolicies.VaultApply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
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

/** A real OpenBao, PostgreSQL and identity provider, and a copy of the demo's documents that a test may edit. */
final class RolloutPeers implements AutoCloseable {
    static final Cidr BROKER = new Cidr("127.0.0.2/32");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DEMO = Path.of("../grants/demo");

    final PostgresPeer postgres;
    final OpenBaoPeer bao;
    final DevIdp idp;

    private final Reaper reaper;
    private final Path folder;
    private final DatabaseLogin administrator;
    private final DatabaseLogin deployer;
    private final HttpClient broker;

    /** One session as the functions make it. */
    record Vended(SessionId session, String lease, String user, String password) {}

    /** Vault's answer to a vend that it refused, and at which step. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String step, int status, String errors) {
            super(step + ": " + status + " " + errors);
        }
    }

    private RolloutPeers(Reaper reaper, Path folder) throws IOException, InterruptedException, SQLException {
        this.reaper = reaper;
        this.folder = folder;
        var cache = Cache.ofUser(System.getenv());
        idp = DevIdp.start(Clock.systemUTC());
        postgres = PostgresPeer.start(cache, reaper, Progress.silent());
        CardPaymentSchema.seed(postgres);
        reset();
        administrator = postgres.prepareForVault(CardPaymentSchema.DATABASE);
        var database =
                Optional.ofNullable(documents().databases().get("orders")).orElseThrow();
        try (var owner = owner();
                var statement = owner.createStatement()) {
            for (var sql : OwnerStatements.of(database).database()) {
                statement.execute(sql);
            }
            statement.execute("GRANT " + CardPaymentSchema.OWNER + " TO " + database.deployer());
            statement.execute("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC");
        }
        deployer = postgres.login(database.deployer());
        bao = OpenBaoPeer.start(cache, reaper, Progress.silent());
        broker = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(InetAddress.ofLiteral("127.0.0.2"))
                .build();
    }

    static RolloutPeers start(Path folder) throws IOException, InterruptedException, SQLException {
        var reaper = Reaper.open();
        try {
            return new RolloutPeers(reaper, folder);
        } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
            reaper.close();
            throw e;
        }
    }

    /** The demo's documents, as they were. */
    void reset() throws IOException {
        try (var files = Files.walk(DEMO)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var to = folder.resolve(DEMO.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.writeString(to, Files.readString(file));
            }
        }
    }

    Path file(GrantName grant) {
        return folder.resolve("grants/" + grant + ".yaml");
    }

    void edit(GrantName grant, String from, String to) throws IOException {
        String text = Files.readString(file(grant));
        if (!text.contains(from)) {
            throw new IllegalArgumentException("not in the document: " + from);
        }
        Files.writeString(file(grant), text.replace(from, to));
    }

    Documents documents() {
        return Documents.read(
                folder,
                Map.of(
                        "devIssuer", idp.issuer(),
                        "devJwksUri", idp.jwksUri().toString(),
                        "ordersHost", postgres.host(),
                        "ordersPort", Integer.toString(postgres.port()),
                        "ordersDatabase", CardPaymentSchema.DATABASE));
    }

    Rollout rollout(RolloutOptions options) {
        var documents = documents();
        return rollout(documents, databases(), vault(documents), options);
    }

    Rollout rollout(Documents documents, DatabaseOpener databases, GrantedVault vault, RolloutOptions options) {
        return new Rollout(documents, Optional.of(databases), Optional.of(vault), options, Clock.systemUTC());
    }

    DatabaseLogins databases() {
        var logins = new DatabaseLogins(Optional.empty());
        logins.add("orders", deployer.user(), new Secret(deployer.password().reveal()));
        return logins;
    }

    OpenVault vault(Documents documents) {
        return new OpenVault(
                new LiveVault(
                        new VaultApply.Options(bao.address(), Optional.empty(), List.of(BROKER)),
                        () -> new Secret(admin())),
                documents,
                database -> Optional.of(new Secret(administrator.password().reveal())));
    }

    String admin() {
        try {
            return bao.adminToken().reveal();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As the functions do it, in four requests. */
    Vended vend(GrantName grant, Map<String, Object> claims)
            throws IOException, InterruptedException, RefusedException {
        var request = TokenRequest.of("agent-1");
        for (var claim : claims.entrySet()) {
            request = request.claim(claim.getKey(), claim.getValue());
        }
        var login = call(
                "login", "POST", "auth/jwt-dev/login", "", Map.of("role", grant + "--1", "jwt", idp.issue(request)));
        var session = SessionId.create(Instant.now(), new SecureRandom());
        var token = call(
                "token",
                "POST",
                "auth/token/create/" + grant,
                login.path("auth").path("client_token").asText(),
                Map.of("display_name", session.text(), "ttl", "300s", "explicit_max_ttl", "600s"));
        var credential = call(
                "creds",
                "GET",
                "database/creds/" + grant,
                token.path("auth").path("client_token").asText(),
                Map.of());
        return new Vended(
                session,
                credential.path("lease_id").asText(),
                credential.path("data").path("username").asText(),
                credential.path("data").path("password").asText());
    }

    /** With a token that may do anything. */
    JsonNode administer(String method, String path, Map<String, Object> body)
            throws IOException, InterruptedException, RefusedException {
        return call(path, method, path, admin(), body);
    }

    private JsonNode call(String step, String method, String path, String token, Map<String, Object> body)
            throws IOException, InterruptedException, RefusedException {
        var request = HttpRequest.newBuilder(bao.address().resolve("/v1/" + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
        if (!token.isEmpty()) {
            request.header("X-Vault-Token", token);
        }
        var response = broker.send(request.build(), HttpResponse.BodyHandlers.ofString());
        JsonNode answer = response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body());
        if (response.statusCode() > 299) {
            throw new RefusedException(
                    step, response.statusCode(), answer.path("errors").toString());
        }
        return answer;
    }

    Connection connect(Vended vended) throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(CardPaymentSchema.DATABASE), vended.user(), vended.password());
    }

    Connection owner() throws SQLException {
        return postgres.ownerConnection(CardPaymentSchema.DATABASE);
    }

    void asOwner(String sql) throws SQLException {
        try (var connection = owner();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    boolean roleExists(String role) throws SQLException {
        try (var connection = owner();
                var query = connection.prepareStatement("SELECT 1 FROM pg_roles WHERE rolname = ?")) {
            query.setString(1, role);
            return query.executeQuery().next();
        }
    }

    /** The session users in the catalog that no lease of Vault's knows. */
    List<String> orphans() throws Exception {
        var users = new java.util.ArrayList<String>();
        try (var connection = owner();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT rolname FROM pg_roles WHERE rolname LIKE 'dp\\_0%'")) {
            while (rows.next()) {
                users.add(rows.getString(1));
            }
        }
        return users;
    }

    @Override
    public void close() {
        idp.close();
        reaper.close();
    }
}
