package dev.daypass.audit.reconcile;

import java.time.Instant;
import java.util.function.Consumer;

/** The log groups, read again. */
public interface LogGroups {
    /**
     * Every event of a group with {@code from <= time < to}, in no particular order, one after the other and never all at once in memory.
     *
     * @throws UnreadableException if the group is not there or may not be read; some events may have been visited by then
     */
    void read(LogGroup group, Instant from, Instant to, Consumer<GroupEvent> each) throws UnreadableException;

    /**
     * One log event. Its text may hold card numbers and secrets, so it is never printed.
     *
     * @param stream the log stream
     * @param time in milliseconds
     * @param text as the group has it
     */
    record GroupEvent(String stream, Instant time, String text) {
        @Override
        public String toString() {
            return stream + "/" + time;
        }
    }

    /** A group cannot be read. The message names no text of it. */
    final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        public UnreadableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
