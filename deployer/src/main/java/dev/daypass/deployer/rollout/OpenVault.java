package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.GrantedVault;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.Documents;
import dev.daypass.grants.GrantDocument;
import dev.daypass.vaultpolicies.LiveVault;
import dev.daypass.vaultpolicies.Secret;
import dev.daypass.vaultpolicies.VaultChange;
import dev.daypass.vaultpolicies.VaultDifferences;
import java.util.Optional;
import java.util.function.Function;

/** {@link GrantedVault} over a real server. */
public final class OpenVault implements GrantedVault {
    private final LiveVault vault;
    private final Documents documents;
    private final Function<String, Optional<Secret>> administratorPassword;

    /** @param administratorPassword of Vault's login in a database, by the database's name; needed for new connections only */
    public OpenVault(LiveVault vault, Documents documents, Function<String, Optional<Secret>> administratorPassword) {
        this.vault = vault;
        this.documents = documents;
        this.administratorPassword = administratorPassword;
    }

    @Override
    public VaultDifferences differences() {
        return vault.differences(documents);
    }

    @Override
    public void make(VaultChange change) {
        vault.make(change, documents, administratorPassword);
    }

    @Override
    public void close(GrantName grant) {
        vault.close(grant);
    }

    @Override
    public void open(GrantDocument grant) {
        vault.open(grant, documents);
    }

    @Override
    public boolean endSessions(GrantName grant) {
        return vault.endSessions(grant);
    }

    @Override
    public void forget(GrantName grant) {
        vault.forget(grant);
    }
}
