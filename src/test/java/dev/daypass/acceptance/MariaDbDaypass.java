package dev.daypass.acceptance;

import dev.daypass.deployer.mariadb.MariaDbGrantedDatabase;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.grants.Cidr;
import dev.daypass.grants.ConfigurationWriter;
import dev.daypass.grants.Documents;
import dev.daypass.grants.OwnerStatements;
import dev.daypass.session.SessionId;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.DevIdp;
import dev.daypass.testbed.MariaDbPeer;
import dev.daypass.testbed.OpenBaoPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import dev.daypass.testbed.aws.AwsEndpoint;
import dev.daypass.testbed.aws.DeployedStack;
import dev.daypass.testbed.aws.StackFunction;
import dev.daypass.testbed.aws.StackSettings;
import dev.daypass.vaultpolicies.Secret;
import dev.daypass.vaultpolicies.VaultApply;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/** An installation whose only database is a MariaDB, with grants of its own: short ones, small ones, one without renewals. */
final class MariaDbDaypass implements AutoCloseable {
    /** Three sessions at once; a statement may run for a second. */
    static final String SMALL = "shop-small";

    /** Leases of two seconds and more, one renewal. */
    static final String SHORT = "shop-short";

    /** No renewal. */
    static final String ONCE = "shop-once";

    private static final String BROKER_ADDRESS = "127.0.0.2";
    private static final String SECRET_PARAMETER = "/daypass/broker/secret-id";

    final DevIdp idp;
    final MariaDbPeer mariaDb;

    private final Reaper reaper;
    private final AwsEndpoint aws;
    private final DeployedStack stack;

    private MariaDbDaypass(Reaper reaper) throws IOException, InterruptedException, SQLException {
        this.reaper = reaper;
        var cache = Cache.ofUser(System.getenv());
        var progress = Progress.to(System.out);
        var directory = reaper.directory("mariadb-daypass");
        idp = DevIdp.start(Clock.systemUTC());
        mariaDb = MariaDbPeer.start(cache, reaper, progress);
        var vault = OpenBaoPeer.start(cache, reaper, progress);
        aws = AwsEndpoint.start(reaper, cache, directory.resolve("aws"), progress);
        var documents = documents(Files.createDirectories(directory.resolve("documents")));
        String password = setUp(documents);
        var broker = new VaultApply(
                        new VaultApply.Options(
                                vault.address(), Optional.empty(), List.of(new Cidr(BROKER_ADDRESS + "/32"))),
                        () -> token(vault),
                        line -> {})
                .apply(documents, database -> new Secret(password));
        stack = DeployedStack.deploy(
                aws,
                new StackSettings(
                        "daypass-mariadb",
                        Path.of("iac/daypass.yaml"),
                        Path.of("functions/target/daypass-functions.zip"),
                        Path.of(System.getProperty("java.home")),
                        ConfigurationWriter.digest(documents),
                        new StackSettings.Vault(vault.address(), Optional.of(BROKER_ADDRESS), Optional.empty()),
                        new StackSettings.Broker(broker.roleId(), SECRET_PARAMETER),
                        List.of("arn:aws:iam::" + AwsEndpoint.ACCOUNT_ID + ":role/agent-*"),
                        Map.of(),
                        Optional.empty()));
        stack.putBrokerSecret(broker.secretId().reveal());
        stack.putConfiguration(ConfigurationWriter.bytes(documents));
    }

