package dev.daypass.functions.wiring;

import dagger.Module;
import dagger.Provides;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.aws.AwsEndpoints;
import dev.daypass.functions.aws.DynamoSessionStore;
import dev.daypass.functions.aws.LambdaCredentials;
import dev.daypass.functions.aws.S3EvidenceStore;
import dev.daypass.functions.aws.SignedRequests;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.net.DriverHttpClient;
import dev.daypass.functions.net.HttpTransport;
import dev.daypass.functions.state.SessionStore;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;

/** The peers that every function speaks to, and how long each may take. */
@Module
final class PeersModule {
    /** No single call lasts longer; each adapter has its own, shorter bound. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(10);

    private PeersModule() {}

    @Provides
    @Singleton
    static Clock clock() {
        return Clock.systemUTC();
    }

    @Provides
    @Singleton
    static Events events(@Named("events") PrintStream out, Clock clock) {
        return new Events(out, clock);
    }

    @Provides
    static ObjectKey.Place place(Settings settings) {
        return settings.place();
    }

    @Provides
    @Singleton
    static HttpTransport transport() {
        return new HttpTransport(HttpTransport.Options.within(LONGEST_CALL));
    }

    /** Vault may have an authority of its own, and wants to be spoken to from an address that it knows. */
    @Provides
    @Singleton
    @Named("vault")
    static HttpTransport.Options vaultOptions(Settings settings) {
        return HttpTransport.Options.within(LONGEST_CALL)
                .from(settings.vaultSource())
                .trusting(settings.vaultCa());
    }

    @Provides
    @Singleton
    @Named("vault")
    static HttpTransport vaultTransport(@Named("vault") HttpTransport.Options options) {
        return new HttpTransport(options);
    }

    @Provides
    @Singleton
    @Named("vault")
    static HttpClient vaultClient(
            @Named("vault") HttpTransport transport, @Named("vault") HttpTransport.Options options) {
        return new DriverHttpClient(transport, options);
    }

    @Provides
    @Singleton
    static LambdaCredentials credentials(Settings settings, HttpTransport transport, Clock clock) {
        return new LambdaCredentials(settings.environment(), transport, clock);
    }

    @Provides
    static Wires wires(HttpTransport transport, @Named("vault") HttpTransport vault, LambdaCredentials credentials) {
        return new Wires(transport, vault, credentials);
    }

    @Provides
    @Singleton
    static SignedRequests signedRequests(
            Settings settings, HttpTransport transport, LambdaCredentials credentials, Clock clock) {
        return new SignedRequests(transport, credentials, clock, AwsEndpoints.of(settings.environment()));
    }

    @Provides
    @Singleton
    static EvidenceStore evidence(Settings settings, SignedRequests requests) {
        return new S3EvidenceStore(requests, S3EvidenceStore.Options.of(settings.evidenceBucket()));
    }

    @Provides
    @Singleton
    static SessionStore store(Settings settings, SignedRequests requests, Clock clock) {
        return new DynamoSessionStore(requests, clock, DynamoSessionStore.Options.of(settings.table()));
    }
}
