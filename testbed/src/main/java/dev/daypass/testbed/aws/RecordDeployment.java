package dev.daypass.testbed.aws;

import dev.daypass.testbed.aws.StackSettings.Recording;
import dev.daypass.testbed.aws.StackTemplate.StackName;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/**
 * The record's part of a deployment, in the order that {@code iac/README.md} gives: its key and the heads' bucket before the stack,
 * the sealer's name in that bucket's policy after it.
 */
final class RecordDeployment {
    private static final int KEY_BYTES = 32;

    private final AwsEndpoint endpoint;
    private final StackName name;
    private final Recording recording;
    private final CodeBucket.Code code;
    private final StackTemplate headTemplate;

    private RecordDeployment(
            AwsEndpoint endpoint,
            StackName name,
            Recording recording,
            CodeBucket.Code code,
            StackTemplate headTemplate) {
        this.endpoint = endpoint;
        this.name = name;
        this.recording = recording;
        this.code = code;
        this.headTemplate = headTemplate;
    }

    static String headBucket(StackName name) {
        return name.text().toLowerCase(Locale.ROOT) + "-heads";
    }

    static String keyParameter(StackName name) {
        return "/" + name.text() + "/record/hmac-key";
    }

    static RecordDeployment prepare(AwsEndpoint endpoint, StackName name, CodeBucket bucket, Recording recording)
            throws IOException, InterruptedException {
        var code = bucket.upload(recording.archive());
        var administrator = endpoint.administrator();
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        administrator
                .ssm()
                .putParameter(p -> p.name(keyParameter(name))
                        .type(ParameterType.SECURE_STRING)
                        .value(Base64.getEncoder().encodeToString(key))
                        .overwrite(true));
        for (var group : recording.logGroups().values()) {
            try {
                administrator.logs().createLogGroup(g -> g.logGroupName(group));
            } catch (ResourceAlreadyExistsException e) {
                // Somebody ships into it already.
            }
        }
        var headTemplate = StackTemplate.upload(endpoint, bucket, recording.headTemplate());
        var deployment = new RecordDeployment(endpoint, name, recording, code, headTemplate);
        headTemplate.create(
                deployment.headStack(),
                deployment.headParameters(
                        "arn:aws:iam::" + AwsEndpoint.ACCOUNT_ID + ":role/" + name.text() + "-SealRole-*"));
        LockedBucket.makeGood(endpoint, headBucket(name));
        return deployment;
    }

    /** For the stack itself. */
    Map<String, String> parameters() {
        var parameters = new HashMap<>(recording.parameters());
        parameters.put("RecordCodeKey", code.key());
        parameters.put("RecordKeyParameter", keyParameter(name));
        parameters.put("HeadBucketName", headBucket(name));
        return parameters;
    }

    /** Makes good what the endpoint leaves out (MiniStack 1.5.33), names the sealer to the heads' bucket, and reads it all back. */
    void finish(DeployedStack stack) throws IOException, InterruptedException {
        headTemplate.update(headStack(), headParameters(stack.output("SealRoleArn")));
        var lambda = endpoint.administrator().lambda();
        var queue = queueArn(stack);
        for (var member : stack.functions()) {
            if (member instanceof RecordFunction function) {
                if (function.source().isPresent()) {
                    lambda.updateFunctionConfiguration(f ->
                            f.functionName(stack.functionName(function)).deadLetterConfig(d -> d.targetArn(queue)));
                } else {
                    lambda.putFunctionConcurrency(
                            f -> f.functionName(stack.functionName(function)).reservedConcurrentExecutions(1));
                }
            }
        }
        requireAsWritten(stack, queue);
    }

    private StackName headStack() {
        return new StackName(name.text() + "-heads");
    }

    private Map<String, String> headParameters(String sealRole) {
        return Map.of(
                "BucketName",
                headBucket(name),
                "SealRoleArn",
                sealRole,
                "HeadAdministratorArns",
                endpoint.administratorArn(),
                "AllowShortRetentionForDemo",
                "true",
                "AllowPlainHttpForDemo",
                "true");
    }

    private String queueArn(DeployedStack stack) {
        return attribute(stack, QueueAttributeName.QUEUE_ARN);
    }

    private String attribute(DeployedStack stack, QueueAttributeName attribute) {
        return String.valueOf(endpoint.administrator()
                .sqs()
                .getQueueAttributes(
                        q -> q.queueUrl(stack.deadLetters().toString()).attributeNames(attribute))
                .attributes()
                .get(attribute));
    }

    private void requireAsWritten(DeployedStack stack, String queue) {
        var wrong = new ArrayList<String>();
        LockedBucket.expectAsWritten(wrong, endpoint, headBucket(name));
        DeployedStack.expect(
                wrong,
                "the sealer in the policy of the heads",
                true,
                endpoint.administrator()
                        .s3()
                        .getBucketPolicy(b -> b.bucket(headBucket(name)))
                        .policy()
                        .contains(stack.output("SealRoleArn")));
        DeployedStack.expect(
                wrong,
                "how many seconds dead letters are kept",
                "1209600",
                attribute(stack, QueueAttributeName.MESSAGE_RETENTION_PERIOD));
        var key = endpoint.administrator()
                .kms()
                .describeKey(k -> k.keyId(stack.sealKeyArn()))
                .keyMetadata();
        DeployedStack.expect(wrong, "the sealing key", KeySpec.ECC_NIST_P256, key.keySpec());
        DeployedStack.expect(wrong, "its use", KeyUsageType.SIGN_VERIFY, key.keyUsage());
        var lambda = endpoint.administrator().lambda();
        for (var member : stack.functions()) {
            if (!(member instanceof RecordFunction function)) {
                continue;
            }
            var deployed = lambda.getFunctionConfiguration(f -> f.functionName(stack.functionName(function)));
            DeployedStack.expect(wrong, function + "'s code", code.base64(), deployed.codeSha256());
            DeployedStack.expect(wrong, function + "'s runtime", "provided.al2023", deployed.runtimeAsString());
            var invocation = lambda.getFunctionEventInvokeConfig(
                    f -> f.functionName(stack.functionName(function)).qualifier("$LATEST"));
            DeployedStack.expect(
                    wrong,
                    function + "'s retries",
                    function.source().isPresent() ? 2 : 0,
                    invocation.maximumRetryAttempts());
            if (function.source().isPresent()) {
                var letters = deployed.deadLetterConfig();
                DeployedStack.expect(
                        wrong, function + "'s dead letters", queue, letters == null ? "nowhere" : letters.targetArn());
                for (var group : groups(stack, function)) {
                    DeployedStack.expect(
                            wrong,
                            "the subscription of " + group,
                            List.of(" " + deployed.functionArn()),
                            endpoint
                                    .administrator()
                                    .logs()
                                    .describeSubscriptionFilters(f -> f.logGroupName(group))
                                    .subscriptionFilters()
                                    .stream()
                                    .map(f -> f.filterPattern() + " " + f.destinationArn())
                                    .toList());
                }
            } else {
                DeployedStack.expect(
                        wrong,
                        function + "'s reserved concurrency",
                        1,
                        lambda.getFunctionConcurrency(f -> f.functionName(stack.functionName(function)))
                                .reservedConcurrentExecutions());
            }
        }
        stack.requireNothing(wrong);
    }

    private List<String> groups(DeployedStack stack, RecordFunction forwarder) {
        if (forwarder == RecordFunction.DAYPASS_FORWARDER) {
            return List.of(StackFunction.values()).stream().map(stack::logGroup).toList();
        }
        return List.of(
                String.valueOf(recording.logGroups().get(forwarder.source().orElseThrow())));
    }
}
