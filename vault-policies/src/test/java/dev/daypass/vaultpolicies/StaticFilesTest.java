package dev.daypass.vaultpolicies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.daypass.grants.Cidr;
import dev.daypass.grants.VaultWrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StaticFilesTest {
    /** Written by whoever runs the server: nobody applies their own rights. */
    private static final String BY_HAND = "sys/policies/acl/daypass-administrator.hcl";

    @Test
    void everyFileIsInTheOrder() throws IOException {
        var root = Path.of("api");
        var files = new TreeSet<String>();
        try (var walk = Files.walk(root)) {
            walk.filter(Files::isRegularFile)
                    .forEach(f -> files.add(root.relativize(f).toString().replace('\\', '/')));
        }
        files.remove("order.txt");
        files.remove(BY_HAND);

        assertEquals(files, new TreeSet<>(StaticFiles.order()));
    }

    @Test
    void theBrokersAddressesAreTheOnlyVariable() {
        var broker = List.of(new Cidr("10.0.3.0/24"), new Cidr("10.0.2.0/24"));
        var texts = new ArrayList<String>();
        for (var write : StaticFiles.read(broker)) {
            if (write.body() instanceof VaultWrite.Json(var members)) {
                texts.add(write.path() + members);
            }
        }

        assertFalse(texts.toString().contains("${"), texts.toString());
        assertEquals(
                2,
                texts.stream()
                        .filter(t -> t.startsWith("auth/approle/role/broker"))
                        .flatMap(t -> Arrays.stream(t.split("_cidrs=\\[10.0.2.0/24, 10.0.3.0/24]", -1))
                                .skip(1))
                        .count());
    }
}
