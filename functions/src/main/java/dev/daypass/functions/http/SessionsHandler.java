package dev.daypass.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.daypass.functions.ending.DirectEnding;
import dev.daypass.functions.ending.EndingService;
import dev.daypass.functions.identity.BearerToken;
import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.StrictJsonException;
import dev.daypass.functions.lifecycle.Caller;
import dev.daypass.functions.lifecycle.Lifecycle;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.wiring.Wiring;
import dev.daypass.session.Handle;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The function that holds the broker's identity: status, renewal and ending of existing sessions, endings by attribute for
 * operators, and, invoked directly by the vend, the ending of a session whose mint failed or that was replaced.
 */
public final class SessionsHandler implements RequestStreamHandler {
    private static final String SESSIONS = "/v1/sessions/";
    private static final String RENEW = "/renew";

    private final Wiring.Sessions sessions;

    /** For Lambda: reads the environment, and refuses to start on a bad one. */
    public SessionsHandler() {
        this(Wiring.sessions(System.getenv()));
    }

    SessionsHandler(Wiring.Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        output.write(answer(input.readAllBytes()));
    }

    byte[] answer(byte[] event) {
        String correlationId = "unknown";
        try {
            var parsed = ApiRequest.read(event);
            if (!parsed.has("requestContext")) {
                return endDirectly(parsed);
            }
            var request = ApiRequest.of(parsed);
            correlationId = request.origin().requestId();
            return route(request);
        } catch (Problem problem) {
            return ApiAnswer.problem(problem, correlationId, sessions.resource());
        } catch (StrictJsonException e) {
            return ApiAnswer.problem(Problem.requestMalformed(e.getMessage()), correlationId, sessions.resource());
        } catch (PeerException e) {
            return ApiAnswer.problem(Problem.peer(e.peer()), correlationId, sessions.resource());
        }
    }

    /** The vend's request for an ending: {@link DirectEnding} says its form. */
    private byte[] endDirectly(JsonObject event) {
        var wanted = DirectEnding.parse(event);
        try {
            var after = sessions.endings()
                    .end(
                            wanted.session(),
                            wanted.end(),
                            new EndingService.Origin("vend", wanted.session().text()));
            return DirectEnding.answer(after.map(Session::status));
        } catch (PeerException e) {
            // A function error: Lambda sends a queued request again, and the alarm on errors hears of it.
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private byte[] route(ApiRequest request) throws Problem, PeerException {
        String path = request.path();
        if (path.equals("/v1/endings") && request.method().equals("POST")) {
            return endMatching(request);
        }
        if (!path.startsWith(SESSIONS)) {
            throw Problem.routeUnknown(request.method(), path);
        }
        String rest = path.substring(SESSIONS.length());
        boolean renew = rest.endsWith(RENEW);
        String text = renew ? rest.substring(0, rest.length() - RENEW.length()) : rest;
        String verb = request.method() + (renew ? RENEW : "");
        if (!List.of("GET", "DELETE", "POST/renew").contains(verb)) {
            throw Problem.routeUnknown(request.method(), path);
        }
        SessionId id = SessionId.parse(text).orElseThrow(Problem::sessionUnknown);
        Caller caller = caller(request);
        return switch (verb) {
            case "GET" -> answer(sessions.lifecycle().status(id, caller, request.origin()));
            case "DELETE" -> answer(sessions.lifecycle().end(id, caller, request.origin()));
            default -> {
                Optional<Duration> ttl = new Fields(request.body(), List.of("ttl")).duration("ttl");
                if (ttl.isPresent() && ttl.get().toSeconds() < 1) {
                    throw Problem.ttl("ttl_too_short", "ttl " + ttl.get() + " is shorter than PT1S", "at least PT1S");
                }
                yield answer(sessions.lifecycle().renew(id, caller, ttl, request.origin()));
            }
        };
    }

    private static Caller caller(ApiRequest request) throws Problem {
        String bearer = request.bearer();
        return Handle.parse(bearer)
                .<Caller>map(Caller.Holder::new)
                .orElseGet(() -> new Caller.Token(BearerToken.parse(bearer)));
    }

    private static byte[] answer(Lifecycle outcome) throws Problem {
        return switch (outcome) {
            case Lifecycle.Done(Session session) ->
                ApiAnswer.json(
                        session.status() == SessionStatus.ENDING ? 202 : 200,
                        Map.of(),
                        json -> SessionJson.session(json, session));
            case Lifecycle.Unknown u -> throw Problem.sessionUnknown();
            case Lifecycle.NotYours n -> throw Problem.sessionNotYours();
            case Lifecycle.TokenRejected(var reason, var detail) -> throw Problem.token(reason, detail);
            case Lifecycle.NotActive(var status) -> throw Problem.sessionNotActive(status);
            case Lifecycle.GrantChanged(var grant) -> throw Problem.grantChanged(grant);
            case Lifecycle.RenewalsExhausted(var grant, var renewals) ->
                throw Problem.renewalsExhausted(grant.text(), renewals);
            case Lifecycle.TtlTooLong(var asked, var longest) ->
                throw Problem.ttl(
                        "ttl_too_long",
                        "ttl " + asked + " is longer than the grant's " + longest,
                        "at most " + longest);
            case Lifecycle.WindowReached(Instant window) -> throw Problem.windowReached(window.toString());
        };
    }

    private byte[] endMatching(ApiRequest request) throws Problem, PeerException {
        // API Gateway sets it after checking a signature. Whoever may invoke the function directly can set it as well:
        // besides the API that is the vend alone (docs/threat-model.md).
        String operator = request.iamPrincipal().orElseThrow(Problem::iamRequired);
        Map<String, Function<Session, Optional<String>>> attributes = Map.of(
                "session", s -> Optional.of(s.id().text()),
                "agent", s -> Optional.of(s.intent().agent()),
                "owner", s -> s.intent().owner(),
                "grant", s -> Optional.of(s.intent().grant().text()),
                "grantVersion", s -> Optional.of(s.intent().grantVersion()),
                "issuer", s -> Optional.of(s.intent().issuer()),
                "purpose", s -> s.intent().purpose());
        var names = attributes.keySet().stream().sorted().toList();
        var fields = new Fields(request.body(), names);
        var wanted = new ArrayList<Predicate<Session>>();
        var named = new ArrayList<String>();
        for (var name : names) {
            var value = fields.text(name);
            var attribute = attributes.get(name);
            if (value.isPresent() && attribute != null) {
                wanted.add(s -> attribute.apply(s).equals(value));
                named.add(name + " " + value.get());
            }
        }
        if (wanted.isEmpty()) {
            throw Problem.fieldMissing("one of " + String.join(", ", names), "at least one attribute");
        }
        var ended = sessions.lifecycle()
                .endMatching(
                        s -> wanted.stream().allMatch(p -> p.test(s)),
                        String.join(", ", named),
                        operator,
                        request.origin());
        return ApiAnswer.json(200, Map.of(), json -> {
            json.writeNumberField(
                    "matched", ended.ended().size() + ended.ending().size());
            for (var list :
                    Map.of("ended", ended.ended(), "ending", ended.ending()).entrySet()) {
                json.writeArrayFieldStart(list.getKey());
                for (var session : list.getValue()) {
                    json.writeString(session.id().text());
                }
                json.writeEndArray();
            }
            json.writeBooleanField("more", ended.more());
        });
    }
}
