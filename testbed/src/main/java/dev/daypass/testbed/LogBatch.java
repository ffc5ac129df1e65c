package dev.daypass.testbed;

import java.util.List;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;

/**
 * What one PutLogEvents takes.
 *
 * @param events in order of time; none if only empty lines were read
 * @param end how much of the file is shipped when these are, in bytes
 */
record LogBatch(List<InputLogEvent> events, long end, LogShipper.Counts counts) {
    /** Amazon CloudWatch Logs API Reference, PutLogEvents. */
    static final int MOST_EVENTS = 10_000;

    /** Same place: of all messages in UTF-8, plus what counts for each event. */
    static final int MOST_BYTES = 1_048_576;

    /** Same place. */
    static final int BYTES_FOR_EACH_EVENT = 26;
}
