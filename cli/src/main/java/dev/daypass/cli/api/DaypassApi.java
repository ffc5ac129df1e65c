package dev.daypass.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** The calls of docs/api.md on sessions. Redirects are not followed: a token goes where it was told to go. Thread-safe. */
public final class DaypassApi implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    /** API Gateway gives up at 30 s; what has not answered by then does not answer any more. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(31);
    /** The largest answer is a vend with its scope, a few KiB. */
    private static final long MAX_ANSWER = 256 * 1024;

    private static final Duration RETRY_PAUSE = Duration.ofSeconds(2);

    private final Endpoint endpoint;
    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    public DaypassApi(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /**
     * A session. A request that was not answered, or that the endpoint calls retryable, is sent once more with the same
     * Idempotency-Key, which ends what the first one may have made.
     */
    public Vended vend(BearerToken token, VendRequest request) throws Failure {
        try {
            return vendOnce(token, request);
        } catch (Failure first) {
            if (!first.retryable()) {
                throw first;
            }
            pause();
            try {
                return vendOnce(token, request);
            } catch (Failure second) {
                // A token that works once was spent by the first try: that try's reason is the one to tell.
                throw second.code().equals("token_replayed") ? first : second;
            }
        }
    }

    public SessionView status(BearerToken token, SessionId session) throws Failure {
        return session(session, send(token, request(path(session)).GET()));
    }

    /** Moves the lease's end; {@code ttl} as long as the grant says when empty. */
    public SessionView renew(BearerToken token, SessionId session, Optional<Duration> ttl) throws Failure {
        var body = mapper.createObjectNode();
        ttl.ifPresent(length -> body.put("ttl", length.toString()));
        return session(session, send(token, post(path(session) + "/renew", body)));
    }

    /** Ends the session. The answer's status is ENDING while the look at the catalog is still owed. */
    public SessionView revoke(BearerToken token, SessionId session) throws Failure {
        return session(session, send(token, request(path(session)).DELETE()));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private Vended vendOnce(BearerToken token, VendRequest request) throws Failure {
        var body = mapper.createObjectNode();
        body.put("grant", request.grant().text());
        request.ttl().ifPresent(ttl -> body.put("ttl", ttl.toString()));
        request.purpose().ifPresent(purpose -> body.put("purpose", purpose));
        var answer = send(token, post("/v1/sessions", body).header("Idempotency-Key", request.idempotencyKey()));
        try {
            return new Answer(answer).vended();
        } catch (Answer.Malformed e) {
            throw malformed(e);
        }
    }

    private SessionView session(SessionId asked, JsonNode answer) throws Failure {
        try {
            return new Answer(answer).session(asked);
        } catch (Answer.Malformed e) {
            throw malformed(e);
        }
    }

    private static String path(SessionId session) {
        return "/v1/sessions/" + session.text();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(endpoint.at(path)).timeout(ANSWER_LIMIT).header("Accept", "application/json");
    }

    private HttpRequest.Builder post(String path, JsonNode body) {
        return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.toString()));
    }

    private JsonNode send(BearerToken token, HttpRequest.Builder request) throws Failure {
        HttpResponse<byte[]> response;
        try {
            response = client.send(
                    request.header("Authorization", "Bearer " + token.reveal()).build(),
                    BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER));
        } catch (IOException e) {
            throw Failure.unanswered(endpoint + " did not answer (" + reason(e)
                    + "). Check the address (--url or DAYPASS_URL) and that this machine reaches it.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.unanswered("interrupted while waiting for " + endpoint);
        }
        JsonNode json = parse(response.body());
        if (response.statusCode() / 100 != 2) {
            throw problem(response.statusCode(), new Answer(json));
        }
        return json;
    }

    private JsonNode parse(byte[] body) {
        try {
            return mapper.readTree(body);
        } catch (IOException e) {
            return mapper.missingNode();
        }
    }

    private Failure malformed(Answer.Malformed e) {
        return Failure.couldNot(endpoint + " answered, but not as docs/api.md says: " + e.member()
                + " is missing or malformed. Is it Daypass's API?");
    }

    /** One paragraph: what was refused, what would be taken, and the identifier under which the broker logged it. */
    private Failure problem(int status, Answer problem) {
        String code = problem.optional("code").orElse("");
        var text = new StringBuilder();
        if (code.isEmpty()) {
            text.append(endpoint)
                    .append(" answered with status ")
                    .append(status)
                    .append(" and no reason.");
        } else {
            text.append(code).append(" (").append(status).append("): ");
            text.append(problem.optional("detail")
                    .or(() -> problem.optional("title"))
                    .orElse("no detail"));
            text.append('.');
        }
        problem.optional("accepted").ifPresent(accepted -> {
            text.append(" Accepted");
            problem.optional("field").ifPresent(field -> text.append(" for ").append(field));
            text.append(": ").append(accepted).append('.');
        });
        problem.optional("nearestGrant")
                .ifPresent(
                        name -> text.append(" The nearest grant: ").append(name).append('.'));
        boolean retryable = problem.flag("retryable") || status >= 500 && code.isEmpty();
        if (retryable) {
            text.append(" It may work if you try again.");
        }
        problem.optional("correlationId")
                .ifPresent(id -> text.append(" Correlation id: ").append(id).append('.'));
        boolean saidNo = switch (status) {
            case 401, 403, 409, 422 -> true;
            case 404 -> code.equals("grant_unknown");
            default -> false;
        };
        return Failure.problem(
                saidNo && !retryable ? ExitCode.REFUSED : ExitCode.COULD_NOT,
                code,
                retryable,
                Printable.of(text.toString()));
    }

    /** The kind of error beside its message: the JDK's ConnectException often has none. */
    private static String reason(IOException e) {
        String message = e.getMessage();
        String kind = e.getClass().getSimpleName();
        return message == null || message.isEmpty() ? kind : kind + ": " + Printable.of(message);
    }

    private static void pause() throws Failure {
        try {
            Thread.sleep(RETRY_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.unanswered("interrupted before trying again");
        }
    }
}
