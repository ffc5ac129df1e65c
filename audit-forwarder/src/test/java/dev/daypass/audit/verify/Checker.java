package dev.daypass.audit.verify;

import dev.daypass.digest.Sha256;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The independent checker, in a Python of its own with exactly the packages that its list names; one process for many copies. */
final class Checker implements AutoCloseable {
    private static final List<String> PYTHONS =
            List.of("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10");
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String PROBE =
            "import sys, venv, ensurepip, os; sys.exit(3) if sys.version_info < (3, 10) else"
                    + " print('%d.%d.%d' % sys.version_info[:3], os.path.realpath(sys.executable))";

    /** Runs its command for each line of arguments, and tells what it returned. */
    private static final String DRIVER = """
            import io, contextlib, runpy, sys
            checker = runpy.run_path(sys.argv[1])
            for line in sys.stdin:
                sys.argv[1:] = line.rstrip("\\n").split("\\t")
                out = io.StringIO()
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                    code = checker["main"]()
                print(code, out.getvalue().strip().replace("\\n", " "), flush=True)
            """;

    private final Process process;
    private final BufferedReader answers;

    private Checker(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static Checker start() throws IOException, InterruptedException {
        var folder = Path.of("checker").toAbsolutePath();
        var python = python(Cache.ofUser(System.getenv()), folder.resolve("requirements.txt"));
        return new Checker(new ProcessBuilder(
                        python.toString(),
                        "-B",
                        "-c",
                        DRIVER,
                        folder.resolve("verify.py").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** What the command printed, its exit code first. */
    String run(List<String> arguments) throws IOException {
        var input = process.outputWriter(StandardCharsets.UTF_8);
        input.write(String.join("\t", arguments));
        input.write('\n');
        input.flush();
        var answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the checker ended");
        }
        return answer;
    }

    private static Path python(Cache cache, Path requirements) throws IOException, InterruptedException {
        var base = base();
        byte[] list = Files.readAllBytes(requirements);
        var version = Sha256.of((base + new String(list, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        return cache.directory("checker", version.hex().substring(0, 20), target -> {
                    succeed(List.of(base.substring(base.indexOf(' ') + 1), "-m", "venv", target.toString()));
                    var install =
                            new ArrayList<>(List.of(target.resolve("bin/python").toString(), "-m", "pip", "install"));
                    install.addAll(List.of("--quiet", "--disable-pip-version-check", "--no-deps"));
                    install.addAll(List.of("--only-binary=:all:", "--require-hashes", "-r", requirements.toString()));
                    succeed(install);
                })
                .resolve("bin/python");
    }

    /** The version and the path of a Python that can make virtual environments. */
    private static String base() throws IOException, InterruptedException {
        for (var name : PYTHONS) {
            var program = Programs.find(name);
            if (program.isPresent()) {
                var result = Programs.run(List.of(program.get().toString(), "-c", PROBE), Duration.ofSeconds(30));
                if (result.succeeded()) {
                    return result.output().strip();
                }
            }
        }
        throw new IOException("the checker needs Python 3.10 or newer with venv and ensurepip; none of " + PYTHONS
                + " on the PATH has that");
    }

    private static void succeed(List<String> command) throws IOException, InterruptedException {
        var result = Programs.run(command, LIMIT);
        if (!result.succeeded()) {
            throw new IOException(
                    String.join(" ", command) + " returned " + result.exitCode() + "\n" + result.output());
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
