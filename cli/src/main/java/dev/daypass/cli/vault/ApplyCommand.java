package dev.daypass.cli.vault;

import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.options.DocumentsOptions;
import dev.daypass.grants.Documents;
import dev.daypass.vaultpolicies.Rendering;
import dev.daypass.vaultpolicies.Secret;
import dev.daypass.vaultpolicies.VaultApply;
import dev.daypass.vaultpolicies.VaultRequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Applies static files and documents through Vault's API, or renders them for review. */
@Command(
        name = "apply",
        description = {
            "Apply vault-policies/ and the documents to OpenBao or Vault through its API; or write with --out what would be"
                    + " applied, for review.",
            "The broker's new secret id goes into the file of --secret-id-file (0600); store it where the functions read it."
        })
public final class ApplyCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private DocumentsOptions documentsOptions;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private VaultOptions vault;

    @Option(
            names = "--password-file",
            paramLabel = "DATABASE=FILE",
            description = "The password of a database's administrator, in a 0600 file.")
    private Map<String, Path> passwordFiles = Map.of();

    @Option(names = "--secret-id-file", paramLabel = "FILE", description = "Where the broker's new secret id is put.")
    private @Nullable Path secretIdFile;

    @Option(names = "--out", paramLabel = "DIR", description = "Write there what would be applied, and apply nothing.")
    private @Nullable Path out;

    public ApplyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, Failure {
        var broker = vault.broker();
        var documents = documentsOptions.read(surroundings);
        if (out != null) {
            Rendering.write(out, documents, broker);
            return ExitCode.OK;
        }
        apply(documents);
        return ExitCode.OK;
    }

    private void apply(Documents documents) throws IOException, Failure {
        var server = vault.server(surroundings);
        var token = vault.token();
        Path secretId = needed(secretIdFile, "--secret-id-file");
        var passwords = new HashMap<String, Secret>();
        for (var database : documents.databases().keySet()) {
            passwords.put(database, password(database));
        }
        try {
            var login = new VaultApply(server, token, line -> surroundings.out().println(line))
                    .apply(documents, database -> Objects.requireNonNull(passwords.get(database)));
            writePrivately(secretId, login.secretId());
            surroundings.out().println("the broker's role id: " + login.roleId());
        } catch (VaultRequestException e) {
            throw Failure.couldNot(String.valueOf(e.getMessage()));
        }
    }

    private Secret password(String database) throws Failure {
        var file = passwordFiles.get(database);
        if (file == null) {
            throw Failure.usage("database " + database + " needs --password-file " + database + "=FILE");
        }
        return Secret.read(file);
    }

    private static Path needed(@Nullable Path value, String option) throws Failure {
        if (value == null) {
            throw Failure.usage(option + " is needed to apply");
        }
        return value;
    }

    private static void writePrivately(Path file, Secret secret) throws IOException {
        Files.deleteIfExists(file);
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var channel =
                Files.newByteChannel(file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            channel.write(StandardCharsets.US_ASCII.encode(secret.reveal()));
        }
    }
}
