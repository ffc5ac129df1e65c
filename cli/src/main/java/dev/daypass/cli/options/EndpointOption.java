package dev.daypass.cli.options;

import dev.daypass.cli.api.Endpoint;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the API is. */
public final class EndpointOption {
    @Option(names = "--url", paramLabel = "URL", description = "Where the API is; default: $$DAYPASS_URL.")
    private @Nullable String url;

    /** The endpoint that was named, by the option before the variable; empty when neither names one. */
    public Optional<Endpoint> named(Surroundings surroundings) throws Failure {
        if (url != null) {
            return Optional.of(parse("--url", url));
        }
        var variable = surroundings.variable("DAYPASS_URL");
        return variable.isPresent() ? Optional.of(parse("DAYPASS_URL", variable.get())) : Optional.empty();
    }

    public Endpoint required(Surroundings surroundings) throws Failure {
        return named(surroundings)
                .orElseThrow(() ->
                        Failure.usage("where is the API? Give --url or set DAYPASS_URL to " + Endpoint.ACCEPTED + "."));
    }

    private static Endpoint parse(String source, String text) throws Failure {
        return Endpoint.parse(text)
                .orElseThrow(() -> Failure.usage(source + " is not accepted: expected " + Endpoint.ACCEPTED + "."));
    }
}
