package dev.daypass.functions.wiring;

import dagger.Module;
import dagger.Provides;
import dev.daypass.configuration.Configuration;
import dev.daypass.functions.identity.JwksCache;
import dev.daypass.functions.identity.TokenVerifier;
import dev.daypass.functions.net.HttpCall;
import dev.daypass.functions.net.HttpTransport;
import java.io.IOException;
import java.time.Duration;

/** Who is believed. */
@Module
final class IdentityModule {
    private static final Duration KEYS_WITHIN = Duration.ofSeconds(3);

    private IdentityModule() {}

    @Provides
    static TokenVerifier verifier(Configuration configuration, HttpTransport transport) {
        var keys = new JwksCache(
                (uri, maxBytes) -> {
                    var reply = transport.send(
                            HttpCall.of("GET", uri).header("Accept", "application/json"), KEYS_WITHIN, maxBytes);
                    if (reply.status() != 200) {
                        throw new IOException("the key server answered " + reply.status());
                    }
                    return reply.body();
                },
                JwksCache.Options.DEFAULT);
        return new TokenVerifier(configuration, keys);
    }
}
