package dev.daypass.audit.wiring;

import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.ssm.SsmClient;

/** The functions' AWS clients. Each call gives up in good time, so that a function fails rather than being cut off. */
final class Aws {
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final Duration CALL = Duration.ofSeconds(35);

    private final Region region;
    private final boolean isLocal;

    /** @param environment of the function; the SDK itself reads {@code AWS_ENDPOINT_URL} and {@code AWS_ENDPOINT_URL_<SERVICE>} */
    Aws(String region, Map<String, String> environment) {
        this.region = Region.of(region);
        this.isLocal = environment.keySet().stream().anyMatch(name -> name.startsWith("AWS_ENDPOINT_URL"));
    }

    S3Client s3() {
        // a local endpoint has one host only
        return built(S3Client.builder().forcePathStyle(isLocal)).build();
    }

    KmsClient kms() {
        return built(KmsClient.builder()).build();
    }

    SsmClient ssm() {
        return built(SsmClient.builder()).build();
    }

    CloudWatchLogsClient logs() {
        return built(CloudWatchLogsClient.builder()).build();
    }

    private <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B built(B builder) {
        return builder.region(region)
                .credentialsProvider(EnvironmentVariableCredentialsProvider.create())
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(Duration.ofSeconds(2)))
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .apiCallAttemptTimeout(ATTEMPT)
                        .apiCallTimeout(CALL)
                        .build());
    }
}
