package dev.daypass.functions.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.daypass.functions.json.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds what a function returns to API Gateway (payload format 2.0): a status, headers and a JSON body as text. */
final class ApiAnswer {
    private ApiAnswer() {}

    static byte[] json(int status, Map<String, String> headers, JsonText.Members body) {
        return answer(status, "application/json", headers, body);
    }

    /** @param resource the API's own base URL, named to callers without an accepted token */
    static byte[] problem(Problem problem, String correlationId, String resource) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (problem.retryable()) {
            headers.put("Retry-After", Integer.toString(problem.retryAfterSeconds()));
        }
        if (problem.status() == 401) {
            // RFC 9728 §5.1, RFC 6750 §3.1
            String error = problem.code().equals("token_missing") ? "" : "error=\"invalid_token\", ";
            headers.put(
                    "WWW-Authenticate",
                    "Bearer " + error + "resource_metadata=\"" + resource + "/.well-known/oauth-protected-resource\"");
        }
        return answer(problem.status(), "application/problem+json", headers, json -> {
            json.writeStringField("type", "https://daypass.dev/problems/" + problem.code());
            json.writeStringField("title", problem.title());
            json.writeNumberField("status", problem.status());
            json.writeStringField("code", problem.code());
            json.writeStringField("detail", problem.detail());
            JsonText.optional(json, "field", problem.field());
            JsonText.optional(json, "accepted", problem.accepted());
            JsonText.optional(json, "nearestGrant", problem.nearestGrant());
            json.writeBooleanField("retryable", problem.retryable());
            json.writeStringField("correlationId", correlationId);
        });
    }

    static void duration(JsonGenerator json, String name, Duration value) throws IOException {
        json.writeStringField(name, value.toString());
    }

    private static byte[] answer(int status, String type, Map<String, String> headers, JsonText.Members members) {
        String body = new String(JsonText.object(members), StandardCharsets.UTF_8);
        return JsonText.object(json -> {
            json.writeNumberField("statusCode", status);
            json.writeObjectFieldStart("headers");
            json.writeStringField("Content-Type", type);
            // Every answer may hold what only this caller is to see.
            json.writeStringField("Cache-Control", "no-store");
            for (var header : headers.entrySet()) {
                json.writeStringField(header.getKey(), header.getValue());
            }
            json.writeEndObject();
            json.writeBooleanField("isBase64Encoded", false);
            json.writeStringField("body", body);
        });
    }
}
