package dev.daypass.testbed.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/**
 * A request as an HTTP API hands it to a function, payload format 2.0 (Amazon API Gateway Developer Guide, "Create AWS
 * Lambda proxy integrations for HTTP APIs"). Immutable: each method returns a changed copy.
 */
public final class HttpEvent {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final ObjectNode event;

    private HttpEvent(ObjectNode event) {
        this.event = event;
    }

    /**
     * A request from 127.0.0.1 without headers or body.
     *
     * @param route as in the template: {@code GET /v1/sessions/{id}}
     * @param path as the caller wrote it: {@code /v1/sessions/0123…}
     */
    public static HttpEvent of(String route, String path, Instant time) {
        var event = JsonNodeFactory.instance.objectNode();
        event.put("version", "2.0");
        event.put("routeKey", route);
        event.put("rawPath", path);
        event.put("rawQueryString", "");
        event.putObject("headers");
        var context = event.putObject("requestContext");
        context.put("accountId", AwsEndpoint.ACCOUNT_ID);
        context.put("apiId", "local");
        context.put("domainName", "local.execute-api");
        context.put("domainPrefix", "local");
        context.putObject("http")
                .put("method", route.substring(0, route.indexOf(' ')))
                .put("path", path)
                .put("protocol", "HTTP/1.1")
                .put("sourceIp", "127.0.0.1")
                .put("userAgent", "testbed");
        context.put("requestId", UUID.randomUUID().toString());
        context.put("routeKey", route);
        context.put("stage", "$default");
        context.put("time", TIME.format(time));
        context.put("timeEpoch", time.toEpochMilli());
        event.put("isBase64Encoded", false);
        return new HttpEvent(event);
    }

    /** With a header; the API passes names in lower case. */
    public HttpEvent header(String name, String value) {
        var copy = event.deepCopy();
        copy.withObject("/headers").put(name.toLowerCase(Locale.ROOT), value);
        return new HttpEvent(copy);
    }

    /** With the value of one of the route's {@code {names}}. */
    public HttpEvent pathParameter(String name, String value) {
        var copy = event.deepCopy();
        copy.withObject("/pathParameters").put(name, value);
        return new HttpEvent(copy);
    }

    /** With a body, as text. */
    public HttpEvent body(String text) {
        var copy = event.deepCopy();
        copy.put("body", text);
        return new HttpEvent(copy);
    }

    /** As signed by this principal, on a route with AWS_IAM authorisation. */
    public HttpEvent signedBy(String userArn) {
        var copy = event.deepCopy();
        copy.withObject("/requestContext/authorizer/iam")
                .put("accountId", AwsEndpoint.ACCOUNT_ID)
                .put("userArn", userArn);
        return new HttpEvent(copy);
    }

    /** What the function reads. */
    public String json() {
        return event.toString();
    }

    /** The route only: the rest may hold a token. */
    @Override
    public String toString() {
        return event.path("routeKey").asText();
    }
}
