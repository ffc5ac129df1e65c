package dev.daypass.functions.wiring;

import dagger.BindsInstance;
import dagger.Component;
import dagger.Subcomponent;
import dev.daypass.configuration.Configuration;
import dev.daypass.functions.ending.EndingService;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.lifecycle.LifecycleService;
import dev.daypass.functions.sweep.SweepService;
import dev.daypass.functions.wiring.Settings.BrokerSettings;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.PrintStream;
import java.time.Clock;

/** The functions that end: the broker and the witness, and no mint. */
@Singleton
@Component(modules = {PeersModule.class, EndModule.class})
interface EndComponent {
    EvidenceStore evidence();

    Clock clock();

    Ending.Factory ending();

    @Component.Factory
    interface Factory {
        EndComponent create(
                @BindsInstance Settings settings,
                @BindsInstance BrokerSettings broker,
                @BindsInstance @Named("events") PrintStream events);
    }

    /** What hangs on the configuration. */
    @EndScope
    @Subcomponent(modules = {IdentityModule.class, EndingModule.class})
    interface Ending {
        EndingService endings();

        LifecycleService lifecycle();

        SweepService sweep();

        @Subcomponent.Factory
        interface Factory {
            Ending create(@BindsInstance Configuration configuration);
        }
    }
}