    static MariaDbDaypass start() throws IOException, InterruptedException, SQLException {
        var reaper = Reaper.open();
        try {
            return new MariaDbDaypass(reaper);
        } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
            reaper.close();
            throw e;
        }
    }

    private Documents documents(Path folder) throws IOException {
        for (var kind : List.of("issuers", "databases", "grants")) {
            Files.createDirectories(folder.resolve(kind));
        }
        Files.copy(Path.of("grants/demo/issuers/dev.yaml"), folder.resolve("issuers/dev.yaml"));
        Files.writeString(folder.resolve("databases/shop.yaml"), """
                name: shop
                engine: mariadb
                host: 127.0.0.1
                port: %d
                database: shop
                allowPlaintext: true
                administrator: vault_admin
                deployer: daypass_deployer
                clientHost: 127.0.0.1
                """.formatted(mariaDb.port()));
        grant(folder, SMALL, 3, "{default: 5m, max: 10m, window: 30m, renewals: 5}");
        grant(folder, SHORT, 20, "{default: 4s, max: 10s, window: 1m, renewals: 1}");
        grant(folder, ONCE, 20, "{default: 1m, max: 1m, window: 1m, renewals: 0}");
        return Documents.read(
                folder,
                Map.of("devIssuer", idp.issuer(), "devJwksUri", idp.jwksUri().toString()));
    }

    private static void grant(Path folder, String name, int sessions, String ttl) throws IOException {
        Files.writeString(folder.resolve("grants/" + name + ".yaml"), """
                name: %s
                version: "1"
                description: Looks up customers of the shop.
                owner: shop@example.com
                database: shop
                tables:
                  shop.customers:
                    select: [id, name]
                entitled:
                  - issuer: dev
                    claims:
                      team: {matches: ['supp[a-z]+']}
                ttl: %s
                sessions: %d
                purpose: {required: false}
                connections: 4
                statementTimeout: 1s
                whenNarrowed: end
                """.formatted(name, ttl, sessions));
    }

    /** What the database's owner does: a shop, what the documents want of its server, and passwords for Vault's login and the deployer's, which applies the grants. */
    private String setUp(Documents documents) throws SQLException {
        mariaDb.createDatabase("shop");
        String password = UUID.randomUUID().toString();
        try (var owner = mariaDb.ownerConnection("shop");
                var statement = owner.createStatement()) {
            statement.execute("CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(50), secret VARCHAR(50))");
            statement.execute("INSERT INTO customers VALUES (1, 'Ann', 'hidden'), (2, 'Bob', 'hidden')");
            for (var database : documents.databases().values()) {
                for (var sql : OwnerStatements.of(database).database()) {
                    statement.execute(sql);
                }
            }
            for (var login : List.of("vault_admin", "daypass_deployer")) {
                statement.execute(
                        "ALTER USER '" + login + "'@'127.0.0.1' IDENTIFIED BY '" + password + "' ACCOUNT UNLOCK");
            }
        }
        for (var database : documents.databases().values()) {
            try (var live = MariaDbGrantedDatabase.open(database, new Secret(password))) {
                for (var change : live.changes(documents.grantsOf(database))) {
                    live.carryOut(change, (number, of, sql) -> {});
                }
            }
        }
        return password;
    }

    private static Secret token(OpenBaoPeer vault) {
        try {
            return new Secret(vault.adminToken().reveal());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    URI api() {
        return stack.apiUrl();
    }

    String token() {
        return idp.token("agent:support-bot", Map.of());
    }

    /** By what the answer says, and nothing else. */
    static Connection connect(Api.Answer vended) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", vended.text("user"));
        properties.setProperty("password", vended.text("password"));
        properties.setProperty("connectTimeout", "3000");
        return DriverManager.getConnection(vended.text("jdbcUrl"), properties);
    }

    /** Whether the server has an account of this name. */
    boolean accountExists(String user) throws SQLException {
        return count("SELECT count(*) FROM mysql.global_priv WHERE User = ?", user) > 0;
    }

    /** How many connections of this name the server has. */
    int connections(String user) throws SQLException {
        return count("SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER = ?", user);
    }

    private int count(String sql, String user) throws SQLException {
        try (var owner = mariaDb.ownerConnection("mysql");
                var statement = owner.prepareStatement(sql)) {
            statement.setString(1, user);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Runs the sweep at once; empty if it left something undone or found something. */
    Optional<String> sweep() {
        try {
            return Optional.of(stack.invoke(StackFunction.SWEEP, "{}"));
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
    }

    String log(StackFunction function) throws IOException {
        return Files.readString(stack.log(function));
    }

    /** Whether the locked bucket has the ending of this session. */
    boolean endingIsLocked(String session) {
        var place = new ObjectKey.Place(aws.region().id(), AwsEndpoint.ACCOUNT_ID);
        String key = ObjectKey.ending(place, new SessionId(session)).text();
        return aws
                .administrator()
                .s3()
                .listObjectsV2(r -> r.bucket(stack.bucket()).prefix(key))
                .contents()
                .stream()
                .anyMatch(o -> o.key().equals(key));
    }

    @Override
    public void close() {
        try (reaper;
                idp;
                aws) {
            // The last named is closed first, and the reaper whatever became of the others.
        }
    }
}
