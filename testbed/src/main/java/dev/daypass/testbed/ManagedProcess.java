package dev.daypass.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A child that leads a process group of its own, so that a Ctrl-C in the terminal does not reach it and all it has started
 * can be ended with it. Made by {@link Reaper#start}. Thread-safe.
 */
public final class ManagedProcess {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final String name;
    private final Process process;
    private final StopSignal signal;
    private final Path log;
    private final Consumer<ManagedProcess> ended;

    ManagedProcess(String name, Process process, StopSignal signal, Path log, Consumer<ManagedProcess> ended) {
        this.name = name;
        this.process = process;
        this.signal = signal;
        this.log = log;
        this.ended = ended;
    }

    /** What it was called at its start. */
    public String name() {
        return name;
    }

    /** Of the process, and of the group that it leads. */
    public long pid() {
        return process.pid();
    }

    /** Whether the leader still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it returned; empty while it runs. For one ended by a signal, 128 + its number. */
    public OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /** Waits for the leader to end by itself; false if it has not by then. */
    public boolean awaitExit(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What it printed. */
    public Path log() {
        return log;
    }

    /** Asks it to stop, waits ten seconds at most, and kills what is left of it and of its children. */
    public void stop() {
        stop(GRACE);
    }

    /** As {@link #stop()}, waiting for so long at most. */
    public void stop(Duration grace) {
        end(grace);
    }

    /** Kills it and its children at once, as a crash would. */
    public void kill() {
        end(Duration.ZERO);
    }

    /** The last lines of what it printed, for a message to a person. */
    public String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 10), lines.size()));
        } catch (IOException e) {
            return "(its log " + log + " cannot be read: " + e.getMessage() + ")";
        }
    }

    private synchronized void end(Duration grace) {
        // Taken first: whoever outlives the leader has another parent afterwards.
        List<ProcessHandle> tree = process.descendants().toList();
        if (grace.isPositive() && process.isAlive()) {
            signalGroup(signal.name());
            awaitEnd(grace);
        }
        signalGroup("KILL");
        tree.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitEnd(GRACE);
        ended.accept(this);
    }

    private void signalGroup(String which) {
        // Java signals single processes only; a shell's kill is everywhere. It fails when the group is gone: that is
        // fine.
        uninterruptibly(() -> Programs.run(
                List.of("/bin/sh", "-c", "kill -s \"$1\" -- \"-$2\"", "kill", which, Long.toString(pid())), GRACE));
    }

    private void awaitEnd(Duration limit) {
        uninterruptibly(() -> process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** An interrupt is no reason to leave a process behind: it is kept for later. */
    private static void uninterruptibly(Step step) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    step.run();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return name + " (process " + pid() + ")";
    }

    /** What a program takes for the wish that it stops now, in order. */
    public enum StopSignal {
        /** What nearly everything expects. */
        TERM,
        /** PostgreSQL's fast shutdown; its TERM waits for clients to leave. */
        INT
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, InterruptedException;
    }
}
