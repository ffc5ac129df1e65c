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

    private CardPaymentSchema() {}

    /** Makes the database with all that is in it. */
    public static void seed(PostgresPeer postgres) throws IOException, SQLException {
        String sql;
        try (var resource = CardPaymentSchema.class.getResourceAsStream("card-payments.sql")) {
            if (resource == null) {
                throw new IOException("card-payments.sql is missing from the class path");
            }
            sql = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
        postgres.createDatabase(DATABASE);
        try (var connection = postgres.ownerConnection(DATABASE);
                var statement = connection.createStatement()) {
            // The log is for what sessions do; card numbers in it, fake or not, would be found by every scan.
            statement.execute("SET log_statement = 'none'");
            statement.execute(sql);
        }
    }
}
