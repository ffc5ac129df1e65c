package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.GrantChange;
import dev.daypass.grant.GrantName;
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
import dev.daypass.testbed.PostgresPeer;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** The shop on a server of one version, set up by its owner, with a deployer that is no superuser. */
final class GrantedServer implements AutoCloseable {
    /** What every grant of the tests says besides its name and its tables. */
    private static final String REST = """
            version: "1"
            description: For a test.
            owner: test@example.com
            database: orders
            entitled:
              - issuer: dev
                claims:
                  team: [support]
            ttl:
              default: 5m
              max: 10m
              window: 1h
              renewals: 10
            sessions: 100
            purpose:
              required: false
            connections: 20
            statementTimeout: 10s
            whenNarrowed: end
            """;

    private final Reaper reaper;
    final PostgresPeer postgres;
    private final Path folder;
    private final DatabaseLogin administrator;
    private final DatabaseLogin deployer;
    final DatabaseDocument document;

    private GrantedServer(Reaper reaper, int major) throws IOException, InterruptedException, SQLException {
        this.reaper = reaper;
        var cache = Cache.ofUser(System.getenv());
        postgres = major == 18
                ? PostgresPeer.start(cache, reaper, Progress.silent())
                : PostgresPeer.start(cache, reaper, Progress.silent(), jar(major));
        CardPaymentSchema.seed(postgres);
        folder = reaper.directory("documents");
        document = documents(Map.of()).databases().values().iterator().next();
        for (var sql : OwnerStatements.of(document).database()) {
            asOwner(sql);
        }
        asOwner("GRANT " + CardPaymentSchema.OWNER + " TO " + document.deployer());
        administrator = postgres.login(document.administrator());
        deployer = postgres.login(document.deployer());
    }

