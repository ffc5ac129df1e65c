package dev.daypass.acceptance.attempts;

import java.util.Map;
import java.util.Optional;

/** One thing that an attempt does. */
public sealed interface Step {
    /** The line of the file at which it stands. */
    int line();

    /**
     * Sends SQL.
     *
     * @param data what follows a {@code COPY … FROM STDIN}
     */
    record Statement(int line, String sql, Optional<String> data) implements Step {}

    /** Closes the connection in use, and opens it anew; {@code properties} are the driver's. */
    record Connect(int line, String database, Map<String, String> properties) implements Step {}

    /** From here on uses another connection of the same user, which is opened when it is first named. */
    record On(int line, String connection) implements Step {}
}
