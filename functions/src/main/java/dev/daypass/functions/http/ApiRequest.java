package dev.daypass.functions.http;

import dev.daypass.card.CardNumber;
import dev.daypass.evidence.Intent.Origin;
import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.StrictJson;
import dev.daypass.functions.json.StrictJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A request as API Gateway's HTTP APIs hand it to a function (payload format 2.0), read without AWS's event classes, which
 * need reflection. Its {@code toString} shows no header and no body.
 */
final class ApiRequest {
    /** The longest body that is read at all. */
    static final int MAX_BODY_BYTES = 16 * 1024;

    private static final int MAX_USER_AGENT = 256;
    private static final int MAX_DEPTH = 8;
    // An event wraps the body, possibly in base64, and at most 10,240 bytes of headers (API Gateway quotas, HTTP APIs).
    private static final StrictJson EVENT = new StrictJson(10 * 1024 * 1024, 16);
    private static final StrictJson BODY = new StrictJson(MAX_BODY_BYTES, MAX_DEPTH);

    private final String method;
    private final String path;
    private final JsonObject event;
    private final Origin origin;
    private final Optional<String> iamPrincipal;

    private ApiRequest(String method, String path, JsonObject event, Origin origin, Optional<String> iamPrincipal) {
        this.method = method;
        this.path = path;
        this.event = event;
        this.origin = origin;
        this.iamPrincipal = iamPrincipal;
    }

    /** @throws StrictJsonException if the event is not what API Gateway sends */
    static ApiRequest of(JsonObject event) throws StrictJsonException {
        JsonObject context = required(event, "requestContext");
        JsonObject http = required(context, "http");
        var headers = event.object("headers");
        Optional<String> userAgent = headers.isPresent() ? headers.get().text("user-agent") : Optional.empty();
        return new ApiRequest(
                http.text("method").orElse(""),
                event.text("rawPath").orElse(""),
                event,
                new Origin(
                        http.text("sourceIp").orElse("unknown"),
                        // it is locked with the intent, and is the caller's own word
                        userAgent.map(ApiRequest::bounded).filter(text -> !CardNumber.mayBeIn(text)),
                        context.text("requestId").orElse("unknown")),
                principal(context));
    }

    /** Reads an event's bytes; an object without {@code requestContext} is a direct invocation. */
    static JsonObject read(byte[] event) throws StrictJsonException {
        return EVENT.object(event);
    }

    private static JsonObject required(JsonObject in, String name) throws StrictJsonException {
        return in.object(name).orElseGet(() -> empty());
    }

    private static JsonObject empty() {
        try {
            return BODY.object("{}".getBytes(StandardCharsets.UTF_8));
        } catch (StrictJsonException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Set by API Gateway where the route is authorised by IAM, and by nobody else: a caller cannot send it. */
    private static Optional<String> principal(JsonObject context) throws StrictJsonException {
        var authorizer = context.object("authorizer");
        var iam = authorizer.isPresent() ? authorizer.get().object("iam") : Optional.<JsonObject>empty();
        return iam.isPresent() ? iam.get().text("userArn") : Optional.empty();
    }

    private static String bounded(String text) {
        return text.length() <= MAX_USER_AGENT ? text : text.substring(0, MAX_USER_AGENT);
    }

    String method() {
        return method;
    }

    /** The path without the stage. */
    String path() {
        return path;
    }

    Origin origin() {
        return origin;
    }

    Optional<String> iamPrincipal() {
        return iamPrincipal;
    }

    /** A header by its name in lower case; API Gateway joins repeated ones with a comma. */
    Optional<String> header(String name) throws Problem {
        try {
            var headers = event.object("headers");
            return headers.isPresent() ? headers.get().text(name) : Optional.empty();
        } catch (StrictJsonException e) {
            throw Problem.headerMalformed(name, "one line of text");
        }
    }

    /** The bearer token (RFC 6750 §2.1), whatever it is. */
    String bearer() throws Problem {
        var header = header("authorization");
        if (header.isEmpty()) {
            throw Problem.tokenMissing();
        }
        String value = header.get();
        if (!value.regionMatches(true, 0, "Bearer ", 0, 7) || value.length() == 7) {
            throw Problem.tokenMissing();
        }
        return value.substring(7).strip();
    }

    /** The body as a JSON object; an absent body is an empty object. */
    JsonObject body() throws Problem {
        try {
            Optional<String> text = event.text("body");
            if (text.isEmpty() || text.get().isEmpty()) {
                return empty();
            }
            boolean base64 = event.bool("isBase64Encoded").orElse(false);
            // Four characters of base64 are three bytes: refused before anything is decoded.
            int atLeast = base64 ? text.get().length() / 4 * 3 - 2 : text.get().length();
            if (atLeast > MAX_BODY_BYTES) {
                throw Problem.requestTooLarge(MAX_BODY_BYTES);
            }
            byte[] bytes =
                    base64 ? Base64.getDecoder().decode(text.get()) : text.get().getBytes(StandardCharsets.UTF_8);
            if (bytes.length > MAX_BODY_BYTES) {
                throw Problem.requestTooLarge(MAX_BODY_BYTES);
            }
            return BODY.object(bytes);
        } catch (StrictJsonException e) {
            throw Problem.requestMalformed(e.getMessage());
        } catch (IllegalArgumentException e) {
            throw Problem.requestMalformed("the body is not base64 although the event says so");
        }
    }

    @Override
    public String toString() {
        return "ApiRequest[" + method + " " + path + "]";
    }
}
