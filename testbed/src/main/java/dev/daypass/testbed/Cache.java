package dev.daypass.testbed;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * Unpacked programs and the like, kept outside the clone so that only the first start pays for them. A directory is there
 * complete or not at all, whoever else fills it at the same time, in this process or another. Thread-safe.
 */
public final class Cache {
    /** No dot first: such names are the half-filled ones. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");

    /** A file lock belongs to the process, so that threads need one of their own. */
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final Path root;

    /** A cache in this directory, which need not exist yet. */
    public Cache(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** The user's: {@code $DAYPASS_CACHE}, else {@code $XDG_CACHE_HOME/daypass}, else {@code ~/.cache/daypass}. */
    public static Cache ofUser(Map<String, String> environment) {
        String own = environment.getOrDefault("DAYPASS_CACHE", "");
        if (!own.isEmpty()) {
            return new Cache(Path.of(own));
        }
        // XDG Base Directory Specification: a relative path there is to be ignored.
        String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
        return new Cache(
                shared.startsWith("/")
                        ? Path.of(shared, "daypass")
                        : Path.of(System.getProperty("user.home"), ".cache", "daypass"));
    }

    /** Where everything is kept. */
    public Path root() {
        return root;
    }

    /**
     * The directory of this name and version, filled by {@code filler} if nobody has filled it before.
     *
     * @param version all that the content depends on, the platform included
     * @throws IOException if the filler fails; nothing is kept then
     */
    public Path directory(String name, String version, Filler filler) throws IOException, InterruptedException {
        var target = root.resolve(plain(name)).resolve(plain(version));
        if (Files.isDirectory(target)) {
            return target;
        }
        var parent = Files.createDirectories(root.resolve(name));
        var thread = THREADS.computeIfAbsent(target, path -> new ReentrantLock());
        thread.lockInterruptibly();
        try (var file = FileChannel.open(
                        parent.resolve("." + version + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var processes = file.lock()) {
            assert processes.isValid();
            if (!Files.isDirectory(target)) {
                fill(target, parent, "." + version + ".part-", filler);
            }
        } finally {
            thread.unlock();
        }
        return target;
    }

    private static void fill(Path target, Path parent, String prefix, Filler filler)
            throws IOException, InterruptedException {
        // Under the lock, so whatever is half filled belongs to somebody who died.
        for (var left : listed(parent, prefix)) {
            Directories.delete(left);
        }
        var partial = Files.createTempDirectory(
                parent, prefix, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try {
            filler.fill(partial);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Directories.delete(partial);
        }
    }

    private static List<Path> listed(Path parent, String prefix) throws IOException {
        try (var entries = Files.list(parent)) {
            return entries.filter(entry -> String.valueOf(entry.getFileName()).startsWith(prefix))
                    .toList();
        }
    }

    private static String plain(String text) {
        if (!PLAIN.matcher(text).matches()) {
            throw new IllegalArgumentException("not a plain file name: " + text);
        }
        return text;
    }

    /** Fills an empty directory. */
    @FunctionalInterface
    public interface Filler {
        /** Writes everything that belongs into {@code directory}; what it leaves there is kept as it is. */
        void fill(Path directory) throws IOException, InterruptedException;
    }
}
