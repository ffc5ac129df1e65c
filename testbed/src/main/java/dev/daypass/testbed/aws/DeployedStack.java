package dev.daypass.testbed.aws;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DefaultRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/**
 * Daypass as its template deploys it, on the local endpoint. The endpoint's CloudFormation leaves some of the template's
 * settings out without a word; these are made good through the services themselves, and then every setting that a control
 * rests on is read back.
 */
public final class DeployedStack {
    /** {@code AllowShortRetentionForDemo} */
    private static final int RETENTION_DAYS = 1;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final AwsEndpoint endpoint;
    private final StackSettings settings;
    private final Map<String, String> outputs;

    private DeployedStack(AwsEndpoint endpoint, StackSettings settings, Map<String, String> outputs) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.outputs = outputs;
    }

    /**
     * Deploys. Before a function can do anything, {@link #putBrokerSecret} and {@link #putConfiguration} have to follow.
     *
     * @throws IOException if a file cannot be read, or the stack cannot be made; the message holds CloudFormation's reasons
     */
    public static DeployedStack deploy(AwsEndpoint endpoint, StackSettings settings)
            throws IOException, InterruptedException {
        requireBootstrap(settings.archive());
        byte[] archive = Files.readAllBytes(settings.archive());
        var bucket = settings.name().toLowerCase(Locale.ROOT) + "-code";
        var key = "daypass-functions-" + Sha256.of(archive).hex().substring(0, 16) + ".zip";
        var s3 = endpoint.administrator().s3();
        s3.createBucket(b -> b.bucket(bucket)
                .createBucketConfiguration(
                        c -> c.locationConstraint(endpoint.region().id())));
        s3.putObject(o -> o.bucket(bucket).key(key), RequestBody.fromBytes(archive));

        var stack = create(endpoint, settings, bucket, key);
        var outputs = stack.outputs().stream().collect(Collectors.toMap(Output::outputKey, Output::outputValue));
        var deployed = new DeployedStack(endpoint, settings, outputs);
        deployed.makeGood();
        deployed.requireAsWritten(archive);
        return deployed;
    }

    /** The API's public base URL, without a slash at its end. */
    public URI apiUrl() {
        return URI.create(output("ApiUrl"));
    }

    /** The state table. */
    public String table() {
        return output("StateTableName");
    }

    /** The evidence bucket. */
    public String bucket() {
        return output("EvidenceBucketName");
    }

    /** A function's name. */
    public String functionName(StackFunction function) {
        return output(function.prefix() + "FunctionName");
    }

    /** The name of a function's role. */
    public String roleName(StackFunction function) {
        return output(function.prefix() + "RoleName");
    }

    /** What a function printed; the file is there once the function has started. */
    public Path log(StackFunction function) {
        return endpoint.functionLog(functionName(function));
    }

    /** Credentials of a function's role. */
    public AwsSessionCredentials credentials(StackFunction function) {
        return endpoint.assumeRole(roleName(function));
    }

    /**
     * The environment in which a function runs, complete with credentials of its role: with it, a {@link LambdaHost} is the
     * same function elsewhere.
     */
    public Map<String, String> environment(StackFunction function) {
        var deployed =
                endpoint.administrator().lambda().getFunctionConfiguration(f -> f.functionName(functionName(function)));
        var environment = new TreeMap<>(deployed.environment().variables());
        var credentials = credentials(function);
        environment.put("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
        environment.put("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
        environment.put("AWS_SESSION_TOKEN", credentials.sessionToken());
        environment.put("AWS_REGION", endpoint.region().id());
        environment.put("AWS_LAMBDA_FUNCTION_NAME", deployed.functionName());
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", deployed.memorySize().toString());
        return environment;
    }

    /** A function's handler. */
    public String handler(StackFunction function) {
        return endpoint.administrator()
                .lambda()
                .getFunctionConfiguration(f -> f.functionName(functionName(function)))
                .handler();
    }

    /** Locks the compiled configuration into the evidence, where the functions look for it by the digest they were told. */
    public void putConfiguration(byte[] configuration) {
        var digest = Sha256.of(configuration);
        if (!digest.equals(settings.configuration())) {
            throw new IllegalArgumentException("the stack " + settings.name() + " was deployed for the configuration "
                    + settings.configuration() + ", not for " + digest);
        }
        endpoint.administrator()
                .s3()
                .putObject(
                        o -> o.bucket(bucket())
                                .key(ObjectKey.configuration(digest).text())
                                .contentType("application/json")
                                .ifNoneMatch("*"),
                        RequestBody.fromBytes(configuration));
    }

    /** Stores the broker's secret id where the functions that end sessions read it; a second time replaces it. */
    public void putBrokerSecret(String secretId) {
        endpoint.administrator()
                .ssm()
                .putParameter(p -> p.name(settings.broker().secretParameter())
                        .type(ParameterType.SECURE_STRING)
                        .value(secretId)
                        .overwrite(true));
    }

    /**
     * Invokes a function directly, as the administrator, and waits for its answer.
     *
     * @param event JSON
     * @throws IllegalStateException if the function failed, or if the endpoint did not run it
     */
    public String invoke(StackFunction function, String event) {
        var answer = endpoint.administrator()
                .lambda()
                .invoke(i -> i.functionName(functionName(function)).payload(SdkBytes.fromUtf8String(event)));
        var body = answer.payload().asUtf8String();
        // what the endpoint answers, with success, where it cannot run a function
        if (answer.functionError() != null || body.contains("Mock response")) {
            throw new IllegalStateException(functionName(function) + " failed: " + body);
        }
        return body;
    }

    private static Stack create(AwsEndpoint endpoint, StackSettings settings, String codeBucket, String codeKey)
            throws IOException, InterruptedException {
        var parameters = new HashMap<String, String>();
        parameters.put("CodeBucket", codeBucket);
        parameters.put("CodeKey", codeKey);
        parameters.put("Runtime", "provided.al2023");
        parameters.put("JavaHome", settings.javaHome().toString());
        parameters.put(
                "ConfigurationDigest", "sha256:" + settings.configuration().hex());
        parameters.put("BrokerRoleId", settings.broker().roleId());
        parameters.put("BrokerSecretParameter", settings.broker().secretParameter());
        parameters.put("VaultAddress", settings.vault().address().toString());
        settings.vault().sourceAddress().ifPresent(address -> parameters.put("VaultSourceAddress", address));
        settings.vault().ca().ifPresent(pem -> parameters.put("VaultCa", pem));
        parameters.put("EvidenceAdministratorArns", endpoint.administratorArn());
        parameters.put("AgentPrincipalArns", String.join(",", settings.agentPrincipalArns()));
        parameters.put("AllowShortRetentionForDemo", "true");
        parameters.put("AllowPlainHttpForDemo", "true");
        parameters.put("TableDeletionProtection", "false");
        parameters.put("EndpointUrl", endpoint.uri().toString());
        settings.endpoints().forEach((service, uri) -> parameters.put(service.parameter(), uri.toString()));
        settings.aotCache().ifPresent(cache -> parameters.put("AotCache", cache.toString()));

        var template = Files.readString(settings.template());
        var cloudFormation = endpoint.administrator().cloudFormation();
        cloudFormation.createStack(s -> s.stackName(settings.name())
                .templateBody(template)
                .capabilities(Capability.CAPABILITY_IAM)
                .parameters(parameters.entrySet().stream()
                        .map(p -> Parameter.builder()
                                .parameterKey(p.getKey())
                                .parameterValue(p.getValue())
                                .build())
                        .toList()));
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            var stack = cloudFormation
                    .describeStacks(s -> s.stackName(settings.name()))
                    .stacks()
                    .getFirst();
            if (stack.stackStatus() == StackStatus.CREATE_COMPLETE) {
                return stack;
            }
            if (stack.stackStatus() != StackStatus.CREATE_IN_PROGRESS) {
                throw new IOException("the stack " + settings.name() + " is " + stack.stackStatusAsString() + ": "
                        + cloudFormation.describeStackEvents(e -> e.stackName(settings.name())).stackEvents().stream()
                                .filter(e -> e.resourceStatusAsString().endsWith("FAILED"))
                                .map(e -> e.logicalResourceId() + ": " + e.resourceStatusReason())
                                .toList());
            }
            Thread.sleep(50);
        }
        throw new IOException("the stack " + settings.name() + " was not there after " + LIMIT.toSeconds() + " s");
    }

    /** What the endpoint's CloudFormation (MiniStack 1.5.33) leaves out of what the template says. */
    private void makeGood() {
        var administrator = endpoint.administrator();
        administrator
                .s3()
                .putBucketVersioning(
                        b -> b.bucket(bucket()).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
        administrator
                .s3()
                .putObjectLockConfiguration(b -> b.bucket(bucket())
                        .objectLockConfiguration(l -> l.objectLockEnabled(ObjectLockEnabled.ENABLED)
                                .rule(r -> r.defaultRetention(d -> d.mode(ObjectLockRetentionMode.COMPLIANCE)
                                        .days(RETENTION_DAYS)))));
        administrator
                .dynamoDb()
                .updateTimeToLive(t -> t.tableName(table())
                        .timeToLiveSpecification(
                                s -> s.attributeName("expireAt").enabled(true)));
        administrator
                .dynamoDb()
                .updateContinuousBackups(t ->
                        t.tableName(table()).pointInTimeRecoverySpecification(s -> s.pointInTimeRecoveryEnabled(true)));
        administrator
                .lambda()
                .putFunctionConcurrency(
                        f -> f.functionName(functionName(StackFunction.SWEEP)).reservedConcurrentExecutions(1));
    }

    private void requireAsWritten(byte[] archive) {
        var wrong = new ArrayList<String>();
        var administrator = endpoint.administrator();
        var s3 = administrator.s3();
        expect(
                wrong,
                "versioning",
                BucketVersioningStatus.ENABLED,
                s3.getBucketVersioning(b -> b.bucket(bucket())).status());
        expect(
                wrong,
                "default retention",
                DefaultRetention.builder()
                        .mode(ObjectLockRetentionMode.COMPLIANCE)
                        .days(RETENTION_DAYS)
                        .build(),
                s3.getObjectLockConfiguration(b -> b.bucket(bucket()))
                        .objectLockConfiguration()
                        .rule()
                        .defaultRetention());
        expect(
                wrong,
                "encryption",
                ServerSideEncryption.AES256,
                s3.getBucketEncryption(b -> b.bucket(bucket()))
                        .serverSideEncryptionConfiguration()
                        .rules()
                        .getFirst()
                        .applyServerSideEncryptionByDefault()
                        .sseAlgorithm());
        var access = s3.getPublicAccessBlock(b -> b.bucket(bucket())).publicAccessBlockConfiguration();
        expect(
                wrong,
                "public access block",
                List.of(true, true, true, true),
                List.of(
                        access.blockPublicAcls(),
                        access.blockPublicPolicy(),
                        access.ignorePublicAcls(),
                        access.restrictPublicBuckets()));
        expect(
                wrong,
                "a policy of create-only writes",
                true,
                s3.getBucketPolicy(b -> b.bucket(bucket())).policy().contains("s3:if-none-match"));
        var dynamoDb = administrator.dynamoDb();
        expect(
                wrong,
                "time to live",
                TimeToLiveStatus.ENABLED,
                dynamoDb.describeTimeToLive(t -> t.tableName(table()))
                        .timeToLiveDescription()
                        .timeToLiveStatus());
        expect(
                wrong,
                "point-in-time recovery",
                PointInTimeRecoveryStatus.ENABLED,
                dynamoDb.describeContinuousBackups(t -> t.tableName(table()))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatus());
        var lambda = administrator.lambda();
        expect(
                wrong,
                "the sweep's reserved concurrency",
                1,
                lambda.getFunctionConcurrency(f -> f.functionName(functionName(StackFunction.SWEEP)))
                        .reservedConcurrentExecutions());
        var digest = Base64.getEncoder().encodeToString(Sha256.of(archive).bytes());
        for (var function : StackFunction.values()) {
            var deployed = lambda.getFunctionConfiguration(f -> f.functionName(functionName(function)));
            // With no code, or another runtime, the endpoint would answer by itself and call it success.
            expect(wrong, function + "'s code", digest, deployed.codeSha256());
            expect(wrong, function + "'s runtime", "provided.al2023", deployed.runtimeAsString());
        }
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(
                    "the stack " + settings.name() + " is not what its template says: " + wrong);
        }
    }

    private static void expect(List<String> wrong, String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            wrong.add(what + " should be " + expected + " and is " + actual);
        }
    }

    private static void requireBootstrap(Path archive) throws IOException {
        try (var zip = new ZipFile(archive.toFile())) {
            if (zip.getEntry("bootstrap") == null) {
                throw new IOException(archive + " holds no bootstrap: it is not an archive of Daypass's functions");
            }
        }
    }

    private String output(String key) {
        var value = outputs.get(key);
        if (value == null) {
            throw new IllegalStateException("the template has no output " + key);
        }
        return value;
    }
}
