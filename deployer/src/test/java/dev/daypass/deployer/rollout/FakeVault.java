package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.GrantedVault;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.GrantDocument;
import dev.daypass.vaultpolicies.VaultChange;
import dev.daypass.vaultpolicies.VaultDifferences;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A Vault that differs in what a test says, and writes down what it is told. */
final class FakeVault implements GrantedVault {
    final List<VaultChange> differences = new ArrayList<>();
    Consumer<GrantName> whenAskedToEnd = grant -> {};

    private final List<String> log;

    FakeVault(List<String> log) {
        this.log = log;
    }

    @Override
    public VaultDifferences differences() {
        return new VaultDifferences(differences, List.of());
    }

    @Override
    public void make(VaultChange change) {
        log.add("make " + change.path());
    }

    @Override
    public void close(GrantName grant) {
        log.add("close " + grant);
    }

    @Override
    public void open(GrantDocument grant) {
        log.add("open " + grant.name());
    }

    @Override
    public boolean endSessions(GrantName grant) {
        log.add("end " + grant);
        whenAskedToEnd.accept(grant);
        return true;
    }

    @Override
    public void forget(GrantName grant) {
        log.add("forget " + grant);
    }
}
