package dev.daypass.deployer.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.testbed.CardPaymentSchema;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever was given and taken, the catalogs and the server say the same. */
class PostgresPrivilegesRandomIT {
    private static final int ROUNDS = 10;
    private static final int STATEMENTS = 8;
    private static final long SEED = 20_260_101;

    /** Nothing was given, a grantor may not, or roles would be members of each other. */
    private static final List<String> IN_ORDER = List.of("42501", "0LP01", "2BP01");

    private static final List<String> MADE = List.of(
            "CREATE ROLE chaos_a NOLOGIN",
            "CREATE ROLE chaos_b NOLOGIN",
            "CREATE ROLE chaos_c NOLOGIN NOINHERIT",
            "CREATE SCHEMA open",
            "CREATE SCHEMA closed",
            "GRANT USAGE ON SCHEMA open TO PUBLIC",
            "CREATE TABLE open.things (a int, \"B b\" text)",
            "CREATE TABLE closed.things (a int, \"B b\" text)",
            "CREATE TABLE closed.carried (a int)",
            "CREATE VIEW open.seen AS SELECT * FROM closed.things",
            "CREATE FUNCTION open.parsed() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a FROM closed.carried; END",
            "CREATE SEQUENCE open.numbers",
            "CREATE SEQUENCE closed.numbers",
            "CREATE FUNCTION open.called(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE FUNCTION closed.called(int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
            "CREATE TYPE open.mood AS ENUM ('good')",
            "CREATE FOREIGN DATA WRAPPER far",
            "CREATE SERVER away FOREIGN DATA WRAPPER far",
            "SELECT lo_create(71001)");

    private static final List<String> ROLES = List.of("chaos_a", "chaos_b", "chaos_c");
    private static final List<String> TABLES =
            List.of("open.things", "closed.things", "closed.carried", "open.seen", "pg_catalog.pg_authid");

