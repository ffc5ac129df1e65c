package dev.daypass.benchmarks;

import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantedDatabase;
import dev.daypass.deployer.postgres.PostgresGrantedDatabase;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.Documents;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.OwnerStatements;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.PostgresPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import dev.daypass.vaultpolicies.Secret;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a plan over 200 grants and 500 tables costs, against reading the catalogs that it needs with plain JDBC into plain lists; and what
 * an apply of one changed grant among them costs, against the same and the bare statements. In turn, on one connection each; the
 * server is on the same two cores, so that the time on the wall is what counts, and the CPU of this side is told beside it.
 */
public final class GrantsBenchmark {
    private static final int GRANTS = 200;
    private static final int TABLES = 500;
    private static final int TABLES_OF_A_GRANT = 5;
    private static final int ROUNDS = 9;
    private static final String DATABASE = "shop";

    /** Every catalog that a plan's answer depends on, and no more of it than is needed. */
    private static final List<String> CATALOGS = List.of(
            "SELECT oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls"
                    + " FROM pg_roles",
            "SELECT roleid, member, grantor, admin_option, inherit_option, set_option FROM pg_auth_members",
            "SELECT oid, datname, datdba, datacl FROM pg_database",
            "SELECT oid, nspname, nspowner, nspacl FROM pg_namespace",
            "SELECT oid, relname, relnamespace, relkind, relowner, relacl, reloptions FROM pg_class WHERE relkind NOT IN"
                    + " ('i', 'I', 't', 'c')",
            "SELECT attrelid, attnum, attname, atttypid, attcollation, attacl FROM pg_attribute WHERE attnum > 0 AND NOT"
                    + " attisdropped AND attrelid >= 16384",
            "SELECT ev_class, rulename, encode(sha256(convert_to(ev_action::text, 'UTF8')), 'hex') FROM pg_rewrite WHERE"
                    + " ev_class >= 16384",
            "SELECT oid, proname, pronamespace, proowner, prosecdef, oidvectortypes(proargtypes), proacl FROM pg_proc",
            "SELECT oid, typname, typnamespace, typowner, typacl FROM pg_type WHERE typacl IS NOT NULL OR oid >= 16384",
            "SELECT oid, lanname, lanowner, lanacl FROM pg_language",
            "SELECT oid, fdwname, fdwowner, fdwacl FROM pg_foreign_data_wrapper",
            "SELECT oid, srvname, srvowner, srvacl FROM pg_foreign_server",
            "SELECT oid, spcname, spcowner, spcacl FROM pg_tablespace",
            "SELECT oid, lomowner, lomacl FROM pg_largeobject_metadata",
            "SELECT parname, paracl FROM pg_parameter_acl",
            "SELECT defaclrole, defaclnamespace, defaclobjtype, defaclacl FROM pg_default_acl",
            "SELECT objoid, classoid, objsubid, privtype, initprivs FROM pg_init_privs",
            "SELECT dbid, classid, objid, objsubid, refobjid, deptype FROM pg_shdepend WHERE refclassid ="
                    + " 'pg_authid'::regclass",
            "SELECT grant_name, digest, document, applied_at, applied_by, views FROM daypass.applied");

    private GrantsBenchmark() {}

    /** What one measurement took, in ms. */
    private record Took(double wall, double cpu) {}

    private static final class Series {
        private final Figures wall = new Figures();
        private final Figures cpu = new Figures();

        void add(Took took) {
            wall.add(took.wall());
            cpu.add(took.cpu());
        }
    }

