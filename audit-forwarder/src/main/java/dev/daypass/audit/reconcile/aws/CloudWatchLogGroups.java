package dev.daypass.audit.reconcile.aws;

import dev.daypass.audit.reconcile.LogGroup;
import dev.daypass.audit.reconcile.LogGroups;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/** {@link LogGroups} with FilterLogEvents, a page at a time. Thread-safe. */
public final class CloudWatchLogGroups implements LogGroups {
    private final CloudWatchLogsClient logs;

    public CloudWatchLogGroups(CloudWatchLogsClient logs) {
        this.logs = logs;
    }

    @Override
    public void read(LogGroup group, Instant from, Instant to, Consumer<GroupEvent> each) throws UnreadableException {
        var request = FilterLogEventsRequest.builder()
                .logGroupName(group.name())
                .startTime(from.toEpochMilli())
                // CloudWatch Logs API Reference, FilterLogEvents: events with a timestamp later than endTime are not
                // returned, so one at endTime is.
                .endTime(to.toEpochMilli() - 1)
                .build();
        try {
            for (var event : logs.filterLogEventsPaginator(request).events()) {
                var time = Instant.ofEpochMilli(event.timestamp());
                if (!time.isBefore(from) && time.isBefore(to)) {
                    each.accept(new GroupEvent(event.logStreamName(), time, event.message()));
                }
            }
        } catch (ResourceNotFoundException e) {
            throw new UnreadableException("log group " + group.name() + " is not there", e);
        } catch (CloudWatchLogsException e) {
            // Anything else passes, and the run is done again.
            if (isDenied(e)) {
                throw new UnreadableException("log group " + group.name() + " may not be read", e);
            }
            throw e;
        }
    }

    private static boolean isDenied(CloudWatchLogsException e) {
        return Optional.ofNullable(e.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .filter("AccessDeniedException"::equals)
                .isPresent();
    }
}
