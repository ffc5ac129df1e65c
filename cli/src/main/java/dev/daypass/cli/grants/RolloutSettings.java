package dev.daypass.cli.grants;

import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.options.Converters;
import dev.daypass.cli.vault.VaultOptions;
import dev.daypass.deployer.live.DatabaseOpener;
import dev.daypass.deployer.live.GrantedVault;
import dev.daypass.deployer.rollout.DatabaseLogins;
import dev.daypass.deployer.rollout.OpenVault;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.Documents;
import dev.daypass.vaultpolicies.LiveVault;
import dev.daypass.vaultpolicies.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The databases and the Vault of plan, apply and drift, and how to log in to them. No password is ever an argument. */
final class RolloutSettings {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private VaultOptions vault;

    @Option(
            names = "--password-file",
            paramLabel = "DATABASE=FILE",
            description = "The password of the login that reads or changes a database, in a 0600 file.")
    private Map<String, Path> passwordFiles = Map.of();

    @Option(
            names = "--login",
            paramLabel = "DATABASE=USER",
            description = "Another login than the document's deployer: to plan, one that can only read catalogs.")
    private Map<String, String> logins = Map.of();

    @Option(
            names = "--vault-password-file",
            paramLabel = "DATABASE=FILE",
            description = "The password of Vault's own login in a database, in a 0600 file; for a new connection only.")
    private Map<String, Path> vaultPasswordFiles = Map.of();

    @Option(
            names = "--database-ca",
            paramLabel = "FILE",
            description = "PEM of the authorities behind the databases' certificates; default: libpq's root.crt.")
    private @Nullable Path databaseCa;

    @Option(names = "--no-database", description = "Leave the databases alone.")
    private boolean noDatabase;

    @Option(names = "--no-vault", description = "Leave Vault alone.")
    private boolean noVault;

    @Option(
            names = "--only",
            paramLabel = "GRANT",
            converter = Converters.OfGrantName.class,
            description = "This grant, with what it needs of its database; may be repeated.")
    private List<GrantName> only = List.of();

    Set<GrantName> only(Documents documents) throws Failure {
        for (var grant : only) {
            if (!documents.grants().containsKey(grant.text())) {
                throw Failure.usage(
                        "--only " + grant + ": there is no such grant in the documents; removals need a whole run");
            }
        }
        return Set.copyOf(only);
    }

    /** The broker's addresses, for what is rendered. */
    VaultOptions vault() {
        return vault;
    }

    Optional<DatabaseOpener> databases(Documents documents) throws Failure {
        if (noDatabase) {
            return Optional.empty();
        }
        known(documents, passwordFiles, "--password-file");
        known(documents, logins, "--login");
        var opener = new DatabaseLogins(Optional.ofNullable(databaseCa));
        for (var document : documents.databases().values()) {
            var file = passwordFiles.get(document.name());
            if (file == null) {
                throw Failure.usage("database " + document.name() + " needs --password-file " + document.name()
                        + "=FILE, or say --no-database");
            }
            opener.add(
                    document.name(),
                    logins.getOrDefault(document.name(), document.deployer()),
                    VaultOptions.secret(file));
        }
        return Optional.of(opener);
    }

    Optional<GrantedVault> vault(Documents documents, Surroundings surroundings) throws Failure, IOException {
        if (noVault) {
            return Optional.empty();
        }
        known(documents, vaultPasswordFiles, "--vault-password-file");
        var passwords = new HashMap<String, Secret>();
        for (var entry : vaultPasswordFiles.entrySet()) {
            passwords.put(entry.getKey(), VaultOptions.secret(entry.getValue()));
        }
        return Optional.of(new OpenVault(
                new LiveVault(vault.server(surroundings), vault.token()),
                documents,
                name -> Optional.ofNullable(passwords.get(name))));
    }

    private static void known(Documents documents, Map<String, ?> byDatabase, String option) throws Failure {
        for (var name : byDatabase.keySet()) {
            if (!documents.databases().containsKey(name)) {
                throw Failure.usage(option + " " + name + "=…: there is no such database in the documents");
            }
        }
    }
}
