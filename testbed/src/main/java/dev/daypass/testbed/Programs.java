package dev.daypass.testbed;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs that are expected on the machine: where they are, and what they say when run once. */
public final class Programs {
    private Programs() {}

    /** The first on the {@code PATH}. */
    public static Optional<Path> find(String name) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            var program = Path.of(directory, name);
            if (!directory.isEmpty() && Files.isRegularFile(program) && Files.isExecutable(program)) {
                return Optional.of(program.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    /**
     * Runs a program of the user's, with the user's own environment, to its end.
     *
     * @throws IOException if it cannot start or is not done in time; it is killed then
     */
    public static Result run(List<String> command, Duration limit) throws IOException, InterruptedException {
        var output = Files.createTempFile("daypass-", ".out");
        try {
            var process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException(command.getFirst() + " was not done after " + limit.toSeconds() + " s");
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** How a program ended and all that it printed. */
    public record Result(int exitCode, String output) {
        /** Whether it returned 0. */
        public boolean succeeded() {
            return exitCode == 0;
        }
    }
}
