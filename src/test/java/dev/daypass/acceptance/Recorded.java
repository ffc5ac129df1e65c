package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daypass.acceptance.Api.Answer;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.evidence.Source;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** A session that has ended, and whose every line is in the record. */
final class Recorded {
    /** Generous: every forwarder may be starting, on a busy machine. */
    static final Duration LIMIT = Duration.ofSeconds(150);

    private Recorded() {}

    /** What an agent does with its connection. */
    @FunctionalInterface
    interface Task {
        void run(Statement statement) throws SQLException;
    }

    /** Runs a whole session, and returns what the vend answered once all of it is in the record. */
    static Answer session(LocalDaypass daypass, Task task) throws Exception {
        var api = new Api(daypass.api());
        var vended = api.vend(daypass.token(), "orders-support-read");
        assertEquals(201, vended.status(), vended.body().toString());
        try (var connection = Database.connect(vended.body());
                var statement = connection.createStatement()) {
            task.run(statement);
        }
        var ended = api.session("DELETE", vended.text("session"), vended.text("handle"));
        assertEquals("ENDED", ended.text("status"), ended.body().toString());
        daypass.record().awaitRecorded(LIMIT);
        return vended;
    }

    /** The records of one source that are joined to a session. */
    static List<JsonNode> of(LocalDaypass daypass, Source source, String session) {
        return daypass.record().records(source).stream()
                .filter(r -> r.at("/daypass/who/session").asText().equals(session))
                .toList();
    }
}
