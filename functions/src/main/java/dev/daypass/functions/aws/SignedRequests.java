package dev.daypass.functions.aws;

import dev.daypass.functions.aws.LambdaCredentials.CredentialsException;
import dev.daypass.functions.net.HttpCall;
import dev.daypass.functions.net.HttpReply;
import dev.daypass.functions.net.HttpTransport;
import dev.daypass.functions.net.NoAnswerException;
import dev.daypass.functions.net.NotSentException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signs requests with Signature Version 4 and sends them. The SDK's signer without its clients: a client costs hundreds
 * of milliseconds to start, the signer about twenty (docs/decisions/0006-one-http-client.md). The payload is always part
 * of what is signed. Safe for threads.
 */
public final class SignedRequests {
    private final HttpTransport http;
    private final LambdaCredentials credentials;
    private final Clock clock;
    private final AwsEndpoints endpoints;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    public SignedRequests(HttpTransport http, LambdaCredentials credentials, Clock clock, AwsEndpoints endpoints) {
        this.http = http;
        this.credentials = credentials;
        this.clock = clock;
        this.endpoints = endpoints;
    }

    AwsEndpoints endpoints() {
        return endpoints;
    }

    /**
     * @param timeout for the call
     * @throws CredentialsException if there is nothing to sign with; nothing was sent
     */
    HttpReply send(AwsService service, Unsigned request, Duration timeout, int maxReplyBytes)
            throws CredentialsException, NotSentException, NoAnswerException {
        return http.send(signed(service, request), timeout, maxReplyBytes);
    }

    HttpCall signed(AwsService service, Unsigned request) throws CredentialsException {
        var found = credentials.now();
        var builder = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(request.method))
                .uri(request.uri);
        request.headers.forEach(builder::putHeader);
        AwsCredentialsIdentity identity = found.revealSessionToken().isPresent()
                ? AwsSessionCredentialsIdentity.create(
                        found.accessKeyId(),
                        found.revealSecretAccessKey(),
                        found.revealSessionToken().get())
                : AwsCredentialsIdentity.create(found.accessKeyId(), found.revealSecretAccessKey());
        boolean s3 = service == AwsService.S3;
        var result = signer.sign(r -> r.identity(identity)
                .request(builder.build())
                .payload(ContentStreamProvider.fromByteArrayUnsafe(request.body))
                .putProperty(HttpSigner.SIGNING_CLOCK, clock)
                .putProperty(AwsV4HttpSigner.REGION_NAME, endpoints.region())
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service.code())
                // S3 signs the path as it is; the others encode it twice and normalise it (IAM User Guide,
                // "Create a signed AWS API request").
                .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, !s3)
                .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, !s3)
                .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, true));
        var call = HttpCall.of(request.method, request.uri).body(request.body);
        for (Map.Entry<String, List<String>> header : result.request().headers().entrySet()) {
            for (var value : header.getValue()) {
                call = call.header(header.getKey(), value);
            }
        }
        return call;
    }

    /** A request before it is signed. Not a record: headers and body may be secret. */
    static final class Unsigned {
        private final String method;
        private final URI uri;
        private final Map<String, String> headers;
        private final byte[] body;

        /**
         * @param method upper case
         * @param uri with its path encoded as it is to be sent
         * @param headers all of them become part of what is signed
         * @param body empty for none
         */
        Unsigned(String method, URI uri, Map<String, String> headers, byte[] body) {
            this.method = method;
            this.uri = uri;
            this.headers = Map.copyOf(headers);
            this.body = body;
        }

        @Override
        public String toString() {
            return method + " " + uri.getRawPath();
        }
    }
}
