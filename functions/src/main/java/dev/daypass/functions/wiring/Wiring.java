package dev.daypass.functions.wiring;

import dev.daypass.configuration.Configuration;
import dev.daypass.digest.Sha256;
import dev.daypass.functions.configuration.ConfigurationFormatException;
import dev.daypass.functions.configuration.ConfigurationReader;
import dev.daypass.functions.ending.EndingService;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.lifecycle.LifecycleService;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.sweep.SweepService;
import dev.daypass.functions.vend.VendService;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From an environment to what a handler needs, one composition root a function. Settings are checked at once. The
 * configuration is read when it is first needed and then kept, so that a locked store that is down for a moment costs a
 * request and not the function.
 */
public final class Wiring {
    private Wiring() {}

    /** For the function that vends. */
    public static Vending vending(Map<String, String> environment) {
        return vending(environment, System.out);
    }

    /** @param events takes the events: standard output, unless what is done is not real */
    public static Vending vending(Map<String, String> environment, PrintStream events) {
        var told = Settings.forVend(environment);
        var settings = told.settings();
        var component = DaggerVendComponent.factory().create(settings, told.sessionsFunction(), events);
        return new Vending(
                settings.resource(),
                component,
                new Kept<>(
                        settings,
                        component.evidence(),
                        (configuration, digest) -> component
                                .vending()
                                .create(configuration, new VendService.Documents(configuration, digest))
                                .service()));
    }

    /** For the function that shows, renews and ends. */
    public static Sessions sessions(Map<String, String> environment) {
        var told = Settings.forEnd(environment);
        var settings = told.settings();
        var component = DaggerEndComponent.factory().create(settings, told.broker(), System.out);
        return new Sessions(
                settings.resource(),
                new Kept<>(
                        settings,
                        component.evidence(),
                        (configuration, digest) -> component.ending().create(configuration)));
    }

    /** For the function that sweeps. */
    public static Sweeping sweeping(Map<String, String> environment) {
        var told = Settings.forEnd(environment);
        var settings = told.settings();
        var component = DaggerEndComponent.factory().create(settings, told.broker(), System.out);
        return new Sweeping(
                component.clock(),
                new Kept<>(
                        settings,
                        component.evidence(),
                        (configuration, digest) -> component.ending().create(configuration)));
    }

    /** What the vending handler needs. Thread-safe. */
    public static final class Vending implements AutoCloseable {
        private final String resource;
        private final VendComponent component;
        private final Kept<VendService> kept;

        Vending(String resource, VendComponent component, Kept<VendService> kept) {
            this.resource = resource;
            this.component = component;
            this.kept = kept;
        }

        public String resource() {
            return resource;
        }

        public VendService service() throws PeerException {
            return kept.get().value();
        }

        public Configuration configuration() throws PeerException {
            return kept.get().configuration();
        }

        /**
         * Reads the configuration and leaves no connection open and no credentials kept.
         *
         * @throws PeerException if it could not be read; then the first request reads it
         */
        public void prepareForSnapshot() throws PeerException {
            try {
                kept.get();
            } finally {
                component.wires().cut();
            }
        }

        /** Ends its connections and threads; it serves no more. */
        @Override
        public void close() {
            component.wires().cut();
            component.sideBySide().shutdown();
        }
    }

    /** What the sessions handler needs. Thread-safe. */
    public static final class Sessions {
        private final String resource;
        private final Kept<EndComponent.Ending> kept;

        Sessions(String resource, Kept<EndComponent.Ending> kept) {
            this.resource = resource;
            this.kept = kept;
        }

        public String resource() {
            return resource;
        }

        public LifecycleService lifecycle() throws PeerException {
            return kept.get().value().lifecycle();
        }

        public EndingService endings() throws PeerException {
            return kept.get().value().endings();
        }
    }

    /** What the sweep's handler needs. Thread-safe. */
    public static final class Sweeping {
        private final Clock clock;
        private final Kept<EndComponent.Ending> kept;

        Sweeping(Clock clock, Kept<EndComponent.Ending> kept) {
            this.clock = clock;
            this.kept = kept;
        }

        public Clock clock() {
            return clock;
        }

        public SweepService service() throws PeerException {
            return kept.get().value().sweep();
        }
    }

    /** Something that needs the configuration, made once it has been read. */
    static final class Kept<T> {
        private final Settings settings;
        private final EvidenceStore evidence;
        private final Maker<T> maker;
        private @Nullable Made<T> made;

        Kept(Settings settings, EvidenceStore evidence, Maker<T> maker) {
            this.settings = settings;
            this.evidence = evidence;
            this.maker = maker;
        }

        synchronized Made<T> get() throws PeerException {
            if (made == null) {
                var bytes = evidence.configuration(settings.configuration());
                try {
                    var configuration = ConfigurationReader.read(bytes);
                    made = new Made<>(configuration, maker.make(configuration, settings.configuration()));
                } catch (ConfigurationFormatException e) {
                    throw new PeerException(
                            Peer.EVIDENCE,
                            Outcome.REFUSED,
                            "configuration " + settings.configuration() + " cannot be read: " + e.getMessage());
                }
            }
            return made;
        }
    }

    record Made<T>(Configuration configuration, T value) {}

    @FunctionalInterface
    interface Maker<T> {
        T make(Configuration configuration, Sha256 digest);
    }
}
