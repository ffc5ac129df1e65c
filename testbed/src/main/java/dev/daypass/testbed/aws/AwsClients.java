package dev.daypass.testbed.aws;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/** The SDK's clients for one endpoint and one principal, each made when it is first asked for. Thread-safe. */
public final class AwsClients implements AutoCloseable {
    private final URI endpoint;
    private final Region region;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient http = UrlConnectionHttpClient.create();
    private final Map<Class<? extends SdkClient>, SdkClient> clients = new ConcurrentHashMap<>();

    AwsClients(URI endpoint, Region region, AwsCredentialsProvider credentials) {
        this.endpoint = endpoint;
        this.region = region;
        this.credentials = credentials;
    }

    /** What the clients sign with. */
    public AwsCredentialsProvider credentials() {
        return credentials;
    }

    /** For S3, with the bucket in the path: a local endpoint has no names for buckets. */
    public S3Client s3() {
        return client(S3Client.class, () -> settled(S3Client.builder().forcePathStyle(true)));
    }

    /** For DynamoDB. */
    public DynamoDbClient dynamoDb() {
        return client(DynamoDbClient.class, () -> settled(DynamoDbClient.builder()));
    }

    /** For STS. */
    public StsClient sts() {
        return client(StsClient.class, () -> settled(StsClient.builder()));
    }

    /** For IAM. */
    public IamClient iam() {
        return client(IamClient.class, () -> settled(IamClient.builder()));
    }

    /** For the parameter store. */
    public SsmClient ssm() {
        return client(SsmClient.class, () -> settled(SsmClient.builder()));
    }

    /** For Lambda. */
    public LambdaClient lambda() {
        return client(LambdaClient.class, () -> settled(LambdaClient.builder()));
    }

    /** For CloudFormation. */
    public CloudFormationClient cloudFormation() {
        return client(CloudFormationClient.class, () -> settled(CloudFormationClient.builder()));
    }

    /** For CloudWatch Logs. */
    public CloudWatchLogsClient logs() {
        return client(CloudWatchLogsClient.class, () -> settled(CloudWatchLogsClient.builder()));
    }

    /** For SQS. */
    public SqsClient sqs() {
        return client(SqsClient.class, () -> settled(SqsClient.builder()));
    }

    /** For KMS. */
    public KmsClient kms() {
        return client(KmsClient.class, () -> settled(KmsClient.builder()));
    }

    private <C extends SdkClient> C client(Class<C> type, Supplier<C> maker) {
        return type.cast(clients.computeIfAbsent(type, absent -> maker.get()));
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C settled(B builder) {
        return builder.endpointOverride(endpoint)
                .region(region)
                .credentialsProvider(credentials)
                .httpClient(http)
                .build();
    }

    @Override
    public void close() {
        clients.values().forEach(SdkClient::close);
        http.close();
    }
}
