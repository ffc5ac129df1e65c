package dev.daypass.testbed.aws;

import dev.daypass.digest.Sha256;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.Programs;
import dev.daypass.testbed.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** MiniStack in a virtual environment of its own, every package of it pinned by its hash. */
final class MiniStack {
    static final String VERSION = "1.5.33";

    private static final List<String> PYTHONS =
            List.of("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10");

    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** What a usable Python prints: its version, and where it really is. */
    private static final Pattern USABLE = Pattern.compile("(3\\.\\d+\\.\\d+) (/.*)");

    private static final String PROBE = "import sys, venv, ensurepip, os;"
            + " print('%d.%d.%d' % sys.version_info[:3], os.path.realpath(sys.executable)) if sys.version_info >= (3, 10) else sys.exit(3)";

    private MiniStack() {}

    /**
     * The Python that has MiniStack installed; installs it at the first call, from the package index that {@code pip} is
     * set up for.
     */
    static Path python(Cache cache, Progress progress) throws IOException, InterruptedException {
        byte[] requirements = Resources.bytes("ministack.txt");
        var base = findPython();
        var key = VERSION + "-" + Sha256.of(requirements).hex().substring(0, 12) + "-py" + base.version() + "-"
                + Sha256.of(base.path().getBytes(StandardCharsets.UTF_8)).hex().substring(0, 8);
        var directory = cache.directory("ministack", key, target -> {
            progress.say("Installing the local AWS endpoint, MiniStack " + VERSION + " (once)");
            install(base, requirements, target);
        });
        var python = directory.resolve("bin").resolve("python");
        if (!Files.isExecutable(python)) {
            throw new IOException("the Python that " + directory
                    + " was made with is not there any more; delete that directory and start again");
        }
        return python;
    }

    private static void install(Python base, byte[] requirements, Path target)
            throws IOException, InterruptedException {
        run("make a virtual environment", List.of(base.path(), "-m", "venv", target.toString()));
        var list = Files.write(target.resolve("requirements.txt"), requirements);
        run(
                "install MiniStack " + VERSION,
                List.of(
                        target.resolve("bin").resolve("python").toString(),
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--no-deps",
                        "--only-binary=:all:",
                        "--require-hashes",
                        "-r",
                        list.toString()));
    }

    private static void run(String purpose, List<String> command) throws IOException, InterruptedException {
        var result = Programs.run(command, LIMIT);
        if (!result.succeeded()) {
            throw new IOException("could not " + purpose + ": " + String.join(" ", command) + " returned "
                    + result.exitCode() + System.lineSeparator() + result.output());
        }
    }

    private static Python findPython() throws IOException, InterruptedException {
        for (var name : PYTHONS) {
            var program = Programs.find(name);
            if (program.isPresent()) {
                var usable = usable(program.get());
                if (usable.isPresent()) {
                    return usable.get();
                }
            }
        }
        throw new IOException("the local AWS endpoint needs Python 3.10 or newer with its modules venv and ensurepip"
                + " (on Debian: apt-get install python3-venv); none of " + PYTHONS + " on the PATH has that");
    }

    private static Optional<Python> usable(Path program) throws IOException, InterruptedException {
        var result = Programs.run(List.of(program.toString(), "-c", PROBE), Duration.ofSeconds(30));
        var printed = USABLE.matcher(result.output().strip());
        return result.succeeded() && printed.matches()
                ? Optional.of(new Python(printed.group(1), printed.group(2)))
                : Optional.empty();
    }

    private record Python(String version, String path) {}
}
