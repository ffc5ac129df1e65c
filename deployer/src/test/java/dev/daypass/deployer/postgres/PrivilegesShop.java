package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.Documents;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.OwnerStatements;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.CardPaymentSchema;
import dev.daypass.testbed.PostgresPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The card shop with a demo grant applied, its tables owned by {@code shop_owner}; a deployer that is no superuser; and a login
 * that has no right at all, as a pull request's check has.
 */
final class PrivilegesShop implements AutoCloseable {
    static final String GROUP = "dpg_orders_support_read";
    private static final int NEWEST = 18;
    private static final String PASSWORD = "only-for-tests";

    final PostgresPeer postgres;
    final DatabaseDocument database;
    final GrantDocument grant;

    private final Reaper reaper;

    private PrivilegesShop(Reaper reaper, int major) throws IOException, InterruptedException, SQLException {
        this.reaper = reaper;
        postgres = server(reaper, major);
        CardPaymentSchema.seed(postgres);
        var documents = Documents.read(
                Path.of("../grants/demo"),
                Map.of(
                        "devIssuer",
                        "http://127.0.0.1:1",
                        "devJwksUri",
                        "http://127.0.0.1:1/jwks",
                        "ordersHost",
                        postgres.host(),
                        "ordersPort",
                        Integer.toString(postgres.port()),
                        "ordersDatabase",
                        CardPaymentSchema.DATABASE));
        grant = Objects.requireNonNull(documents.grants().get("orders-support-read"));
        database = ofVersion(documents.databaseOf(grant), major);
        execute(OwnerStatements.of(database).database());
        // As a careful owner does before PostgreSQL 15, where everybody may.
        execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        execute(
                "CREATE ROLE shop_owner NOLOGIN",
                "CREATE ROLE reporting NOLOGIN",
                "CREATE ROLE inner_reporting NOLOGIN",
                "CREATE ROLE ci_reader LOGIN PASSWORD '" + PASSWORD + "'",
                "ALTER ROLE " + database.deployer() + " PASSWORD '" + PASSWORD + "'",
                "GRANT shop_owner TO " + database.deployer(),
                "DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP"
                        + " EXECUTE format('ALTER TABLE public.%I OWNER TO shop_owner', t); END LOOP; END $$");
        try (var connection = superuser();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (var sql : OwnerStatements.of(database).grant(grant)) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }

    static PrivilegesShop open(int major) throws IOException, InterruptedException, SQLException {
        var reaper = Reaper.open();
        try {
            return new PrivilegesShop(reaper, major);
        } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
            reaper.close();
            throw e;
        }
    }

    private static PostgresPeer server(Reaper reaper, int major) throws IOException, InterruptedException {
        var cache = Cache.ofUser(System.getenv());
        if (major == NEWEST) {
            return PostgresPeer.start(cache, reaper, Progress.silent());
        }
        // The build puts them there; see older-postgresql in the parent's pom.xml.
        try (var jars = Files.newDirectoryStream(Path.of("target/postgresql"), "*-" + major + ".*.jar")) {
            return PostgresPeer.start(
                    cache, reaper, Progress.silent(), jars.iterator().next());
        }
    }

    private static DatabaseDocument ofVersion(DatabaseDocument database, int major) {
        return new DatabaseDocument(
                database.database(),
                major,
                database.administrator(),
                database.deployer(),
                database.lanes(),
                database.logStatements(),
                database.logWithPgAudit(),
                database.clientHost(),
                database.cards(),
                database.accepts());
    }

    int major() {
        return postgres.major();
    }

    Connection superuser() throws SQLException {
        return postgres.ownerConnection(CardPaymentSchema.DATABASE);
    }

    Connection deployer() throws SQLException {
        return login(database.deployer());
    }

    Connection login(String user) throws SQLException {
        return login(user, CardPaymentSchema.DATABASE);
    }

    Connection login(String user, String name) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(name), user, PASSWORD);
    }

    /** As the superuser, each statement by itself. */
    void execute(List<String> statements) throws SQLException {
        try (var connection = superuser();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    void execute(String... statements) throws SQLException {
        execute(List.of(statements));
    }

    long count(String sql) throws SQLException {
        try (var connection = superuser();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** From the catalogs, with the login that has no right. */
    EffectivePrivileges read() throws SQLException {
        try (var connection = login("ci_reader")) {
            return PostgresPrivileges.read(connection, database, grant);
        }
    }

    EffectivePrivileges asItIs() throws SQLException {
        try (var connection = login("ci_reader")) {
            return PostgresPrivileges.catalog(connection).asItIs(database, grant);
        }
    }

    EffectivePrivileges probe() throws SQLException {
        try (var connection = deployer()) {
            return PostgresProbe.run(connection, database, grant);
        }
    }

    @Override
    public void close() {
        reaper.close();
    }
}
