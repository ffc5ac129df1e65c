package dev.daypass.functions.wiring;

import dagger.Module;
import dagger.Provides;
import dev.daypass.configuration.Configuration;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.ending.EndingService;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.identity.TokenVerifier;
import dev.daypass.functions.lifecycle.LifecycleService;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.functions.sweep.SweepService;
import dev.daypass.functions.vault.Broker;
import dev.daypass.functions.witness.Canaries;
import dev.daypass.functions.witness.Witness;
import java.security.SecureRandom;
import java.time.Clock;

/** What the ending functions make of a configuration. */
@Module
final class EndingModule {
    private EndingModule() {}

    @Provides
    @EndScope
    static EndingService endings(
            SessionStore store,
            EvidenceStore evidence,
            Broker broker,
            Witness witness,
            Configuration configuration,
            ObjectKey.Place place,
            Events events,
            Clock clock) {
        return new EndingService(store, evidence, broker, witness, configuration, place, events, clock);
    }

    @Provides
    @EndScope
    static LifecycleService lifecycle(
            Configuration configuration,
            TokenVerifier verifier,
            SessionStore store,
            Broker broker,
            EndingService endings,
            Events events,
            Clock clock) {
        return new LifecycleService(configuration, verifier, store, broker, endings, events, clock);
    }

    @Provides
    @EndScope
    static SweepService sweep(
            Configuration configuration,
            SessionStore store,
            EndingService endings,
            Broker broker,
            Witness witness,
            Canaries canaries,
            Events events,
            Clock clock) {
        var looking = new SweepService.Looking(witness, canaries, new SecureRandom());
        return new SweepService(configuration, store, endings, broker, looking, events, clock);
    }
}
