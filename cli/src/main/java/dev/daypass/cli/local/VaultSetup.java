package dev.daypass.cli.local;

import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import dev.daypass.testbed.DatabaseLogin;
import dev.daypass.testbed.OpenBaoPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.vaultpolicies.Secret;
import dev.daypass.vaultpolicies.VaultApply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Applies the same files to the local server that {@code daypass vault apply} applies to any other. */
final class VaultSetup {
    private VaultSetup() {}

    /** @param administrator Vault's own login in every database of the documents */
    static VaultApply.BrokerLogin apply(
            OpenBaoPeer vault,
            Documents documents,
            DatabaseLogin administrator,
            String brokerAddress,
            Progress progress) {
        var options =
                new VaultApply.Options(vault.address(), Optional.empty(), List.of(new Cidr(brokerAddress + "/32")));
        int[] written = {0};
        var login = new VaultApply(options, () -> token(vault), line -> written[0]++)
                .apply(
                        documents,
                        database -> new Secret(administrator.password().reveal()));
        progress.say("OpenBao was told " + written[0] + " things");
        return login;
    }

    private static Secret token(OpenBaoPeer vault) {
        try {
            return new Secret(vault.adminToken().reveal());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
