package dev.daypass.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Packages of the machine's distribution, unpacked somewhere without being installed. */
final class AptPackages {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private AptPackages() {}

    /**
     * Fetches packages and unpacks them below a directory. apt-get checks them against the lists that the distribution signs.
     *
     * @param options what apt-get is told besides
     */
    static void unpack(Path directory, List<String> options, List<String> packages)
            throws IOException, InterruptedException {
        var archives = Files.createDirectory(directory.resolve("archives"));
        // apt-get downloads as a user of its own where it can.
        Files.setPosixFilePermissions(archives, PosixFilePermissions.fromString("rwxr-xr-x"));
        var download = new ArrayList<>(List.of("apt-get", "download", "--quiet"));
        download.addAll(options);
        download.addAll(packages);
        run(archives, download);
        try (var files = Files.list(archives)) {
            for (var archive : files.toList()) {
                run(directory, List.of("dpkg", "-x", archive.toString(), directory.toString()));
            }
        }
        Directories.delete(archives);
    }

    /** Runs a program in a directory, and returns what it printed. */
    static String run(Path directory, List<String> command) throws IOException, InterruptedException {
        var shell = new ArrayList<>(List.of("/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory.toString()));
        shell.addAll(command);
        var result = Programs.run(shell, LIMIT);
        if (!result.succeeded()) {
            throw new IOException(String.join(" ", command) + " returned " + result.exitCode() + ": "
                    + result.output().strip());
        }
        return result.output();
    }
}
