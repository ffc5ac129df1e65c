package dev.daypass.acceptance.aws;

import dev.daypass.functions.aws.AwsEndpoints;
import dev.daypass.functions.aws.LambdaCredentials;
import dev.daypass.functions.aws.SignedRequests;
import dev.daypass.functions.net.HttpTransport;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import dev.daypass.testbed.aws.AwsEndpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.opentest4j.TestAbortedException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * The endpoint that the adapters are tried against, and the SDK's own clients for what a test sets up or looks at: what our
 * adapters wrote is read with somebody else's code.
 */
final class AwsPeer implements AutoCloseable {
    /** The last LocalStack that starts without an account. */
    private static final String IMAGE = "localstack/localstack:4.14.0";

    private final String name;
    private final URI uri;
    private final String region;
    private final AwsCredentialsProvider administrator;
    private final Set<Ability> abilities;
    private final Runnable stop;
    private final AtomicInteger users = new AtomicInteger();

    private AwsPeer(
            String name,
            URI uri,
            String region,
            AwsCredentialsProvider administrator,
            Set<Ability> abilities,
            Runnable stop) {
        this.name = name;
        this.uri = uri;
        this.region = region;
        this.administrator = administrator;
        this.abilities = abilities;
        this.stop = stop;
    }

    /** What an endpoint may or may not do as AWS does. */
    enum Ability {
        /** A signature made with another secret is refused. */
        CHECKS_SIGNATURES,
        /** A principal can do what its policies say and nothing else. */
        ENFORCES_POLICIES
    }

    static AwsPeer start() throws IOException, InterruptedException {
        long asked = System.nanoTime();
        boolean docker = DockerClientFactory.instance().isDockerAvailable();
        System.out.println("[aws] Docker " + (docker ? "answers" : "does not answer") + ", known after "
                + (System.nanoTime() - asked) / 1_000_000 + " ms");
        var peer = docker ? localStack() : miniStack();
        System.out.println("[aws] the AWS adapters are tried against " + peer.name);
        return peer;
    }

    private static AwsPeer localStack() {
        var container = new LocalStackContainer(IMAGE);
        container.start();
        var key = AwsBasicCredentials.create(container.getAccessKey(), container.getSecretKey());
        return new AwsPeer(
                "LocalStack (" + IMAGE + ")",
                container.getEndpoint(),
                container.getRegion(),
                StaticCredentialsProvider.create(key),
                Set.of(),
                container::stop);
    }

    private static AwsPeer miniStack() throws IOException, InterruptedException {
        // Among what the build makes, where its logs can be read afterwards and `clean` removes them.
        Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "aws-");
        var reaper = Reaper.open();
        try {
            var endpoint = AwsEndpoint.start(reaper, Cache.ofUser(System.getenv()), directory, Progress.to(System.out));
            return new AwsPeer(
                    "MiniStack",
                    endpoint.uri(),
                    endpoint.region().id(),
                    endpoint.administrator().credentials(),
                    Set.of(Ability.values()),
                    () -> {
                        endpoint.close();
                        reaper.close();
                    });
        } catch (IOException | InterruptedException | RuntimeException e) {
            reaper.close();
            throw e;
        }
    }

    /** Ends the test as not run, by name, if this endpoint could not fail it. */
    void mustBeAbleTo(Ability ability, String promise) {
        if (!abilities.contains(ability)) {
            String message = "NOT PROVEN on " + name + ", which lacks " + ability + ": " + promise;
            System.out.println("[aws] " + message);
            throw new TestAbortedException(message);
        }
    }

    URI uri() {
        return uri;
    }

    S3Client s3() {
        return settled(S3Client.builder().forcePathStyle(true));
    }

    DynamoDbClient dynamoDb() {
        return settled(DynamoDbClient.builder());
    }

    SsmClient ssm() {
        return settled(SsmClient.builder());
    }

    LambdaClient lambda() {
        return settled(LambdaClient.builder());
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C settled(B builder) {
        return builder.endpointOverride(uri)
                .region(Region.of(region))
                .credentialsProvider(administrator)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    /** A new principal that may do this and nothing else. */
    AwsCredentials allowed(String... actions) {
        String user = "adapter-" + users.incrementAndGet();
        try (var iam = settled(IamClient.builder())) {
            iam.createUser(u -> u.userName(user));
            iam.putUserPolicy(u -> u.userName(user)
                    .policyName("allowed")
                    .policyDocument(
                            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"*\",\"Action\":[\""
                                    + String.join("\",\"", actions) + "\"]}]}"));
            var key = iam.createAccessKey(u -> u.userName(user)).accessKey();
            return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
        }
    }

    /** The ARN of a new role that functions may take. */
    String functionRole(String name) {
        try (var iam = settled(IamClient.builder())) {
            return iam.createRole(r -> r.roleName(name)
                            .assumeRolePolicyDocument(
                                    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\","
                                            + "\"Principal\":{\"Service\":\"lambda.amazonaws.com\"}}]}"))
                    .role()
                    .arn();
        }
    }

    /** Our own way to the endpoint, as this principal. */
    SignedRequests requests(AwsCredentials principal) {
        return requests(principal, uri, Duration.ofSeconds(10));
    }

    /** Our own way to another address, such as a proxy before the endpoint. */
    SignedRequests requests(AwsCredentials principal, URI address, Duration longestCall) {
        var environment = new HashMap<String, String>(Map.of(
                "AWS_REGION", region,
                "AWS_ENDPOINT_URL", address.toString(),
                "AWS_ACCESS_KEY_ID", principal.accessKeyId(),
                "AWS_SECRET_ACCESS_KEY", principal.secretAccessKey()));
        var clock = Clock.systemUTC();
        var transport = new HttpTransport(HttpTransport.Options.within(longestCall));
        return new SignedRequests(
                transport, new LambdaCredentials(environment, transport, clock), clock, AwsEndpoints.of(environment));
    }

    @Override
    public void close() {
        stop.run();
    }

    @Override
    public String toString() {
        return name;
    }
}
