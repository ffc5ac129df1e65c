package dev.daypass.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command as a process of its own, with nothing of Daypass's or libpq's in its environment but what is given. */
final class CliRun implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final Process process;
    private final Path out;
    private final Path err;

    private CliRun(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** @param folder private to the run: state, token, output */
    static CliRun start(Path folder, ScriptedBroker broker, String... arguments) throws IOException {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.daypass.cli.Main"));
        words.addAll(List.of(arguments));
        Path token = folder.resolve("token");
        if (!Files.exists(token)) {
            Files.writeString(token, ScriptedBroker.TOKEN + "\n");
        }
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        var builder = new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("DAYPASS"));
        environment.put("XDG_RUNTIME_DIR", folder.toString());
        environment.put("DAYPASS_URL", broker.url());
        environment.put("DAYPASS_TOKEN_FILE", token.toString());
        environment.put("PGPASSWORD", "of-somebody-else");
        return new CliRun(builder.start(), out, err);
    }

    /** Waits for the end; fails rather than hangs. */
    int exitCode() throws InterruptedException, IOException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after " + LIMIT + "; it said: " + err());
        }
        return process.exitValue();
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("/bin/sh", "-c", "kill -s " + name + " " + process.pid())
                .start()
                .waitFor();
    }

    /** Waits until a file that the child writes has text. */
    String await(Path file) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            if (Files.exists(file) && Files.size(file) > 0) {
                return Files.readString(file);
            }
            if (!process.isAlive()) {
                throw new AssertionError(
                        "ended with " + process.exitValue() + " before " + file.getFileName() + ": " + err());
            }
            Thread.sleep(20);
        }
        throw new AssertionError("no " + file + " after " + LIMIT);
    }

    String out() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
