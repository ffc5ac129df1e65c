package dev.daypass.functions.aws;

import dev.daypass.functions.json.StrictJson;
import dev.daypass.functions.json.StrictJsonException;
import dev.daypass.functions.net.HttpCall;
import dev.daypass.functions.net.HttpTransport;
import dev.daypass.functions.net.NoAnswerException;
import dev.daypass.functions.net.NotSentException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A function's own credentials: the variables that Lambda sets, or, in a function restored from a snapshot, where they
 * would be somebody else's and stale, the container endpoint (Lambda Developer Guide, "SnapStart", runtime environment).
 * Those are kept until shortly before they expire. Safe for threads.
 */
public final class LambdaCredentials {
    // AWS hands out new ones before this much is left.
    private static final Duration AHEAD = Duration.ofMinutes(5);
    private static final int MAX_ANSWER_BYTES = 16 * 1024;
    private static final Duration WITHIN = Duration.ofSeconds(2);
    private static final StrictJson JSON = new StrictJson(MAX_ANSWER_BYTES, 4);

    private final Map<String, String> environment;
    private final HttpTransport http;
    private final Clock clock;
    private @Nullable AwsCredentials kept;
    private @Nullable Instant keptUntil;

    /** @param environment read at each look, so that what is set after a restore counts */
    public LambdaCredentials(Map<String, String> environment, HttpTransport http, Clock clock) {
        this.environment = environment;
        this.http = http;
        this.clock = clock;
    }

    /**
     * The credentials in force.
     *
     * @throws CredentialsException if there are none; the message says where they were looked for
     */
    AwsCredentials now() throws CredentialsException {
        // The endpoint first, as it is set only where the variables are not to be used.
        String endpoint = environment.getOrDefault("AWS_CONTAINER_CREDENTIALS_FULL_URI", "");
        if (!endpoint.isEmpty()) {
            return fromEndpoint(endpoint);
        }
        String key = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
        String secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
        if (key.isEmpty() || secret.isEmpty()) {
            throw new CredentialsException("no AWS credentials: neither AWS_CONTAINER_CREDENTIALS_FULL_URI nor"
                    + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set");
        }
        return new AwsCredentials(key, secret, text("AWS_SESSION_TOKEN"));
    }

    /** Forgets what was kept, as before a snapshot is taken. */
    public synchronized void forget() {
        kept = null;
        keptUntil = null;
    }

    private synchronized AwsCredentials fromEndpoint(String endpoint) throws CredentialsException {
        Instant now = clock.instant();
        if (kept != null && keptUntil != null && now.isBefore(keptUntil)) {
            return kept;
        }
        var call = HttpCall.of("GET", address(endpoint));
        var authorization = authorization();
        if (authorization.isPresent()) {
            call = call.header("Authorization", authorization.get());
        }
        try {
            var reply = http.send(call, WITHIN, MAX_ANSWER_BYTES);
            if (reply.status() != 200) {
                throw new CredentialsException("no AWS credentials: the container endpoint answered " + reply.status());
            }
            var json = JSON.object(reply.body());
            var found = new AwsCredentials(
                    json.text("AccessKeyId").orElse(""),
                    json.text("SecretAccessKey").orElse(""),
                    json.text("Token"));
            var expires = Instant.parse(json.text("Expiration").orElse(""));
            kept = found;
            keptUntil = expires.minus(AHEAD);
            return found;
        } catch (NotSentException | NoAnswerException e) {
            throw new CredentialsException("no AWS credentials: the container endpoint gave no answer ("
                    + e.getClass().getSimpleName() + ")");
        } catch (StrictJsonException | IllegalArgumentException | DateTimeException e) {
            // Neither the answer nor a message that may quote it.
            throw new CredentialsException("no AWS credentials: the container endpoint's answer is not understood");
        }
    }

    private static URI address(String endpoint) throws CredentialsException {
        URI uri;
        try {
            uri = URI.create(endpoint);
        } catch (IllegalArgumentException e) {
            throw new CredentialsException("AWS_CONTAINER_CREDENTIALS_FULL_URI is not an address");
        }
        String host = uri.getHost() == null ? "" : uri.getHost();
        // As the SDKs have it: credentials cross a wire in the clear only on this machine, or to the two link-local
        // addresses of the container agents.
        boolean near = host.equals("localhost")
                || host.startsWith("127.")
                || host.equals("[::1]")
                || host.equals("169.254.170.2")
                || host.equals("169.254.170.23");
        if (host.isEmpty() || !"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && near)) {
            throw new CredentialsException(
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to a loopback or container address");
        }
        return uri;
    }

    private Optional<String> authorization() throws CredentialsException {
        var file = text("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        if (file.isEmpty()) {
            return text("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        }
        try {
            return Optional.of(Files.readString(Path.of(file.get())).strip());
        } catch (IOException e) {
            throw new CredentialsException("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read");
        }
    }

    private Optional<String> text(String variable) {
        return Optional.of(environment.getOrDefault(variable, "")).filter(t -> !t.isEmpty());
    }

    /** There are no credentials to sign with. The message holds none either. */
    static final class CredentialsException extends Exception {
        private static final long serialVersionUID = 1L;

        CredentialsException(String message) {
            super(message);
        }
    }
}
