package dev.daypass.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.testbed.FaultProxy;
import dev.daypass.testbed.aws.HttpEvent;
import dev.daypass.testbed.aws.LambdaHost;
import dev.daypass.testbed.aws.LambdaHost.Answered;
import dev.daypass.testbed.aws.LambdaHost.Exited;
import dev.daypass.testbed.aws.StackFunction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The vending function once more: the deployed archive, with the deployed environment and credentials of its own role, in an
 * environment of its own whose wires to the locked store, to state and to Vault can be broken one by one.
 */
public final class FaultyVend implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final LocalDaypass daypass;
    private final LambdaHost host;
    private final FaultProxy evidence;
    private final FaultProxy state;
    private final FaultProxy vault;
    private final Set<String> intentsBefore;
    private final Set<String> sessionsBefore;

    private FaultyVend(LocalDaypass daypass, LambdaHost host, FaultProxy evidence, FaultProxy state, FaultProxy vault) {
        this.daypass = daypass;
        this.host = host;
        this.evidence = evidence;
        this.state = state;
        this.vault = vault;
        this.intentsBefore = intents();
        this.sessionsBefore = new HashSet<>(daypass.sessions().keySet());
    }

    /** Starts it, and has it read its configuration, so that a fault meets a request and not the start. */
    public static FaultyVend start(LocalDaypass daypass) throws IOException, InterruptedException {
        var aws = address(daypass.aws().uri());
        var evidence = FaultProxy.before(aws, Optional.empty());
        var state = FaultProxy.before(aws, Optional.empty());
        var vault = FaultProxy.before(
                address(daypass.vault().address()), Optional.of(InetAddress.getByName(LocalDaypass.BROKER_ADDRESS)));
        Map<String, String> environment =
                new java.util.TreeMap<>(daypass.stack().environment(StackFunction.VEND));
        environment.put("AWS_ENDPOINT_URL_S3", evidence.httpAddress());
        environment.put("AWS_ENDPOINT_URL_DYNAMODB", state.httpAddress());
        environment.put("DAYPASS_VAULT_ADDRESS", vault.httpAddress());
        Path place = daypass.reaper().directory("vend");
        var host = LambdaHost.start(
                daypass.reaper(),
                new LambdaHost.Options(
                        daypass.taskRoot(),
                        daypass.stack().handler(StackFunction.VEND),
                        environment,
                        place.resolve("vend.log"),
                        false));
        var vend = new FaultyVend(daypass, host, evidence, state, vault);
        var metadata = vend.send(HttpEvent.of(
                "GET /.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource", Instant.now()));
        if (metadata.isEmpty() || metadata.get().status() != 200) {
            throw new IllegalStateException("the function does not answer: " + metadata);
        }
        return vend;
    }

    public FaultProxy evidence() {
        return evidence;
    }

    public FaultProxy state() {
        return state;
    }

    public FaultProxy vault() {
        return vault;
    }

    public LocalDaypass installation() {
        return daypass;
    }

    /** Ends the function's process as a crash would. */
    public void kill() {
        host.kill();
    }

    /** Asks for a session; empty if the function died over it. */
    public Optional<Answer> request(String token, String grant) throws IOException, InterruptedException {
        return send(HttpEvent.of("POST /v1/sessions", "/v1/sessions", Instant.now())
                .header("authorization", "Bearer " + token)
                .body("{\"grant\":\"" + grant + "\",\"purpose\":\"TICKET-7\"}"));
    }

    private Optional<Answer> send(HttpEvent event) throws IOException, InterruptedException {
        var outcome = host.invoke(event.json(), PATIENCE);
        return switch (outcome) {
            case Answered(String body) -> {
                var answer = JSON.readTree(body);
                yield Optional.of(new Answer(
                        answer.path("statusCode").asInt(),
                        JSON.readTree(answer.path("body").asText())));
            }
            case Exited exited -> Optional.empty();
            default -> throw new IllegalStateException("the function did not answer: " + outcome);
        };
    }

    /** Keys of intents that were not there when this function started. */
    public Set<String> newIntents() {
        var now = intents();
        now.removeAll(intentsBefore);
        return now;
    }

    /** Sessions in state that were not there when this function started. */
    public Set<String> newSessions() {
        var now = new HashSet<>(daypass.sessions().keySet());
        now.removeAll(sessionsBefore);
        return now;
    }

    private Set<String> intents() {
        var keys = new HashSet<String>();
        for (var key : daypass.evidenceKeys()) {
            if (key.startsWith("intents/")) {
                keys.add(key);
            }
        }
        return keys;
    }

    @Override
    public void close() throws IOException {
        host.close();
        evidence.close();
        state.close();
        vault.close();
    }

    private static InetSocketAddress address(URI uri) {
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /**
     * What the caller would have got.
     *
     * @param status the HTTP status
     * @param body the answer's body
     */
    public record Answer(int status, JsonNode body) {
        public String code() {
            return body.path("code").asText();
        }
    }
}
