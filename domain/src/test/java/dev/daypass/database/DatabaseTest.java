package dev.daypass.database;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daypass.grant.GrantName;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    private static final GrantName GRANT = new GrantName("orders-support-read");

    @Test
    void aPostgresSessionConnectsToTheDatabaseOfItsDocument() {
        assertEquals("orders", database(Engine.POSTGRESQL).sessionDatabase(GRANT));
    }

    @Test
    void aMariaDbSessionConnectsToTheDatabaseOfItsGrant() {
        assertEquals("dpg_orders_support_read", database(Engine.MARIADB).sessionDatabase(GRANT));
    }

    private static Database database(Engine engine) {
        return new Database(
                "orders", engine, "db", 3306, "orders", Database.Tls.VERIFY_FULL, "orders", "witness-orders");
    }
}
