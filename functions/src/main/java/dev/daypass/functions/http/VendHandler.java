package dev.daypass.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.daypass.functions.identity.BearerToken;
import dev.daypass.functions.json.StrictJsonException;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.priming.BeforeSnapshot;
import dev.daypass.functions.priming.Priming;
import dev.daypass.functions.vend.GrantListing;
import dev.daypass.functions.vend.VendOutcome;
import dev.daypass.functions.vend.VendOutcome.Vended;
import dev.daypass.functions.vend.VendRequest;
import dev.daypass.functions.vend.VendService;
import dev.daypass.functions.wiring.Wiring;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The agent-facing function: {@code POST /v1/sessions}, {@code GET /v1/grants} and the resource's metadata. */
public final class VendHandler implements RequestStreamHandler {
    private static final int MAX_IDEMPOTENCY_KEY = 128;

    private final Wiring.Vending vending;

    /** Only held: the runtime client refers to it weakly. */
    @SuppressWarnings("UnusedVariable")
    private final @Nullable BeforeSnapshot beforeSnapshot;

    /** For Lambda: reads the environment, and refuses to start on a bad one. */
    public VendHandler() {
        var environment = System.getenv();
        this.vending = Wiring.vending(environment);
        this.beforeSnapshot = BeforeSnapshot.isAhead(environment)
                ? BeforeSnapshot.register(() -> prime(environment), vending::prepareForSnapshot)
                : null;
    }

    VendHandler(Wiring.Vending vending) {
        this.vending = vending;
        this.beforeSnapshot = null;
    }

    /** One vend by a function of its own, whose events are nobody's. */
    static void prime(Map<String, String> environment) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Priming.run(environment, (pointed, event) -> {
            try (var vending = Wiring.vending(pointed, nowhere)) {
                return new VendHandler(vending).answer(event);
            }
        });
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        output.write(answer(input.readAllBytes()));
    }

    byte[] answer(byte[] event) {
        String correlationId = "unknown";
        try {
            var request = ApiRequest.of(ApiRequest.read(event));
            correlationId = request.origin().requestId();
            return route(request);
        } catch (Problem problem) {
            return ApiAnswer.problem(problem, correlationId, vending.resource());
        } catch (StrictJsonException e) {
            return ApiAnswer.problem(Problem.requestMalformed(e.getMessage()), correlationId, vending.resource());
        }
    }

    private byte[] route(ApiRequest request) throws Problem {
        return switch (request.method() + " " + request.path()) {
            case "POST /v1/sessions" -> vend(request);
            case "GET /v1/grants" -> list(request);
            case "GET /.well-known/oauth-protected-resource" -> metadata();
            default -> throw Problem.routeUnknown(request.method(), request.path());
        };
    }

    private byte[] vend(ApiRequest request) throws Problem {
        var token = BearerToken.parse(request.bearer());
        var fields = new Fields(request.body(), List.of("grant", "ttl", "purpose"));
        String form = "a grant's name: a-z, 0-9 and single hyphens";
        String text = fields.text("grant").orElseThrow(() -> Problem.fieldMissing("grant", form));
        GrantName grant = GrantName.parse(text).orElseThrow(() -> Problem.fieldMalformed("grant", form));
        var vendRequest = new VendRequest(
                token,
                grant,
                fields.duration("ttl"),
                fields.text("purpose"),
                idempotencyKey(request),
                request.origin());
        return switch (service().vend(vendRequest)) {
            case Vended vended ->
                ApiAnswer.json(
                        201,
                        Map.of("Location", "/v1/sessions/" + vended.intent().session()),
                        json -> SessionJson.vended(json, vended));
            case VendOutcome.TokenRejected(var reason, var detail) -> throw Problem.token(reason, detail);
            case VendOutcome.PolicyRefused(var refusal) -> throw Problem.policy(refusal);
            case VendOutcome.Failed failed -> throw Problem.vend(failed);
        };
    }

    private static Optional<String> idempotencyKey(ApiRequest request) throws Problem {
        var key = request.header("idempotency-key");
        if (key.isPresent()) {
            String text = key.get();
            boolean printable = text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
            if (text.isEmpty() || text.length() > MAX_IDEMPOTENCY_KEY || !printable) {
                throw Problem.headerMalformed(
                        "Idempotency-Key", "1 to " + MAX_IDEMPOTENCY_KEY + " printable ASCII characters");
            }
        }
        return key;
    }

    private byte[] list(ApiRequest request) throws Problem {
        var token = BearerToken.parse(request.bearer());
        return switch (service().list(token, request.origin())) {
            case GrantListing.TokenRejected(var reason, var detail) -> throw Problem.token(reason, detail);
            case GrantListing.Listed(List<GrantPolicy> grants) ->
                ApiAnswer.json(200, Map.of(), json -> {
                    json.writeArrayFieldStart("grants");
                    for (var grant : grants) {
                        SessionJson.grant(json, grant);
                    }
                    json.writeEndArray();
                });
        };
    }

    /** RFC 9728 §2. */
    private byte[] metadata() throws Problem {
        var issuers = configured().issuers().values();
        return ApiAnswer.json(200, Map.of(), json -> {
            json.writeStringField("resource", vending.resource());
            json.writeArrayFieldStart("authorization_servers");
            for (var issuer : issuers) {
                json.writeString(issuer.issuer());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("bearer_methods_supported");
            json.writeString("header");
            json.writeEndArray();
            json.writeStringField("resource_name", "Daypass");
        });
    }

    private dev.daypass.configuration.Configuration configured() throws Problem {
        try {
            return vending.configuration();
        } catch (PeerException e) {
            throw Problem.peer(e.peer());
        }
    }

    private VendService service() throws Problem {
        try {
            return vending.service();
        } catch (PeerException e) {
            throw Problem.peer(e.peer());
        }
    }
}
