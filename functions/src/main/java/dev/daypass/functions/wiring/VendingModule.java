package dev.daypass.functions.wiring;

import dagger.Module;
import dagger.Provides;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.identity.TokenVerifier;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.functions.vault.Mint;
import dev.daypass.functions.vend.Endings;
import dev.daypass.functions.vend.VendService;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ExecutorService;

/** What the minting function makes of a configuration. */
@Module
final class VendingModule {
    private VendingModule() {}

    @Provides
    static VendService service(
            VendService.Documents documents,
            TokenVerifier verifier,
            EvidenceStore evidence,
            SessionStore store,
            Mint mint,
            Endings endings,
            Events events,
            ObjectKey.Place place,
            ExecutorService sideBySide,
            Clock clock) {
        return new VendService(
                documents,
                new VendService.Peers(verifier, evidence, store, mint, endings),
                events,
                place,
                new VendService.Machine(sideBySide, new SecureRandom(), clock));
    }
}
