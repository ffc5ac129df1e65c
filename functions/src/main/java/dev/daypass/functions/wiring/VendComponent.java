package dev.daypass.functions.wiring;

import dagger.BindsInstance;
import dagger.Component;
import dagger.Subcomponent;
import dev.daypass.configuration.Configuration;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.vend.VendService;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.PrintStream;
import java.util.concurrent.ExecutorService;

/** The function that mints: no broker, no witness. */
@Singleton
@Component(modules = {PeersModule.class, VendModule.class})
interface VendComponent {
    EvidenceStore evidence();

    Vending.Factory vending();

    Wires wires();

    ExecutorService sideBySide();

    @Component.Factory
    interface Factory {
        VendComponent create(
                @BindsInstance Settings settings,
                @BindsInstance @Named("sessions") String sessionsFunction,
                @BindsInstance @Named("events") PrintStream events);
    }

    /** What hangs on the configuration. */
    @Subcomponent(modules = {IdentityModule.class, VendingModule.class})
    interface Vending {
        VendService service();

        @Subcomponent.Factory
        interface Factory {
            Vending create(@BindsInstance Configuration configuration, @BindsInstance VendService.Documents documents);
        }
    }
}
