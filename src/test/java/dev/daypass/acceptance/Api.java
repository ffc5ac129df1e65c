package dev.daypass.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/** The HTTP API as a caller sees it. */
final class Api {
    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    Api(URI base) {
        this.base = base;
    }

    /** An answer: status, headers and body. */
    record Answer(int status, HttpResponse<String> raw, JsonNode body) {
        String code() {
            return body.path("code").asText();
        }

        String text(String name) {
            return body.path(name).asText();
        }
    }

    Answer vend(String token, String grant) {
        return vend(token, Map.of("grant", grant, "purpose", "TICKET-7"), Map.of());
    }

    Answer vend(String token, Map<String, ?> body, Map<String, String> headers) {
        return send("POST", "/v1/sessions", token, json(body), headers);
    }

    Answer session(String verb, String id, String bearer) {
        return send(verb, "/v1/sessions/" + id, bearer, "", Map.of());
    }

    Answer renew(String id, String bearer, Map<String, ?> body) {
        return send("POST", "/v1/sessions/" + id + "/renew", bearer, json(body), Map.of());
    }

    Answer send(String method, String path, String bearer, String body, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(40))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!bearer.isEmpty()) {
            request.header("Authorization", "Bearer " + bearer);
        }
        headers.forEach(request::header);
        try {
            var answer = http.send(request.build(), BodyHandlers.ofString());
            var text = answer.body();
            if (text.startsWith("Mock response")) {
                throw new IllegalStateException("the endpoint did not run the function: " + text);
            }
            return new Answer(
                    answer.statusCode(), answer, text.isEmpty() ? JSON.createObjectNode() : JSON.readTree(text));
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As an operator: signed for API Gateway (SigV4, service {@code execute-api}). */
    Answer sendSigned(AwsCredentials operator, String region, String method, String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var signed = AwsV4HttpSigner.create()
                .sign(r -> r.identity(operator)
                        .request(SdkHttpRequest.builder()
                                .method(SdkHttpMethod.fromValue(method))
                                .uri(URI.create(base + path))
                                .putHeader("Content-Type", "application/json")
                                .build())
                        .payload(ContentStreamProvider.fromByteArrayUnsafe(bytes))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "execute-api")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region));
        Map<String, String> headers = new LinkedHashMap<>();
        signed.request().headers().forEach((name, values) -> {
            // The client sets it itself, to the same.
            if (!name.equalsIgnoreCase("host")) {
                headers.put(name, String.join(",", values));
            }
        });
        return send(method, path, "", body, headers);
    }

    private static String json(Map<String, ?> body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
