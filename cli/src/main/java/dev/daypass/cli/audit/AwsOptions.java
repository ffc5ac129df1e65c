package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which AWS. Credentials come by the SDK's default chain: variables, profiles, web identity, the machine's role. */
public final class AwsOptions {
    @Option(names = "--region", paramLabel = "REGION", description = "Default: the SDK's default chain.")
    private @Nullable String region;

    @Option(
            names = "--endpoint-url",
            paramLabel = "URL",
            description = "Another endpoint than AWS's own; buckets are then named in the path.")
    private @Nullable String endpoint;

    /** The region that was named. */
    public Optional<String> region() {
        return Optional.ofNullable(region).filter(name -> !name.isEmpty());
    }

    /** The endpoint that was named. */
    public Optional<URI> endpoint() throws Failure {
        if (endpoint == null) {
            return Optional.empty();
        }
        try {
            var uri = URI.create(endpoint);
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return Optional.of(uri);
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw Failure.usage("--endpoint-url is not an address: expected https://host or http://host:port");
    }
}
