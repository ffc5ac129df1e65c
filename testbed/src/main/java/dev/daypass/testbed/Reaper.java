package dev.daypass.testbed;

import dev.daypass.testbed.ManagedProcess.StopSignal;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts child processes and sees to it that none is left, nor any directory of theirs: not after {@link #close}, a Ctrl-C, a
 * failure, nor a {@code kill -9} of this JVM. For the last there is a watchdog, a small shell script in a session of its own that
 * learns from the end of a pipe that the JVM is gone. Thread-safe.
 */
public final class Reaper implements AutoCloseable {
    private final Process watchdog;
    private final OutputStream toWatchdog;
    private final Thread atExit = new Thread(this::endAll, "daypass-reaper");
    private final List<ManagedProcess> running = new ArrayList<>();
    private final List<Path> directories = new ArrayList<>();
    private boolean closed;

    private Reaper(Process watchdog) {
        this.watchdog = watchdog;
        this.toWatchdog = watchdog.getOutputStream();
    }

    /** With its watchdog running. */
    public static Reaper open() throws IOException {
        var builder = new ProcessBuilder(ownSession(List.of("/bin/sh", "-c", script(), "daypass-watchdog")))
                .directory(new File("/"))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        var reaper = new Reaper(builder.start());
        Runtime.getRuntime().addShutdownHook(reaper.atExit);
        return reaper;
    }

    /** As {@link #start(String, List, Map, Path, Path, StopSignal)} with TERM. */
    public ManagedProcess start(
            String name, List<String> command, Map<String, String> environment, Path workingDirectory, Path log)
            throws IOException {
        return start(name, command, environment, workingDirectory, log, StopSignal.TERM);
    }

    /**
     * Starts a process in a session of its own. A program that cannot be run shows as exit code 126 or 127, with the reason in the
     * log.
     *
     * @param environment all of it: nothing is inherited
     * @param log takes what it prints, after what is there already; created readable for this user only
     */
    public synchronized ManagedProcess start(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path workingDirectory,
            Path log,
            StopSignal signal)
            throws IOException {
        requireOpen();
        if (Files.notExists(log)) {
            Directories.writePrivate(log, "");
        }
        // It waits for a word until the watchdog knows it: without, a JVM that dies just here would leave it behind.
        var held = new ArrayList<>(ownSession(
                List.of("/bin/sh", "-c", "read -r word && [ \"$word\" = go ] && exec \"$@\" </dev/null", name)));
        held.addAll(command);
        var builder = new ProcessBuilder(held)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            tellWatchdog("process " + process.pid() + " " + signal);
            try (var go = process.getOutputStream()) {
                go.write("go\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
        var managed = new ManagedProcess(name, process, signal, log, this::forget);
        running.add(managed);
        return managed;
    }

    /** A new directory that only this user may enter, removed at the end. */
    public Path directory(String name) throws IOException {
        var directory = Files.createTempDirectory(
                "daypass-" + name + "-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        removeAtEnd(directory);
        return directory;
    }

    /** Has this directory and all in it removed after the last process has ended. */
    public synchronized void removeAtEnd(Path directory) throws IOException {
        requireOpen();
        var absolute = directory.toAbsolutePath().normalize();
        if (absolute.getNameCount() < 2 || absolute.toString().contains("\n")) {
            throw new IllegalArgumentException("will not remove " + absolute);
        }
        tellWatchdog("directory " + absolute);
        directories.add(absolute);
    }

    /** Stops everything, the last started first, and removes the directories. Takes ten seconds at most for each process. */
    @Override
    public void close() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs, or has run.
        }
    }

    private void endAll() {
        List<ManagedProcess> last;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            last = List.copyOf(running).reversed();
        }
        try {
            last.forEach(ManagedProcess::stop);
            for (var directory : directories) {
                remove(directory);
            }
        } finally {
            // Whatever failed above, the watchdog does now.
            dismissWatchdog();
        }
    }

    private static void remove(Path directory) {
        try {
            Directories.delete(directory);
        } catch (IOException e) {
            // What was just killed may have been writing there; the watchdog tries again.
        }
    }

    private void dismissWatchdog() {
        try {
            toWatchdog.close();
            watchdog.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException("the watchdog is gone already", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void forget(ManagedProcess process) {
        if (running.remove(process)) {
            try {
                tellWatchdog("ended " + process.pid());
            } catch (IOException e) {
                throw new UncheckedIOException("the watchdog is gone: " + process + " was stopped without it", e);
            }
        }
    }

    private void tellWatchdog(String line) throws IOException {
        toWatchdog.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        toWatchdog.flush();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the reaper is closed: nothing can be started any more");
        }
    }

    /** macOS has no setsid program, but has Perl. */
    private static List<String> ownSession(List<String> command) {
        var whole = new ArrayList<String>();
        Programs.find("setsid")
                .ifPresentOrElse(
                        setsid -> whole.add(setsid.toString()),
                        () -> whole.addAll(
                                List.of("/usr/bin/perl", "-e", "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV")));
        whole.addAll(command);
        return whole;
    }

    private static String script() throws IOException {
        try (InputStream in = Reaper.class.getResourceAsStream("watchdog.sh")) {
            if (in == null) {
                throw new IOException("watchdog.sh is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
