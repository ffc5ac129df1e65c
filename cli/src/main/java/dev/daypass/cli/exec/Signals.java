package dev.daypass.cli.exec;

import dev.daypass.cli.console.ExitCode;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps SIGINT, SIGTERM and SIGHUP from ending this process before its child: each is passed on to the child, and the
 * end of the child is what goes on from there. A shutdown hook would be too late: a Ctrl-C in an interactive psql is
 * meant for psql alone. Thread-safe.
 */
final class Signals implements AutoCloseable {
    /** After SIGTERM or SIGHUP the child has this long, then it is killed: the session must not outlive its owner. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final List<JvmSignal.Held> held = new ArrayList<>();
    private @Nullable Process child;
    private @Nullable JvmSignal first;

    private Signals() {}

    /** From now on, until closed. */
    static Signals hold() {
        var signals = new Signals();
        for (var signal : JvmSignal.values()) {
            signal.handle(signals::arrived).ifPresent(signals.held::add);
        }
        return signals;
    }

    /** 128 and the number of the first signal that came, if one came. */
    synchronized OptionalInt exitCode() {
        return first == null ? OptionalInt.empty() : OptionalInt.of(ExitCode.SIGNAL_BASE + first.number());
    }

    /** From now on signals go to this process; one that came before goes at once. */
    synchronized void passOnTo(Process process) {
        child = process;
        if (first != null) {
            passOn(process, first, false);
        }
    }

    /** The child has ended, and its number may soon be another's. */
    synchronized void childEnded() {
        child = null;
    }

    @Override
    public void close() {
        held.forEach(JvmSignal.Held::release);
    }

    private synchronized void arrived(JvmSignal signal) {
        if (first == null) {
            first = signal;
        }
        if (child != null) {
            passOn(child, signal, signal == JvmSignal.INT && terminalIsOurs());
        }
    }

    private static void passOn(Process process, JvmSignal signal, boolean terminalDidIt) {
        if (!terminalDidIt) {
            send(process, signal);
        }
        if (signal != JvmSignal.INT) {
            Thread.ofPlatform().daemon().name("grace").start(() -> killAfterGrace(process));
        }
    }

    private static void killAfterGrace(Process process) {
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** ProcessHandle sends SIGTERM and SIGKILL only; the shell's own kill needs no program beside it. */
    private static void send(Process process, JvmSignal signal) {
        if (signal == JvmSignal.TERM) {
            process.destroy();
            return;
        }
        try {
            new ProcessBuilder(
                            "/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal.name(), Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Whether this process is in its terminal's foreground group: then Ctrl-C reached the child without us, and passing it
     * on would interrupt a psql twice. Linux only (proc(5): field 5 is the group, field 8 the terminal's); elsewhere a
     * terminal on both ends counts as ours.
     */
    private static boolean terminalIsOurs() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
            // The name in parentheses may hold spaces: count from its end, where the state is the first field.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[2].equals(fields[5]);
        } catch (IOException e) {
            return Optional.ofNullable(System.console())
                    .filter(Console::isTerminal)
                    .isPresent();
        }
    }
}
