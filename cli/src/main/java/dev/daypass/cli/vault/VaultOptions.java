package dev.daypass.cli.vault;

import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.grants.Cidr;
import dev.daypass.vaultpolicies.Secret;
import dev.daypass.vaultpolicies.VaultApply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where Vault is, who asks, and from where the broker comes. */
public final class VaultOptions {
    @Option(names = "--address", paramLabel = "URL", description = "Vault's address; default: $$VAULT_ADDR.")
    private @Nullable URI address;

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM of the authority behind Vault's certificate.")
    private @Nullable Path ca;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file with a token that has the rights of daypass-administrator.hcl; to read only, of daypass-planner.hcl.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--broker-cidr",
            paramLabel = "CIDR",
            description = "Addresses from which the functions reach Vault; may be repeated.")
    private List<String> brokerCidrs = List.of();

    /** The broker's addresses; never empty. */
    public List<Cidr> broker() throws Failure {
        var broker = new ArrayList<Cidr>();
        for (var text : brokerCidrs) {
            broker.add(Cidr.parse(text)
                    .orElseThrow(() -> Failure.usage("--broker-cidr " + text + " is not an address block")));
        }
        if (broker.isEmpty()) {
            throw Failure.usage("--broker-cidr is needed: without it every agent could skip the broker");
        }
        return broker;
    }

    /** Where to ask. */
    public VaultApply.Options server(Surroundings surroundings) throws Failure, IOException {
        URI to;
        try {
            to = Optional.ofNullable(address)
                    .or(() -> surroundings.variable("VAULT_ADDR").map(URI::create))
                    .orElseThrow(() -> Failure.usage("where is Vault? --address or VAULT_ADDR"));
        } catch (IllegalArgumentException e) {
            throw Failure.usage("VAULT_ADDR is not an address: expected https://host:port");
        }
        Optional<String> pem = ca == null ? Optional.empty() : Optional.of(Files.readString(ca));
        return new VaultApply.Options(to, pem, broker());
    }

    /** Who asks; the file is read again for every request, so that something else may renew the token in it. */
    public Supplier<Secret> token() throws Failure {
        Path file = tokenFile;
        if (file == null) {
            throw Failure.usage("--token-file is needed to ask Vault");
        }
        // Once now, so that a file that cannot be used is an error of its own.
        var _ = secret(file);
        return () -> Secret.read(file);
    }

    /** What a file of a secret holds. */
    public static Secret secret(Path file) throws Failure {
        try {
            return Secret.read(file);
        } catch (UncheckedIOException e) {
            throw Failure.couldNot(
                    e.getCause() instanceof NoSuchFileException
                            ? file + ": there is no such file"
                            : String.valueOf(e.getMessage()));
        }
    }
}
