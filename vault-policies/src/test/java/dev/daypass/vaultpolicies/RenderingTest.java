package dev.daypass.vaultpolicies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderingTest {
    private static final List<Cidr> BROKER = List.of(new Cidr("127.0.0.2/32"));

    private final Documents documents = Documents.read(
            Path.of("../grants/demo"),
            Map.of(
                    "devIssuer", "http://127.0.0.1:4000",
                    "devJwksUri", "http://127.0.0.1:4000/jwks",
                    "ordersHost", "127.0.0.1",
                    "ordersPort", "5432",
                    "ordersDatabase", "orders"));

    @Test
    void whatIsGeneratedCanBeReviewed(@TempDir Path out) throws IOException {
        Rendering.write(out, documents, BROKER);
        Files.writeString(out.resolve("database/roles/of-a-grant-that-is-gone.json"), "{}");
        Rendering.write(out, documents, BROKER);

        assertTrue(Files.exists(out.resolve("sys/policies/acl/daypass-session-orders-support-read.hcl")));
        assertTrue(Files.exists(out.resolve("auth/jwt-dev/role/orders-refund-write--2.json")));
        assertTrue(Files.exists(out.resolve("postgresql/orders/grants/orders-glance.sql")));
        assertFalse(Files.exists(out.resolve("database/roles/of-a-grant-that-is-gone.json")));
        String connection = Files.readString(out.resolve("database/config/orders.json"));
        assertFalse(connection.contains("\"password\""), connection);
    }

    @Test
    void aFolderWithOtherFilesIsLeftAlone(@TempDir Path out) throws IOException {
        var mine = Files.writeString(out.resolve("mine"), "x");

        assertThrows(UncheckedIOException.class, () -> Rendering.write(out, documents, BROKER));

        assertEquals("x", Files.readString(mine));
    }
}
