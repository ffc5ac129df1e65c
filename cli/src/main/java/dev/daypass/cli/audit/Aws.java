package dev.daypass.cli.audit;

import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The SDK's clients of one command. The commands' own classes name no type of the SDK, since picocli looks at all of them
 * at every start.
 */
final class Aws implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration READ_LIMIT = Duration.ofSeconds(60);
    /** A function may run for 15 minutes (AWS Lambda quotas), and is not to be started twice because nobody waited. */
    private static final Duration FUNCTION_LIMIT = Duration.ofMinutes(16);

    private final Region region;
    private final Optional<URI> endpoint;
    private final AwsCredentialsProvider credentials;
    private final List<SdkAutoCloseable> open = new ArrayList<>();

    private Aws(Region region, Optional<URI> endpoint) {
        this.region = region;
        this.endpoint = endpoint;
        var chain = DefaultCredentialsProvider.builder().build();
        this.credentials = chain;
        open.add(chain);
    }

    static Aws open(AwsOptions options) throws Failure {
        var endpoint = options.endpoint();
        Region region;
        try {
            region = options.region()
                    .map(Region::of)
                    .orElseGet(() ->
                            DefaultAwsRegionProviderChain.builder().build().getRegion());
        } catch (SdkException e) {
            throw Failure.usage("which region? --region, AWS_REGION, or a region in the profile");
        }
        return new Aws(region, endpoint);
    }

    /** What a command does with AWS, or with files. */
    interface Work<T> {
        T run() throws Failure, IOException;
    }

    /** Does it; what AWS refuses, or a file does not let happen, becomes a failure in one paragraph. */
    static <T> T working(Work<T> work) throws Failure {
        try {
            return work.run();
        } catch (AwsServiceException e) {
            var details = e.awsErrorDetails();
            String code = details == null ? "" : details.errorCode() + ": ";
            String message = details == null ? e.getMessage() : details.errorMessage();
            throw Failure.couldNot(Printable.of("AWS refused (" + code + e.statusCode() + "): " + message));
        } catch (SdkException e) {
            throw Failure.unanswered(Printable.of(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw Failure.couldNot(Printable.of(e.getClass().getSimpleName() + ": " + e.getMessage()));
        }
    }

    /** The same for a command whose exit code 2 is a result: a malformed command line must not be taken for it. */
    static <T> T judging(Work<T> work) throws Failure {
        try {
            return working(work);
        } catch (Failure e) {
            throw e.exitCode() == ExitCode.USAGE ? Failure.couldNot(e.text()) : e;
        }
    }

    /** A bucket, wherever it is. */
    BucketVersions bucket(String name) {
        return new BucketVersions(s3(), name);
    }

    /** Puts an object that is not there yet; false if there is one of that key. */
    boolean create(String bucket, String key, byte[] bytes) {
        try {
            s3().putObject(
                            o -> o.bucket(bucket)
                                    .key(key)
                                    .contentType("application/json")
                                    .ifNoneMatch("*"),
                            RequestBody.fromBytes(bytes));
            return true;
        } catch (S3Exception e) {
            if (e.statusCode() == 412) {
                return false;
            }
            throw e;
        }
    }

    private S3Client s3() {
        return opened(settled(
                        S3Client.builder()
                                .forcePathStyle(endpoint.isPresent())
                                .crossRegionAccessEnabled(endpoint.isEmpty()),
                        READ_LIMIT,
                        true)
                .build());
    }

    KmsClient kms() {
        return opened(settled(KmsClient.builder(), READ_LIMIT, true).build());
    }

    SqsClient sqs() {
        return opened(settled(SqsClient.builder(), READ_LIMIT, true).build());
    }

    CloudWatchLogsClient logs() {
        return opened(settled(CloudWatchLogsClient.builder(), READ_LIMIT, true).build());
    }

    /** For calling functions: it waits for their answer, and tries once. */
    LambdaClient functions() {
        return opened(settled(LambdaClient.builder(), FUNCTION_LIMIT, false).build());
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> B settled(
            B builder, Duration read, boolean retry) {
        endpoint.ifPresent(builder::endpointOverride);
        var override = ClientOverrideConfiguration.builder();
        if (!retry) {
            override.retryStrategy(DefaultRetryStrategy.doNotRetry());
        }
        return builder.region(region)
                .credentialsProvider(credentials)
                .overrideConfiguration(override.build())
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_LIMIT)
                        .socketTimeout(read));
    }

    private <C extends SdkAutoCloseable> C opened(C client) {
        open.add(client);
        return client;
    }

    @Override
    public void close() {
        open.reversed().forEach(SdkAutoCloseable::close);
    }
}
