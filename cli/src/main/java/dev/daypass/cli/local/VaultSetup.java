package dev.daypass.cli.local;

import dev.daypass.deployer.rollout.ApplyOutcome;
import dev.daypass.deployer.rollout.DatabaseLogins;
import dev.daypass.deployer.rollout.OpenVault;
import dev.daypass.deployer.rollout.PlanText;
import dev.daypass.deployer.rollout.Rollout;
import dev.daypass.deployer.rollout.RolloutListener;
import dev.daypass.deployer.rollout.RolloutOptions;
import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import dev.daypass.testbed.DatabaseLogin;
import dev.daypass.testbed.OpenBaoPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.vaultpolicies.LiveVault;
import dev.daypass.vaultpolicies.Secret;
import dev.daypass.vaultpolicies.VaultApply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Applies documents to the local peers as {@code daypass grants apply} does to any other. */
final class VaultSetup {
    private VaultSetup() {}

    /**
     * Everything in the databases and in OpenBao, and a login for the broker.
     *
     * @param databases the deployer's login in every database of the documents
     * @param administrator Vault's own login in every database of the documents
     */
    static VaultApply.BrokerLogin apply(
            OpenBaoPeer vault,
            Documents documents,
            DatabaseLogins databases,
            DatabaseLogin administrator,
            String brokerAddress,
            Progress progress)
            throws InterruptedException {
        var options =
                new VaultApply.Options(vault.address(), Optional.empty(), List.of(new Cidr(brokerAddress + "/32")));
        var password = new Secret(administrator.password().reveal());
        var steps = new Counting();
        var outcome = new Rollout(
                        documents,
                        Optional.of(databases),
                        Optional.of(new OpenVault(
                                new LiveVault(options, () -> token(vault)),
                                documents,
                                database -> Optional.of(password))),
                        RolloutOptions.standard(),
                        Clock.systemUTC())
                .apply(steps);
        switch (outcome) {
            case ApplyOutcome.Applied(var _, int changes) ->
                progress.say("applied the grants: " + changes + " changes in " + steps.steps + " steps");
            case ApplyOutcome.Refused(var plan, var reasons) ->
                throw new IllegalStateException(String.join("; ", reasons) + "\n" + PlanText.of(plan, false));
            case ApplyOutcome.Stopped stopped ->
                throw new IllegalStateException(
                        "the grants could not be applied: stopped at " + stopped.at() + ": " + stopped.cause());
        }
        return new VaultApply(options, () -> token(vault), line -> {}).newBrokerLogin();
    }

    /** How many steps it took. */
    private static final class Counting implements RolloutListener {
        private int steps;

        @Override
        public void step(int number, int of, String where, String what) {
            steps = number;
        }

        @Override
        public void say(String line) {}
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
