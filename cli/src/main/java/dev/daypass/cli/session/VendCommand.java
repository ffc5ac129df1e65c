package dev.daypass.cli.session;

import dev.daypass.cli.api.DaypassApi;
import dev.daypass.cli.api.Vended;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.files.SessionFiles;
import dev.daypass.cli.files.StateFolder;
import dev.daypass.cli.options.EndpointOption;
import dev.daypass.cli.options.GrantOptions;
import dev.daypass.cli.options.TokenOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks for a session and leaves what libpq reads in a private folder. */
@Command(
        name = "vend",
        description =
                "Ask for a session. Its password goes into private files (0600) that libpq reads; how to use them is"
                        + " printed.")
public final class VendCommand implements Callable<Integer> {
    /** What is printed. */
    public enum Output {
        JSON("json"),
        ENV_FILES("env-files");

        private final String word;

        Output(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    private final Surroundings surroundings;

    @Mixin
    private final EndpointOption endpoint = new EndpointOption();

    @Mixin
    private final TokenOptions token = new TokenOptions();

    @Mixin
    private final GrantOptions grant = new GrantOptions();

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "Asking again with the same key ends the earlier session; default: a random one.")
    private @Nullable String idempotencyKey;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "json, or env-files: lines for a shell (default: env-files).")
    private Output output = Output.ENV_FILES;

    @Option(names = "--show-password", description = "Print the password as well.")
    private boolean showPassword;

    @Option(
            names = "--handle-file",
            paramLabel = "FILE",
            description = "Write the session's handle to this new file as well.")
    private @Nullable Path handleFile;

    public VendCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        var key = Optional.ofNullable(idempotencyKey);
        if (key.filter(k -> !k.matches("[\\x21-\\x7e]{1,128}")).isPresent()) {
            throw Failure.usage("--idempotency-key is not accepted: expected 1 to 128 printable ASCII characters.");
        }
        var folder = StateFolder.of(surroundings);
        try (var api = new DaypassApi(endpoint.required(surroundings))) {
            Vended vended = api.vend(token.required(surroundings), grant.request(key));
            SessionFiles files = keep(api, vended, folder);
            surroundings
                    .out()
                    .println(
                            switch (output) {
                                case JSON -> SessionReport.json(vended, files, showPassword);
                                case ENV_FILES -> SessionReport.shell(vended, files, showPassword);
                            });
        }
        return ExitCode.OK;
    }

    /** A session that nobody could use or end any more must not stay: it is ended when its files cannot be written. */
    private SessionFiles keep(DaypassApi api, Vended vended, StateFolder folder) throws Failure {
        Optional<SessionFiles> files = Optional.empty();
        try {
            files = Optional.of(folder.create(vended.session()));
            files.get().writeHandle(vended.handle(), api.endpoint());
            files.get().writeConnection(vended);
            if (handleFile != null) {
                SessionFiles.writeHandle(vended.handle(), handleFile);
            }
            return files.get();
        } catch (Failure e) {
            new Revocation(api, vended.session(), files, surroundings).run(vended.handle());
            throw e;
        }
    }
}