    /** Something to measure. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        var folder = Files.createTempDirectory("daypass-grants-benchmark");
        try (var reaper = Reaper.open()) {
            var postgres = PostgresPeer.start(Cache.ofUser(System.getenv()), reaper, Progress.silent());
            measure(postgres, folder);
        } finally {
            delete(folder);
        }
    }

    private static void measure(PostgresPeer postgres, Path folder) throws Exception {
        tables(postgres);
        var documents = documents(postgres, folder, "redact");
        var changed = documents(postgres, folder, "hash");
        var database = documents.databases().firstEntry().getValue();
        try (var owner = postgres.ownerConnection(DATABASE)) {
            run(owner, OwnerStatements.of(database).database());
            run(owner, List.of("GRANT shop_owner TO " + database.deployer()));
        }
        var deployer = new Secret(postgres.login(database.deployer()).password().reveal());
        try (var target = PostgresGrantedDatabase.open(database, () -> deployer, Optional.empty());
                var bare = postgres.connect(DATABASE, postgres.owner())) {
            for (var change : target.changes(documents.grants().values())) {
                target.carryOut(change, (number, of, statement) -> {});
            }
            run(bare, List.of("VACUUM ANALYZE", "SET search_path = pg_catalog"));
            plan(target, bare, documents.grants().values());
            apply(
                    target,
                    bare,
                    database,
                    documents.grants().values(),
                    changed.grants().values());
        }
    }

    private static void plan(GrantedDatabase target, Connection bare, Collection<GrantDocument> grants)
            throws Exception {
        var catalogs = new Series();
        var changes = new Series();
        var plan = new Series();
        for (int round = -2; round < ROUNDS; round++) {
            var read = timed(() -> catalogs(bare));
            var changed = timed(() -> {
                var found = target.changes(grants);
                if (!found.isEmpty()) {
                    throw new IllegalStateException("there is nothing to change, and yet: " + found.getFirst());
                }
            });
            var whole = timed(() -> {
                target.changes(grants);
                for (var grant : grants) {
                    target.effective(grant);
                }
            });
            // The first two are for the compilers and the caches.
            if (round >= 0) {
                catalogs.add(read);
                changes.add(changed);
                plan.add(whole);
            }
        }
        System.out.printf("%nGrants, ms on the wall (CPU of this side), %d grants, %d tables:%n", GRANTS, TABLES);
        print("bare catalogs", catalogs);
        print("plan: what differs", changes);
        print("plan: and what sessions could do", plan);
        System.out.printf("  what differs / bare catalogs: %s (aim 3)%n", Figures.ratio(changes.wall, catalogs.wall));
        System.out.printf("  plan / bare catalogs: %s (aim 3)%n", Figures.ratio(plan.wall, catalogs.wall));
    }

    /** Changes one grant's mask, and back. */
    private static void apply(
            GrantedDatabase target,
            Connection bare,
            DatabaseDocument database,
            Collection<GrantDocument> one,
            Collection<GrantDocument> other)
            throws Exception {
        var statements = new Series();
        var catalogs = new Series();
        var carryOut = new Series();
        var whole = new Series();
        bare.setAutoCommit(false);
        for (int round = -2; round < ROUNDS; round++) {
            var wanted = round % 2 == 0 ? other : one;
            var back = round % 2 == 0 ? one : other;
            var change = only(target.changes(wanted));
            // The same statements as the same role, and then back by the apply under measurement.
            var plain = timed(() -> {
                run(
                        bare,
                        List.of(
                                "SET LOCAL ROLE " + database.deployer(),
                                "SET LOCAL search_path = pg_catalog, pg_temp"));
                run(bare, change.statements());
                bare.commit();
            });
            var read = timed(() -> catalogs(bare));
            bare.commit();
            var again = only(target.changes(back));
            var carried = timed(() -> target.carryOut(again, (number, of, statement) -> {}));
            var applied = timed(() -> {
                target.carryOut(only(target.changes(wanted)), (number, of, statement) -> {});
            });
            if (round >= 0) {
                statements.add(plain);
                catalogs.add(read);
                carryOut.add(carried);
                whole.add(applied);
            }
        }
        var reference = new Figures();
        reference.add(statements.wall.median() + catalogs.wall.median());
        System.out.printf("%nApply of one changed grant among them:%n");
        print("bare statements", statements);
        print("bare catalogs", catalogs);
        print("carrying out", carryOut);
        print("apply: finding and carrying out", whole);
        System.out.printf("  carrying out / bare statements: %s%n", Figures.ratio(carryOut.wall, statements.wall));
        System.out.printf(
                "  apply / bare catalogs and statements: %.2f by medians, %.2f by minima (aim 3)%n",
                whole.wall.median() / reference.median(),
                whole.wall.min() / (statements.wall.min() + catalogs.wall.min()));
    }

    private static GrantChange only(List<GrantChange> changes) {
        if (changes.size() != 1) {
            throw new IllegalStateException("expected one change, found " + changes.size());
        }
        return changes.getFirst();
    }

