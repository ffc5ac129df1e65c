package dev.daypass.audit.reconcile.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.daypass.audit.reconcile.LogGroup;
import dev.daypass.audit.reconcile.LogGroups.GroupEvent;
import dev.daypass.audit.reconcile.LogGroups.UnreadableException;
import dev.daypass.evidence.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatchlogs.paginators.FilterLogEventsIterable;

class CloudWatchLogGroupsTest {
    private static final LogGroup GROUP = new LogGroup(Source.POSTGRESQL, "/logs/postgresql");
    private static final Instant FROM = Instant.parse("2026-11-23T03:00:00Z");

    /** Answers one event a page, and an empty page before the last one, as the real service may. */
    private static final class Pages implements CloudWatchLogsClient {
        private final List<Long> times;
        private final Optional<CloudWatchLogsException> failure;
        private final List<FilterLogEventsRequest> requests = new ArrayList<>();

        Pages(List<Long> times, Optional<CloudWatchLogsException> failure) {
            this.times = times;
            this.failure = failure;
        }

        @Override
        public FilterLogEventsIterable filterLogEventsPaginator(FilterLogEventsRequest request) {
            return new FilterLogEventsIterable(this, request);
        }

        @Override
        public FilterLogEventsResponse filterLogEvents(FilterLogEventsRequest request) {
            requests.add(request);
            if (failure.isPresent()) {
                throw failure.get();
            }
            int page = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
            var response = FilterLogEventsResponse.builder();
            if (page > times.size()) {
                return response.events(List.of()).build();
            }
            response.nextToken(Integer.toString(page + 1));
            return page == times.size()
                    ? response.events(List.of()).build()
                    : response.events(FilteredLogEvent.builder()
                                    .logStreamName("stream")
                                    .timestamp(times.get(page))
                                    .message("text " + page)
                                    .build())
                            .build();
        }

        @Override
        public String serviceName() {
            return "logs";
        }

        @Override
        public void close() {}
    }

    @Test
    void everyPageIsReadAndTheEndIsNotIncluded() throws Exception {
        long from = FROM.toEpochMilli();
        var pages = new Pages(List.of(from - 1, from, from + 59_999, from + 60_000), Optional.empty());
        var events = new ArrayList<GroupEvent>();
        new CloudWatchLogGroups(pages).read(GROUP, FROM, FROM.plusSeconds(60), events::add);
        assertEquals(
                List.of(
                        new GroupEvent("stream", FROM, "text 1"),
                        new GroupEvent("stream", FROM.plusMillis(59_999), "text 2")),
                events);
        var request = pages.requests.getFirst();
        assertEquals("/logs/postgresql", request.logGroupName());
        assertEquals(from, request.startTime());
        assertEquals(from + 59_999, request.endTime());
    }

    @Test
    void aGroupThatIsNotThereCannotBeRead() {
        assertUnreadable(ResourceNotFoundException.builder().message("no").build());
    }

    @Test
    void aGroupThatMayNotBeReadCannotBeRead() {
        assertUnreadable(failure("AccessDeniedException"));
    }

    @Test
    void whatPassesFailsTheRun() {
        var pages = new Pages(List.of(), Optional.of(failure("ServiceUnavailableException")));
        assertThrows(
                CloudWatchLogsException.class,
                () -> new CloudWatchLogGroups(pages).read(GROUP, FROM, FROM.plusSeconds(60), e -> {}));
    }

    private static void assertUnreadable(CloudWatchLogsException failure) {
        var pages = new Pages(List.of(), Optional.of(failure));
        assertThrows(
                UnreadableException.class,
                () -> new CloudWatchLogGroups(pages).read(GROUP, FROM, FROM.plusSeconds(60), e -> {}));
    }

    private static CloudWatchLogsException failure(String code) {
        return (CloudWatchLogsException) CloudWatchLogsException.builder()
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }
}