    @ParameterizedTest(name = "PostgreSQL {0}")
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void theCatalogsAndTheServerSayTheSame(int major) throws IOException, InterruptedException, SQLException {
        var random = new Random(SEED + major);
        try (var shop = PrivilegesShop.open(major);
                var superuser = shop.superuser();
                var reader = shop.login("ci_reader");
                var deployer = shop.login(shop.database.deployer(), CardPaymentSchema.DATABASE)) {
            shop.execute(MADE);
            int beyond = 0;
            var history = new ArrayList<String>();
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < STATEMENTS; i++) {
                    history.addAll(carryOut(superuser, statement(random, major)));
                }
                var read = PostgresPrivileges.catalog(reader).asItIs(shop.database, shop.grant);
                beyond += read.beyond().size();
                assertEquals(
                        List.of(),
                        PostgresProbe.differences(read, PostgresProbe.run(deployer, shop.database, shop.grant)),
                        () -> "seed " + (SEED + major) + ":\n" + String.join(";\n", history));
            }
            assertTrue(beyond > ROUNDS, "nothing was found in " + ROUNDS + " rounds");
        }
    }

    private static List<String> carryOut(Connection superuser, List<String> statements) throws SQLException {
        try (var statement = superuser.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
            return statements;
        } catch (SQLException e) {
            if (!IN_ORDER.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            return List.of();
        } finally {
            try (var statement = superuser.createStatement()) {
                statement.execute("RESET ROLE");
            }
        }
    }

    private static List<String> statement(Random random, int major) {
        return switch (random.nextInt(8)) {
            case 0 -> membership(random, major);
            case 1 ->
                List.of("ALTER TABLE " + any(random, TABLES.subList(0, 4)) + " OWNER TO "
                        + any(random, List.of("postgres", "postgres", "chaos_a", "chaos_b", PrivilegesShop.GROUP)));
            case 2 ->
                List.of("ALTER ROLE " + any(random, ROLES) + " "
                        + any(
                                random,
                                List.of("CREATEDB", "NOCREATEDB", "BYPASSRLS", "NOBYPASSRLS", "INHERIT", "NOINHERIT")));
            case 3 ->
                List.of(
                        "GRANT SELECT, UPDATE ON " + any(random, TABLES) + " TO chaos_a WITH GRANT OPTION",
                        "SET ROLE chaos_a",
                        "GRANT SELECT ON " + any(random, TABLES) + " TO " + grantee(random));
            case 4 -> future(random);
            default -> right(random, major);
        };
    }

    private static List<String> membership(Random random, int major) {
        var granted = new ArrayList<>(ROLES);
        granted.addAll(List.of("pg_read_all_data", "pg_write_all_data", "pg_monitor", "pg_read_server_files"));
        String role = any(random, granted);
        String member = random.nextBoolean() ? PrivilegesShop.GROUP : any(random, ROLES);
        if (random.nextInt(3) == 0) {
            return List.of("REVOKE " + role + " FROM " + member);
        }
        if (major < 16) {
            return List.of("GRANT " + role + " TO " + member + (random.nextInt(4) == 0 ? " WITH ADMIN OPTION" : ""));
        }
        return List.of("GRANT " + role + " TO " + member + " WITH INHERIT " + random.nextBoolean() + ", SET "
                + random.nextBoolean() + ", ADMIN " + (random.nextInt(4) == 0));
    }

    private static List<String> future(Random random) {
        return List.of("ALTER DEFAULT PRIVILEGES FOR ROLE " + any(random, ROLES)
                        + (random.nextBoolean() ? " IN SCHEMA open" : "")
                        + (random.nextBoolean() ? " GRANT " : " REVOKE ")
                        + any(
                                random,
                                List.of(
                                        "SELECT ON TABLES",
                                        "EXECUTE ON ROUTINES",
                                        "USAGE ON TYPES",
                                        "UPDATE ON SEQUENCES"))
                        + ";")
                .stream()
                .map(text -> text.replace(";", (text.contains(" GRANT ") ? " TO " : " FROM ") + grantee(random)))
                .toList();
    }

    private static List<String> right(Random random, int major) {
        var rights = new ArrayList<>(List.of(
                any(random, List.of("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "ALL"))
                        + " ON " + any(random, TABLES),
                any(random, List.of("SELECT", "INSERT", "UPDATE", "REFERENCES")) + " (\"B b\") ON "
                        + any(random, List.of("open.things", "closed.things", "open.seen")),
                "UPDATE (rolname) ON pg_catalog.pg_authid",
                any(random, List.of("USAGE", "CREATE")) + " ON SCHEMA "
                        + any(random, List.of("open", "closed", "public")),
                any(random, List.of("USAGE", "SELECT", "UPDATE")) + " ON SEQUENCE "
                        + any(random, List.of("open.numbers", "closed.numbers")),
                "EXECUTE ON FUNCTION "
                        + any(random, List.of("open.called(int)", "closed.called(int)", "pg_catalog.pg_ls_waldir()")),
                "USAGE ON TYPE open.mood",
                "USAGE ON LANGUAGE plpgsql",
                "USAGE ON FOREIGN DATA WRAPPER far",
                "USAGE ON FOREIGN SERVER away",
                any(random, List.of("SELECT", "UPDATE")) + " ON LARGE OBJECT 71001",
                "CREATE ON TABLESPACE pg_default",
                any(random, List.of("CREATE", "TEMPORARY")) + " ON DATABASE orders",
                any(random, List.of("CREATE", "CONNECT")) + " ON DATABASE template1"));
        if (major >= 15) {
            rights.add(any(random, List.of("SET", "ALTER SYSTEM")) + " ON PARAMETER log_statement");
        }
        String right = any(random, rights);
        return List.of(
                random.nextInt(3) > 0
                        ? "GRANT " + right + " TO " + grantee(random)
                        : "REVOKE " + right + " FROM " + grantee(random) + " CASCADE");
    }

    private static String grantee(Random random) {
        return any(random, List.of("PUBLIC", PrivilegesShop.GROUP, "chaos_a", "chaos_b", "chaos_c"));
    }

    private static String any(Random random, List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }
}