    static GrantedServer start(int major) throws IOException, InterruptedException, SQLException {
        var reaper = Reaper.open();
        try {
            return new GrantedServer(reaper, major);
        } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
            reaper.close();
            throw e;
        }
    }

    private static Path jar(int major) throws IOException {
        try (var jars = Files.list(Path.of("target/postgresql"))) {
            return jars.filter(jar -> jar.getFileName().toString().contains("-" + major + "."))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no archive of PostgreSQL " + major + " in target/postgresql"));
        }
    }

    /** Grants with these names, each with the rest of its text: tables, functions, sequences. */
    Documents documents(Map<String, String> grants) throws IOException {
        var at = Files.createTempDirectory(folder, "documents");
        for (var kind : List.of("issuers", "databases", "grants")) {
            Files.createDirectory(at.resolve(kind));
        }
        Files.copy(Path.of("../grants/demo/issuers/dev.yaml"), at.resolve("issuers/dev.yaml"));
        Files.writeString(at.resolve("databases/orders.yaml"), """
                name: orders
                engine: postgresql
                serverVersion: %d
                host: %s
                port: %d
                database: %s
                allowPlaintext: true
                administrator: vault_admin
                deployer: daypass_deployer
                cards:
                  types: [public.card_number]
                """.formatted(
                        postgres.major(), postgres.host(), postgres.port(), CardPaymentSchema.DATABASE));
        for (var grant : grants.entrySet()) {
            Files.writeString(
                    at.resolve("grants/" + grant.getKey() + ".yaml"),
                    "name: " + grant.getKey() + "\n" + REST + grant.getValue());
        }
        return Documents.read(at, Map.of("devIssuer", "http://127.0.0.1:1", "devJwksUri", "http://127.0.0.1:1/jwks"));
    }

    GrantDocument grant(String name, String rest) throws IOException {
        return Optional.ofNullable(documents(Map.of(name, rest)).grants().get(name))
                .orElseThrow();
    }

    PostgresGrantedDatabase open() {
        return PostgresGrantedDatabase.open(
                document, () -> new Secret(deployer.password().reveal()), Optional.empty());
    }

    /** By way of another address, such as a proxy's. */
    PostgresGrantedDatabase open(DatabaseDocument elsewhere) {
        return PostgresGrantedDatabase.open(
                elsewhere, () -> new Secret(deployer.password().reveal()), Optional.empty());
    }

    /** Applies these and no other, and returns what was changed. */
    List<GrantChange> apply(GrantDocument... grants) {
        return apply(List.of(grants));
    }

    List<GrantChange> apply(Collection<GrantDocument> grants) {
        try (var database = open()) {
            var changes = database.changes(grants);
            changes.forEach(change -> database.carryOut(change, (number, of, sql) -> {}));
            return changes;
        }
    }

    List<GrantChange> changes(GrantDocument... grants) {
        try (var database = open()) {
            return database.changes(List.of(grants));
        }
    }

    void asOwner(String sql) throws SQLException {
        try (var connection = postgres.ownerConnection(CardPaymentSchema.DATABASE)) {
            execute(connection, sql);
        }
    }

    Connection owner() throws SQLException {
        return postgres.ownerConnection(CardPaymentSchema.DATABASE);
    }

    /** As Vault makes one: by the administrator, in one transaction. */
    Session session(GrantDocument grant) throws SQLException {
        var user = new SessionUser(SessionId.create(Instant.now(), new SecureRandom()));
        try (var connection = postgres.connect(CardPaymentSchema.DATABASE, administrator)) {
            connection.setAutoCommit(false);
            for (var sql : LoginStatements.of(document).session(grant)) {
                execute(connection, filled(sql, user.name()));
            }
            connection.commit();
        }
        return new Session(user);
    }

    String witness() throws SQLException {
        String user = "dpw_"
                + SessionId.create(Instant.now(), new SecureRandom()).text().substring(6);
        try (var connection = postgres.connect(CardPaymentSchema.DATABASE, administrator)) {
            for (var sql : LoginStatements.of(document).witness()) {
                execute(connection, filled(sql, user));
            }
        }
        return user;
    }

    Connection connect(String user) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", "secret");
        return DriverManager.getConnection(postgres.jdbcUrl(CardPaymentSchema.DATABASE), properties);
    }

    private static String filled(String template, String user) {
        return template.replace("{{name}}", user)
                .replace("{{password}}", "secret")
                .replace("{{expiration}}", "2099-01-01 00:00:00+00");
    }

    /** A session user. */
    final class Session implements AutoCloseable {
        final SessionUser user;

        private Session(SessionUser user) {
            this.user = user;
        }

        Connection connect() throws SQLException {
            return GrantedServer.this.connect(user.name());
        }

        /** The rows of a query, columns joined by commas. */
        List<String> rows(String sql) throws SQLException {
            try (var connection = connect()) {
                return GrantedServer.rows(connection, sql);
            }
        }

        void execute(String sql) throws SQLException {
            try (var connection = connect()) {
                GrantedServer.execute(connection, sql);
            }
        }

        /** As Vault ends one. */
        void revoke() throws SQLException {
            try (var connection = postgres.connect(CardPaymentSchema.DATABASE, administrator)) {
                connection.setAutoCommit(false);
                for (var sql : LoginStatements.of(document).revocation()) {
                    GrantedServer.execute(connection, filled(sql, user.name()));
                }
                connection.commit();
            }
        }

        @Override
        public void close() throws SQLException {
            revoke();
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static List<String> rows(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            var rows = new ArrayList<String>();
            while (result.next()) {
                var row = new ArrayList<String>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(result.getString(i)));
                }
                rows.add(String.join(",", row));
            }
            return rows;
        }
    }

    List<String> ownerRows(String sql) throws SQLException {
        try (var connection = owner()) {
            return rows(connection, sql);
        }
    }

    /** Removes every grant. */
    void clear() {
        apply(List.of());
    }

    static GrantName name(String grant) {
        return new GrantName(grant);
    }

    @Override
    public void close() {
        reaper.close();
    }
}
