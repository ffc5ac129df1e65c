package dev.daypass.cli.audit;

import dev.daypass.cli.console.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** Empties a dead-letter queue into the functions that its payloads came from. */
final class Redrive {
    /** A function may take 15 minutes; nobody else shall take the message in the meantime. */
    private static final Duration HIDDEN = Duration.ofMinutes(17);
    /** Long polling asks all of the queue's servers, so that an empty answer means an empty queue. */
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final SqsClient sqs;
    private final LambdaClient lambda;
    private final CloudWatchLogsClient logs;
    private final String queue;
    private final Map<String, String> functions;
    private final Consumer<String> report;

    /**
     * @param functions by log group; the others are looked up
     * @param report hears one line for each message
     */
    Redrive(Aws aws, String queue, Map<String, String> functions, Consumer<String> report) {
        this.sqs = aws.sqs();
        this.lambda = aws.functions();
        this.logs = aws.logs();
        this.queue = queue;
        this.functions = new HashMap<>(functions);
        this.report = report;
    }

    /** How many were stored, and how many stay in the queue. */
    record Result(int stored, int left) {}

    Result run() {
        int stored = 0;
        var left = new ArrayList<Message>();
        Set<String> seen = new HashSet<>();
        while (true) {
            var messages = sqs.receiveMessage(request -> request.queueUrl(queue)
                            .maxNumberOfMessages(1)
                            .messageAttributeNames("All")
                            .visibilityTimeout((int) HIDDEN.toSeconds())
                            .waitTimeSeconds((int) WAIT.toSeconds()))
                    .messages();
            // One that comes a second time was hidden for too short a time: the run would never end.
            if (messages.isEmpty() || !seen.add(messages.getFirst().messageId())) {
                break;
            }
            var message = messages.getFirst();
            var failure = redrive(message);
            if (failure.isEmpty()) {
                sqs.deleteMessage(request -> request.queueUrl(queue).receiptHandle(message.receiptHandle()));
                stored++;
                report.accept("stored  " + about(message));
            } else {
                left.add(message);
                report.accept("left    " + about(message) + ": " + failure.get());
            }
        }
        for (var message : left) {
            sqs.changeMessageVisibility(request -> request.queueUrl(queue)
                    .receiptHandle(message.receiptHandle())
                    .visibilityTimeout(0));
        }
        return new Result(stored, left.size());
    }

    /** Why not; empty when the payload is stored. */
    private Optional<String> redrive(Message message) {
        var letter = DeadLetter.parse(message.body());
        if (letter.isEmpty()) {
            return Optional.of("it is no payload of CloudWatch Logs");
        }
        try {
            var function = function(letter.get().logGroup());
            if (function.isEmpty()) {
                return Optional.of("no function is subscribed to its log group; --function names one");
            }
            var answer = lambda.invoke(
                    request -> request.functionName(function.get()).payload(SdkBytes.fromUtf8String(message.body())));
            return answer.functionError() == null
                    ? Optional.empty()
                    // What the function says may repeat the payload, which was not redacted yet.
                    : Optional.of(
                            "the function failed (" + Printable.of(answer.functionError()) + "); its log says why");
        } catch (SdkException e) {
            return Optional.of(Printable.of(String.valueOf(e.getMessage())));
        }
    }

    private Optional<String> function(String logGroup) {
        var known = functions.get(logGroup);
        if (known != null) {
            return Optional.of(known);
        }
        var found =
                logs
                        .describeSubscriptionFilters(request -> request.logGroupName(logGroup))
                        .subscriptionFilters()
                        .stream()
                        .map(filter -> filter.destinationArn())
                        .filter(arn -> arn != null && arn.contains(":lambda:"))
                        .toList();
        if (found.size() != 1) {
            return Optional.empty();
        }
        functions.put(logGroup, found.getFirst());
        return Optional.of(found.getFirst());
    }

    /** Nothing of the payload's lines: they are as the source wrote them. */
    private static String about(Message message) {
        var text = new StringBuilder(message.messageId());
        DeadLetter.parse(message.body())
                .ifPresent(letter -> text.append("  ")
                        .append(Printable.line(letter.logGroup(), 200))
                        .append("  ")
                        .append(letter.events())
                        .append(" events"));
        var request = message.messageAttributes().get("RequestID");
        var code = message.messageAttributes().get("ErrorCode");
        if (request != null && request.stringValue() != null) {
            text.append("  request ").append(Printable.line(request.stringValue(), 60));
        }
        if (code != null && code.stringValue() != null) {
            text.append("  error ").append(Printable.line(code.stringValue(), 20));
        }
        return text.toString();
    }
}