    private static void print(String what, Series series) {
        System.out.printf("  %-34s %s  (CPU %6.1f)%n", what, series.wall, series.cpu.median());
    }

    private static Took timed(Work work) throws Exception {
        var threads = ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        work.run();
        return new Took((System.nanoTime() - start) / 1e6, (threads.getCurrentThreadCpuTime() - cpu) / 1e6);
    }

    private static long catalogs(Connection connection) throws SQLException {
        long values = 0;
        for (var sql : CATALOGS) {
            var rows = new ArrayList<List<String>>();
            try (var statement = connection.prepareStatement(sql);
                    var result = statement.executeQuery()) {
                int width = result.getMetaData().getColumnCount();
                while (result.next()) {
                    var row = new ArrayList<String>(width);
                    for (int i = 1; i <= width; i++) {
                        String value = result.getString(i);
                        row.add(value == null ? "" : value);
                    }
                    rows.add(row);
                }
            }
            values += rows.size();
        }
        if (values < TABLES) {
            throw new IllegalStateException("the catalogs are empty");
        }
        return values;
    }

    private static void tables(PostgresPeer postgres) throws SQLException {
        postgres.createDatabase(DATABASE);
        try (var owner = postgres.ownerConnection(DATABASE)) {
            var statements = new ArrayList<String>();
            statements.add("SET log_statement = 'none'");
            statements.add("CREATE ROLE shop_owner NOLOGIN");
            statements.add("ALTER DATABASE " + DATABASE + " OWNER TO shop_owner");
            statements.add("SET ROLE shop_owner");
            for (int i = 0; i < TABLES; i++) {
                statements.add("CREATE TABLE t" + i
                        + " (id bigint PRIMARY KEY, name text, email text, pan text, status text, amount bigint,"
                        + " created_at timestamptz)");
            }
            run(owner, statements);
        }
    }

    /** @param mask of one column of one grant */
    private static Documents documents(PostgresPeer postgres, Path folder, String mask) throws IOException {
        for (var kind : List.of("issuers", "databases", "grants")) {
            Files.createDirectories(folder.resolve(kind));
        }
        Files.writeString(folder.resolve("issuers/dev.yaml"), """
                name: dev
                issuer: https://idp.example
                audience: daypass
                types: [at+jwt]
                algorithms: [ES256]
                jwksUri: https://idp.example/jwks
                agentClaim: sub
                ownerClaim: owner
                singleUse: true
                maxTokenAge: 10m
                clockSkew: 30s
                """);
        Files.writeString(folder.resolve("databases/shop.yaml"), """
                name: shop
                engine: postgresql
                serverVersion: %d
                host: %s
                port: %d
                database: %s
                allowPlaintext: true
                administrator: vault_admin
                deployer: daypass_deployer
                """.formatted(
                        postgres.major(), postgres.host(), postgres.port(), DATABASE));
        for (int i = 0; i < GRANTS; i++) {
            var tables = new StringBuilder();
            for (int j = 0; j < TABLES_OF_A_GRANT; j++) {
                tables.append("""
                          public.t%d:
                            select: [id, name, email, pan, status, created_at]
                            masks:
                              pan: pan
                              email: hash
                              name: %s
                              created_at: {date-truncate: month}
                            rows:
                              - column: status
                                in: [NEW, PAID]
                        """.formatted((i * 7 + j * 31) % TABLES, i == 0 && j == 0 ? mask : "redact")
                        .indent(2));
            }
            Files.writeString(folder.resolve("grants/g" + i + ".yaml"), """
                    name: g%d
                    version: "1"
                    description: One of many.
                    owner: me@example.com
                    database: shop
                    tables:
                    %s
                    entitled:
                      - issuer: dev
                        claims:
                          team: [support]
                    ttl: {default: 5m, max: 10m, window: 1h, renewals: 1}
                    sessions: 10
                    purpose: {required: false}
                    connections: 2
                    statementTimeout: 5s
                    whenNarrowed: end
                    """.formatted(
                            i, tables.toString().stripTrailing()));
        }
        return Documents.read(folder, Map.of());
    }

    private static void run(Connection connection, List<String> statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (var walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (var path : paths) {
            Files.delete(path);
        }
    }
}
