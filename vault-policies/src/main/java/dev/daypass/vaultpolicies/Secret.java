package dev.daypass.vaultpolicies;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;

/**
 * A token, a password or a secret id. A class and not a record, since records print their components.
 */
public final class Secret {
    private final String text;

    /** @throws IllegalArgumentException if the text is empty */
    public Secret(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a secret is not empty");
        }
        this.text = text;
    }

    /**
     * The first line of a file that only its owner can read (mode 0600 or 0400).
     *
     * @throws UncheckedIOException if the file cannot be read, or others could read it too
     */
    public static Secret read(Path file) {
        try {
            var permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            permissions.remove(PosixFilePermission.OWNER_READ);
            permissions.remove(PosixFilePermission.OWNER_WRITE);
            if (!permissions.isEmpty()) {
                throw new IOException(file + " may be read or written by others than its owner; chmod 600 it");
            }
            String line = Files.readString(file).lines().findFirst().orElse("");
            if (line.isEmpty()) {
                throw new IOException(file + " is empty");
            }
            return new Secret(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The secret itself. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
