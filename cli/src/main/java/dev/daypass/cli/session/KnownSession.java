package dev.daypass.cli.session;

import dev.daypass.cli.api.BearerToken;
import dev.daypass.cli.api.Endpoint;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.files.SessionFiles;
import dev.daypass.cli.files.StateFolder;
import dev.daypass.cli.options.Converters;
import dev.daypass.cli.options.EndpointOption;
import dev.daypass.cli.options.TokenOptions;
import dev.daypass.session.SessionId;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which session, and what shows that it is the caller's: its handle, or else an identity token. */
final class KnownSession {
    @Mixin
    private final EndpointOption endpoint = new EndpointOption();

    @Mixin
    private final TokenOptions token = new TokenOptions();

    @Option(
            names = "--handle-file",
            paramLabel = "FILE",
            description = "A file with the session's handle; default: the one that vend kept, else the identity token.")
    private @Nullable Path handleFile;

    @Parameters(paramLabel = "SESSION", converter = Converters.OfSessionId.class, description = "The session.")
    @SuppressWarnings("NullAway.Init") // picocli sets what is required
    private SessionId session;

    SessionId id() {
        return session;
    }

    /** The files that vend left here, if it did. */
    Optional<SessionFiles> files(Surroundings surroundings) throws Failure {
        return StateFolder.of(surroundings).find(session);
    }

    /** The endpoint that was named, else the one that gave the session. */
    Endpoint endpoint(Surroundings surroundings) throws Failure {
        var named = endpoint.named(surroundings);
        if (named.isPresent()) {
            return named.get();
        }
        var kept = files(surroundings).flatMap(SessionFiles::endpoint);
        return kept.isPresent() ? kept.get() : endpoint.required(surroundings);
    }

    /** The handle that was named, else the one that was kept, else an identity token. */
    BearerToken credential(Surroundings surroundings) throws Failure {
        if (handleFile != null) {
            return BearerToken.of(SessionFiles.readHandle(handleFile)
                    .orElseThrow(() -> Failure.couldNot(
                            handleFile + " does not hold a session's handle (dph_ and 43 characters).")));
        }
        var handle = files(surroundings).flatMap(SessionFiles::handle);
        if (handle.isPresent()) {
            return BearerToken.of(handle.get());
        }
        var named = token.named(surroundings);
        return named.orElseThrow(() -> Failure.usage("no handle of session " + session
                + " is kept here: give --handle-file, or --token-file with a token of the same issuer and subject."));
    }
}
