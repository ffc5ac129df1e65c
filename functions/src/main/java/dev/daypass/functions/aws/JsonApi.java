package dev.daypass.functions.aws;

import dev.daypass.functions.aws.LambdaCredentials.CredentialsException;
import dev.daypass.functions.aws.SignedRequests.Unsigned;
import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.StrictJson;
import dev.daypass.functions.json.StrictJsonException;
import dev.daypass.functions.net.HttpReply;
import dev.daypass.functions.net.NoAnswerException;
import dev.daypass.functions.net.NotSentException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** The protocol of DynamoDB and SSM: one address, an operation in a header, JSON both ways. Safe for threads. */
final class JsonApi {
    // DynamoDB's own limits: an answer has at most 1 MiB of items, and a document nests 32 deep.
    private static final int MAX_ANSWER_BYTES = 2 * 1024 * 1024;
    private static final StrictJson JSON = new StrictJson(MAX_ANSWER_BYTES, 40);

    private final SignedRequests requests;
    private final AwsService service;
    private final String target;
    private final String contentType;
    private final URI address;

    JsonApi(SignedRequests requests, AwsService service, String target, String contentType) {
        this.requests = requests;
        this.service = service;
        this.target = target;
        this.contentType = contentType;
        this.address = URI.create(requests.endpoints().of(service) + "/");
    }

    HttpReply call(String operation, byte[] body, Duration timeout)
            throws CredentialsException, NotSentException, NoAnswerException {
        var headers = Map.of("Content-Type", contentType, "X-Amz-Target", target + "." + operation);
        return requests.send(service, new Unsigned("POST", address, headers, body), timeout, MAX_ANSWER_BYTES);
    }

    static JsonObject read(HttpReply reply) throws StrictJsonException {
        return JSON.object(reply.body());
    }

    /** The error's name without its namespace, such as {@code ThrottlingException}; empty if there is none. */
    static String error(HttpReply reply) {
        try {
            String type = read(reply).text("__type").orElse("");
            return type.substring(type.indexOf('#') + 1);
        } catch (StrictJsonException e) {
            return "";
        }
    }
}
