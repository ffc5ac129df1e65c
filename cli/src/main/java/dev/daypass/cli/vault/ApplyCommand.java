package dev.daypass.cli.vault;

import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import dev.daypass.grants.DocumentsRefusedException;
import dev.daypass.vaultpolicies.Rendering;
import dev.daypass.vaultpolicies.Secret;
import dev.daypass.vaultpolicies.VaultApply;
import dev.daypass.vaultpolicies.VaultRequestException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

    @Parameters(paramLabel = "DOCUMENTS", description = "The folder with issuers/, databases/ and grants/.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path folder;

    @Option(names = "--address", paramLabel = "URL", description = "Vault's address; default: $$VAULT_ADDR.")
    private @Nullable URI address;

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM of the authority behind Vault's certificate.")
    private @Nullable Path ca;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with a token that has the rights of daypass-administrator.hcl.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--broker-cidr",
            paramLabel = "CIDR",
            required = true,
            description = "Addresses from which the functions reach Vault; may be repeated.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    private List<String> brokerCidrs;

    @Option(
            names = "--password-file",
            paramLabel = "DATABASE=FILE",
            description = "The password of a database's administrator, in a 0600 file.")
    private Map<String, Path> passwordFiles = Map.of();

    @Option(names = "--var", paramLabel = "NAME=VALUE", description = "A value for ${NAME} in the documents.")
    private Map<String, String> variables = Map.of();

    @Option(names = "--secret-id-file", paramLabel = "FILE", description = "Where the broker's new secret id is put.")
    private @Nullable Path secretIdFile;

    @Option(names = "--out", paramLabel = "DIR", description = "Write there what would be applied, and apply nothing.")
    private @Nullable Path out;

    public ApplyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, Failure {
        var broker = new ArrayList<Cidr>();
        for (var text : brokerCidrs) {
            broker.add(Cidr.parse(text)
                    .orElseThrow(() -> Failure.usage("--broker-cidr " + text + " is not an address block")));
        }
        Documents documents;
        try {
            documents = Documents.read(folder, variables);
        } catch (DocumentsRefusedException e) {
            e.problems().forEach(problem -> surroundings.err().println(problem));
            throw Failure.couldNot(e.problems().size() + " problems in the documents; nothing was applied");
        }
        if (out != null) {
            Rendering.write(out, documents, broker);
            return ExitCode.OK;
        }
        apply(documents, broker);
        return ExitCode.OK;
    }

    private void apply(Documents documents, List<Cidr> broker) throws IOException, Failure {
        URI to = Optional.ofNullable(address)
                .or(() -> surroundings.variable("VAULT_ADDR").map(URI::create))
                .orElseThrow(() -> Failure.usage("where is Vault? --address or VAULT_ADDR"));
        Path token = needed(tokenFile, "--token-file");
        Path secretId = needed(secretIdFile, "--secret-id-file");
        var passwords = new HashMap<String, Secret>();
        for (var database : documents.databases().keySet()) {
            passwords.put(database, password(database));
        }
        Optional<String> pem = ca == null ? Optional.empty() : Optional.of(Files.readString(ca));
        try {
            var login = new VaultApply(
                            new VaultApply.Options(to, pem, broker),
                            () -> Secret.read(token),
                            line -> surroundings.out().println(line))
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
