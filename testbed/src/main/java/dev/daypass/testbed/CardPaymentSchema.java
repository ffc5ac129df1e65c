package dev.daypass.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/**
 * A small shop that takes cards, with fake data: customers, orders, payments, refunds, and {@code staff_salaries}, which no
 * grant reaches.
 */
public final class CardPaymentSchema {
    /** The database that it lives in. */
    public static final String DATABASE = "orders";

    /** Owns the database and its tables, and is no superuser; whoever is to give rights on them is made a member. */
    public static final String OWNER = "orders_owner";

    private CardPaymentSchema() {}

    /** Makes the database with all that is in it. */
    public static void seed(PostgresPeer postgres) throws IOException, SQLException {
        String sql = resource("card-payments.sql");
        postgres.createDatabase(DATABASE);
        try (var connection = postgres.ownerConnection(DATABASE);
                var statement = connection.createStatement()) {
            // The log is for what sessions do; card numbers in it, fake or not, would be found by every scan.
            statement.execute("SET log_statement = 'none'");
            statement.execute("CREATE ROLE " + OWNER + " NOLOGIN");
            statement.execute("ALTER DATABASE " + DATABASE + " OWNER TO " + OWNER);
            statement.execute("SET ROLE " + OWNER);
            statement.execute(sql);
        }
    }

    /** As {@link #seed(PostgresPeer)}. */
    public static void seed(MariaDbPeer mariaDb) throws IOException, SQLException {
        String sql = resource("card-payments-mariadb.sql");
        mariaDb.createDatabase(DATABASE);
        try (var connection = mariaDb.ownerConnection(DATABASE);
                var statement = connection.createStatement()) {
            statement.execute("SET GLOBAL server_audit_logging = OFF");
            statement.execute("SET time_zone = '+00:00'");
            for (var one : sql.split(";\n", -1)) {
                if (!one.isBlank()) {
                    statement.execute(one);
                }
            }
            statement.execute("SET GLOBAL server_audit_logging = ON");
        }
    }

    private static String resource(String name) throws IOException {
        try (var resource = CardPaymentSchema.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IOException(name + " is missing from the class path");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
