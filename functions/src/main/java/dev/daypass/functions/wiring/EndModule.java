package dev.daypass.functions.wiring;

import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dev.daypass.functions.aws.SignedRequests;
import dev.daypass.functions.aws.SsmSecret;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.vault.Broker;
import dev.daypass.functions.vault.DriverBroker;
import dev.daypass.functions.vault.Password;
import dev.daypass.functions.wiring.Settings.BrokerSettings;
import dev.daypass.functions.witness.Canaries;
import dev.daypass.functions.witness.Witness;
import dev.daypass.functions.witness.Witnesses;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;

/** What only the functions that end have. */
@Module
abstract class EndModule {
    /** A synchronous revoke waits for the database. */
    private static final Duration VAULT_CALL = Duration.ofSeconds(8);

    private EndModule() {}

    @Provides
    @Singleton
    static Broker broker(
            Settings settings,
            BrokerSettings broker,
            SignedRequests requests,
            @Named("vault") HttpClient vault,
            Clock clock) {
        var secret = new SsmSecret(requests, SsmSecret.Options.forVault(broker.secretParameter()));
        var login = new DriverBroker.BrokerLogin() {
            @Override
            public String mount() {
                return "approle";
            }

            @Override
            public String roleId() {
                return broker.roleId();
            }

            @Override
            public Password secretId() throws PeerException {
                return new Password(secret.fetch().reveal());
            }
        };
        return new DriverBroker(
                vault,
                login,
                clock,
                new DriverBroker.Options(settings.vaultAddress().toString(), VAULT_CALL));
    }

    @Provides
    @Singleton
    static Witnesses witnesses(Broker broker, Clock clock) {
        return new Witnesses(broker, clock);
    }

    @Binds
    abstract Witness witness(Witnesses witnesses);

    @Binds
    abstract Canaries canaries(Witnesses witnesses);
}
