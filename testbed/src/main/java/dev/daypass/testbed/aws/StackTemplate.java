package dev.daypass.testbed.aws;

import dev.daypass.digest.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;

/** A template in a bucket: CloudFormation takes one of this size from there alone. */
final class StackTemplate {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final AwsEndpoint endpoint;
    private final String url;

    private StackTemplate(AwsEndpoint endpoint, String url) {
        this.endpoint = endpoint;
        this.url = url;
    }

    static StackTemplate upload(AwsEndpoint endpoint, CodeBucket bucket, Path file) throws IOException {
        byte[] text = Files.readAllBytes(file);
        var key = "templates/" + Sha256.of(text).hex() + ".yaml";
        endpoint.administrator().s3().putObject(o -> o.bucket(bucket.name()).key(key), RequestBody.fromBytes(text));
        return new StackTemplate(endpoint, endpoint.uri() + "/" + bucket.name() + "/" + key);
    }

    /**
     * Makes a stack of it and waits until it is there.
     *
     * @throws IOException with CloudFormation's reasons if it cannot be made
     */
    Stack create(StackName name, Map<String, String> parameters) throws IOException, InterruptedException {
        cloudFormation()
                .createStack(s -> s.stackName(name.text())
                        .templateURL(url)
                        .capabilities(Capability.CAPABILITY_IAM)
                        .parameters(listed(parameters)));
        return await(name, StackStatus.CREATE_IN_PROGRESS, StackStatus.CREATE_COMPLETE);
    }

    /** As {@link #create}, for a stack that is there. */
    Stack update(StackName name, Map<String, String> parameters) throws IOException, InterruptedException {
        cloudFormation()
                .updateStack(s -> s.stackName(name.text())
                        .templateURL(url)
                        .capabilities(Capability.CAPABILITY_IAM)
                        .parameters(listed(parameters)));
        return await(name, StackStatus.UPDATE_IN_PROGRESS, StackStatus.UPDATE_COMPLETE);
    }

    private Stack await(StackName name, StackStatus before, StackStatus done) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            var stack = cloudFormation()
                    .describeStacks(s -> s.stackName(name.text()))
                    .stacks()
                    .getFirst();
            if (stack.stackStatus() == done) {
                return stack;
            }
            if (stack.stackStatus() != before
                    && stack.stackStatus() != StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS) {
                throw new IOException("the stack " + name.text() + " is " + stack.stackStatusAsString() + ": "
                        + cloudFormation().describeStackEvents(e -> e.stackName(name.text())).stackEvents().stream()
                                .filter(e -> e.resourceStatusAsString().endsWith("FAILED"))
                                .map(e -> e.logicalResourceId() + ": " + e.resourceStatusReason())
                                .toList());
            }
            Thread.sleep(50);
        }
        throw new IOException("the stack " + name.text() + " was not there after " + LIMIT.toSeconds() + " s");
    }

    private CloudFormationClient cloudFormation() {
        return endpoint.administrator().cloudFormation();
    }

    private static List<Parameter> listed(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(p -> Parameter.builder()
                        .parameterKey(p.getKey())
                        .parameterValue(p.getValue())
                        .build())
                .toList();
    }

    /** Of a stack. */
    record StackName(String text) {}
}
