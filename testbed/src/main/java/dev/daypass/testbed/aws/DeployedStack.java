package dev.daypass.testbed.aws;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.testbed.LogShipper;
import dev.daypass.testbed.aws.StackTemplate.StackName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/**
 * Daypass as its template deploys it, on the local endpoint. The endpoint's CloudFormation leaves some of the template's
 * settings out without a word; these are made good through the services themselves, and then every setting that a control
 * rests on is read back.
 */
public final class DeployedStack {
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
        var name = new StackName(settings.name());
        var code = CodeBucket.make(endpoint, name);
        var functions = code.upload(settings.archive());
        var parameters = parameters(endpoint, settings);
        parameters.put("CodeBucket", code.name());
        parameters.put("CodeKey", functions.key());

        var record = settings.record().isPresent()
                ? Optional.of(RecordDeployment.prepare(
                        endpoint, name, code, settings.record().get()))
                : Optional.<RecordDeployment>empty();
        parameters.putAll(record.map(RecordDeployment::parameters)
                // The template has no stack without; what is named here is not there, and is never asked for.
                .orElseGet(() ->
                        Map.of("RecordCodeKey", functions.key(), "HeadBucketName", RecordDeployment.headBucket(name))));

        var stack = StackTemplate.upload(endpoint, code, settings.template()).create(name, parameters);
        var outputs = stack.outputs().stream().collect(Collectors.toMap(Output::outputKey, Output::outputValue));
        var deployed = new DeployedStack(endpoint, settings, outputs);
        deployed.makeGood();
        deployed.requireAsWritten(functions);
        if (record.isPresent()) {
            record.get().finish(deployed);
        } else {
            deployed.keepFromRunning();
        }
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
    public String functionName(StackMember function) {
        return output(function.prefix() + "FunctionName");
    }

    /** The name of a function's role. */
    public String roleName(StackMember function) {
        return output(function.rolePrefix() + "RoleName");
    }

    /** What a function printed; the file is there once the function has started. */
    public Path log(StackMember function) {
        return endpoint.functionLog(functionName(function));
    }

    /** The functions that are there: those of the record only if it was asked for, and only for the log groups that were named. */
    public List<StackMember> functions() {
        var members = new ArrayList<StackMember>(List.of(StackFunction.values()));
        if (settings.record().isPresent()) {
            Stream.of(RecordFunction.values())
                    .filter(function -> outputs.containsKey(function.prefix() + "FunctionName"))
                    .forEach(members::add);
        }
        return List.copyOf(members);
    }

    /** The log group that a function's output belongs into. */
    public String logGroup(StackMember function) {
        return endpoint.administrator()
                .lambda()
                .getFunctionConfiguration(f -> f.functionName(functionName(function)))
                .loggingConfig()
                .logGroup();
    }

    /**
     * What a {@link LogShipper} has to do so that what this function prints is in its log group. On AWS Lambda does that, with a
     * stream for each environment; here all of them share a file.
     */
    public LogShipper.Route route(StackMember function) {
        return new LogShipper.Route(log(function), logGroup(function), "function", LogShipper.Framing.LINE);
    }

    /** The bucket of the heads, in the same account as everything here. Only with a record. */
    public String headBucket() {
        return RecordDeployment.headBucket(new StackName(settings.name()));
    }

    /** The key that signs the seals. */
    public String sealKeyArn() {
        return output("SealKeyArn");
    }

    /** The policy for the roles of auditors. */
    public String auditorPolicyArn() {
        return output("AuditorPolicyArn");
    }

    /** The queue of the payloads that could not be stored. */
    public URI deadLetters() {
        return URI.create(output("RecordDeadLettersUrl"));
    }

    /** The name of the SecureString that holds the record's key. Only with a record. */
    public String recordKeyParameter() {
        return RecordDeployment.keyParameter(new StackName(settings.name()));
    }

    /** Credentials of a function's role. */
    public AwsSessionCredentials credentials(StackMember function) {
        return endpoint.assumeRole(roleName(function));
    }

    /**
     * The environment in which a function runs, complete with credentials of its role: with it, a {@link LambdaHost} is the
     * same function elsewhere.
     */
    public Map<String, String> environment(StackMember function) {
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
    public String handler(StackMember function) {
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
    public String invoke(StackMember function, String event) {
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

    private static Map<String, String> parameters(AwsEndpoint endpoint, StackSettings settings) {
        var parameters = new HashMap<String, String>();
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
        return parameters;
    }

    /** Without a record its schedules would start functions whose code is another's, every minute. */
    private void keepFromRunning() {
        for (var function : List.of(RecordFunction.DAYPASS_FORWARDER, RecordFunction.SEAL, RecordFunction.RECONCILE)) {
            endpoint.administrator()
                    .lambda()
                    .putFunctionConcurrency(
                            f -> f.functionName(functionName(function)).reservedConcurrentExecutions(0));
        }
    }

    /** What the endpoint's CloudFormation (MiniStack 1.5.33) leaves out of what the template says. */
    private void makeGood() {
        var administrator = endpoint.administrator();
        LockedBucket.makeGood(endpoint, bucket());
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

    private void requireAsWritten(CodeBucket.Code code) {
        var wrong = new ArrayList<String>();
        var administrator = endpoint.administrator();
        LockedBucket.expectAsWritten(wrong, endpoint, bucket());
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
        for (var function : StackFunction.values()) {
            var deployed = lambda.getFunctionConfiguration(f -> f.functionName(functionName(function)));
            // With no code, or another runtime, the endpoint would answer by itself and call it success.
            expect(wrong, function + "'s code", code.base64(), deployed.codeSha256());
            expect(wrong, function + "'s runtime", "provided.al2023", deployed.runtimeAsString());
        }
        requireNothing(wrong);
    }

    void requireNothing(List<String> wrong) {
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(
                    "the stack " + settings.name() + " is not what its template says: " + wrong);
        }
    }

    static void expect(List<String> wrong, String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            wrong.add(what + " should be " + expected + " and is " + actual);
        }
    }

    String output(String key) {
        var value = outputs.get(key);
        if (value == null) {
            throw new IllegalStateException("the template has no output " + key);
        }
        return value;
    }
}
