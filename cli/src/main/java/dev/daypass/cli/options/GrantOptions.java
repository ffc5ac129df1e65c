package dev.daypass.cli.options;

import dev.daypass.cli.api.VendRequest;
import dev.daypass.grant.GrantName;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is asked for. */
public final class GrantOptions {
    @Option(
            names = "--grant",
            required = true,
            paramLabel = "NAME",
            converter = Converters.OfGrantName.class,
            description = "The grant to ask for.")
    @SuppressWarnings("NullAway.Init") // picocli sets what is required
    private GrantName grant;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "Length of a lease, as 10m or PT10M; default: the grant's own.")
    private @Nullable Duration ttl;

    @Option(names = "--purpose", paramLabel = "TEXT", description = "Why, where the grant asks for it.")
    private @Nullable String purpose;

    public Optional<Duration> ttl() {
        return Optional.ofNullable(ttl);
    }

    public VendRequest request(Optional<String> idempotencyKey) {
        return new VendRequest(
                grant,
                ttl(),
                Optional.ofNullable(purpose),
                idempotencyKey.orElseGet(() -> UUID.randomUUID().toString()));
    }
}
