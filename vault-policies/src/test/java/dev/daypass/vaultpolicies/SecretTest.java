package dev.daypass.vaultpolicies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
    @Test
    void aFileOfItsOwnersIsRead(@TempDir Path folder) throws IOException {
        assertEquals("pass word", Secret.read(file(folder, "rw-------")).reveal());
    }

    @Test
    void aFileThatOthersCanReadIsRefused(@TempDir Path folder) throws IOException {
        var file = file(folder, "rw-r-----");

        var refused = assertThrows(UncheckedIOException.class, () -> Secret.read(file));

        assertTrue(String.valueOf(refused.getMessage()).contains("chmod 600"), refused.getMessage());
        assertFalse(String.valueOf(refused.getMessage()).contains("pass word"), refused.getMessage());
    }

    @Test
    void itIsNotPrinted() {
        assertEquals(
                "BrokerLogin[roleId=r, secretId=[redacted]]",
                new VaultApply.BrokerLogin("r", new Secret("s")).toString());
    }

    private static Path file(Path folder, String permissions) throws IOException {
        var file = Files.writeString(folder.resolve("password"), "pass word\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
