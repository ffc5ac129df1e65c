package dev.daypass.cli.options;

import dev.daypass.cli.api.BearerToken;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where the identity token comes from: a file, standard input or a command. Never an argument or a variable that holds
 * the token itself, since other processes of the machine can read both.
 */
public final class TokenOptions {
    private static final int MAX_BYTES = 16 * 1024;
    /** Long enough for a person who has to confirm a login. */
    private static final int COMMAND_LIMIT_SECONDS = 120;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with the identity token, or - for standard input; default: $$DAYPASS_TOKEN_FILE.")
    private @Nullable String file;

    @Option(
            names = "--token-command",
            paramLabel = "COMMAND",
            description = "A shell command that prints the identity token.")
    private @Nullable String command;

    /** The token; empty when no source was named. */
    public Optional<BearerToken> named(Surroundings surroundings) throws Failure {
        if (file != null && command != null) {
            throw Failure.usage("--token-file and --token-command exclude each other.");
        }
        if (command != null) {
            return Optional.of(parse("what --token-command printed", run(command)));
        }
        String source = file != null
                ? file
                : surroundings.variable("DAYPASS_TOKEN_FILE").orElse(null);
        if (source == null) {
            return Optional.empty();
        }
        return Optional.of(
                source.equals("-")
                        ? parse("standard input", read("standard input", surroundings.in()))
                        : parse(source, read(source)));
    }

    public BearerToken required(Surroundings surroundings) throws Failure {
        return named(surroundings)
                .orElseThrow(
                        () -> Failure.usage("which identity token? Give --token-file FILE (- for standard input) or"
                                + " --token-command, or set DAYPASS_TOKEN_FILE."));
    }

    private static BearerToken parse(String source, String text) throws Failure {
        return BearerToken.parse(text)
                .orElseThrow(() -> Failure.couldNot(source + " is not a bearer token: expected one line of at most 8192"
                        + " letters, digits and -._~+/= (RFC 6750)."));
    }

    private static String read(String path) throws Failure {
        try (var in = Files.newInputStream(Path.of(path))) {
            return read(path, in);
        } catch (IOException | RuntimeException e) {
            throw Failure.couldNot("the token file " + path + " cannot be read ("
                    + e.getClass().getSimpleName() + ").");
        }
    }

    private static String read(String source, InputStream in) throws Failure {
        try {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Failure.couldNot(source + " cannot be read.");
        }
    }

    private static String run(String command) throws Failure {
        try {
            var process = new ProcessBuilder("/bin/sh", "-c", command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String printed = read("what --token-command printed", process.getInputStream());
            if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw Failure.couldNot("--token-command did not end within " + COMMAND_LIMIT_SECONDS + " s.");
            }
            if (process.exitValue() != 0) {
                throw Failure.couldNot("--token-command failed with exit code " + process.exitValue() + ".");
            }
            return printed;
        } catch (IOException e) {
            throw Failure.couldNot("--token-command cannot be run: /bin/sh did not start.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.couldNot("interrupted while --token-command ran.");
        }
    }
}
