package dev.daypass.deployer.mariadb;

import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.Documents;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.LoginStatements;
import dev.daypass.grants.OwnerStatements;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.CardPaymentSchema;
import dev.daypass.testbed.DatabaseLogin;
import dev.daypass.testbed.MariaDbPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import dev.daypass.vaultpolicies.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A real MariaDB with the card-payment tables, and the set-up of one database document run by its owner. */
final class MariaDbServer implements AutoCloseable {
    static final String DATABASE = """
            name: orders
            engine: mariadb
            host: 127.0.0.1
            port: ${port}
            database: orders
            allowPlaintext: true
            administrator: vault_admin
            deployer: daypass_deployer
            clientHost: 127.0.0.1
            cards:
              columns: [orders.payments.pan]
            """;

    private static final String ISSUER = """
            name: dev
            issuer: http://127.0.0.1:1
            audience: daypass
            types: [at+jwt]
            algorithms: [ES256]
            jwksUri: http://127.0.0.1:1/jwks
            allowPlainHttpJwks: true
            agentClaim: sub
            ownerClaim: owner
            singleUse: true
            maxTokenAge: 10m
            clockSkew: 30s
            """;

    final MariaDbPeer peer;
    final DatabaseLogin administrator;
    final DatabaseLogin deployer;
    private final Reaper reaper;
    private final Path folder;

    private MariaDbServer(Reaper reaper) throws IOException, InterruptedException, SQLException {
        this.reaper = reaper;
        folder = Files.createTempDirectory("daypass-mariadb");
        peer = MariaDbPeer.start(Cache.ofUser(System.getenv()), reaper, Progress.silent());
        CardPaymentSchema.seed(peer);
        administrator = peer.createLogin("vault_admin");
        deployer = peer.createLogin("daypass_deployer");
        for (var sql : OwnerStatements.of(database("")).database()) {
            owner(sql);
        }
    }

    static MariaDbServer start() throws IOException, InterruptedException, SQLException {
        var reaper = Reaper.open();
        try {
            return new MariaDbServer(reaper);
        } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
            reaper.close();
            throw e;
        }
    }

    /** @param more further lines */
    DatabaseDocument database(String more) {
        return Objects.requireNonNull(read(List.of(), more).databases().get("orders"));
    }

    /** @param body the lines that say what may be touched */
    GrantDocument grant(String name, String body) {
        return Objects.requireNonNull(
                read(List.of(Map.entry(name, body)), "").grants().get(name));
    }

    MariaDbGrantedDatabase open() {
        return open(database(""));
    }

    MariaDbGrantedDatabase open(DatabaseDocument document) {
        return MariaDbGrantedDatabase.open(
                document, new Secret(deployer.password().reveal()));
    }

    /** A session user, made by the administrator with the statements that Vault runs. */
    Connection session(GrantDocument grant) throws SQLException {
        var user = new SessionUser(SessionId.create(Instant.now(), new SecureRandom()));
        try (var admin = peer.connect("", administrator);
                var statement = admin.createStatement()) {
            for (var sql : LoginStatements.of(database("")).session(grant)) {
                statement.execute(
                        sql.replace("{{name}}", user.name()).replace("{{password}}", "a-password-of-its-own"));
            }
        }
        return DriverManager.getConnection(
                peer.jdbcUrl(grant.name().groupRole()), user.name(), "a-password-of-its-own");
    }

    void deployer(String sql) throws SQLException {
        try (var connection = peer.connect("", deployer);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void owner(String sql) throws SQLException {
        try (var connection = peer.ownerConnection("mysql");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Documents read(List<Map.Entry<String, String>> grants, String more) {
        try {
            var files = Files.createTempDirectory(folder, "documents");
            for (var name : List.of("databases", "grants", "issuers")) {
                Files.createDirectory(files.resolve(name));
            }
            Files.writeString(files.resolve("databases/orders.yaml"), DATABASE + more);
            Files.writeString(files.resolve("issuers/dev.yaml"), ISSUER);
            for (var grant : grants) {
                Files.writeString(
                        files.resolve("grants/" + grant.getKey() + ".yaml"),
                        text(grant.getKey(), grant.getValue().strip()));
            }
            return Documents.read(files, Map.of("port", Integer.toString(peer.port())));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(String name, String body) {
        return """
            name: %s
            version: "1"
            description: A grant of a test.
            owner: somebody@example.com
            database: orders
            %s
            entitled:
              - issuer: dev
                claims:
                  team: [support]
            ttl:
              default: 1m
              max: 2m
              window: 3m
              renewals: 3
            sessions: 5
            purpose:
              required: false
            connections: 4
            statementTimeout: 5s
            whenNarrowed: end
            """.formatted(name, body);
    }

    @Override
    public void close() {
        reaper.close();
    }
}
