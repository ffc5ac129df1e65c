package dev.daypass.functions.ending;

import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.JsonText;
import dev.daypass.functions.json.StrictJson;
import dev.daypass.functions.json.StrictJsonException;
import dev.daypass.functions.state.Session.End;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * How one function asks another for an ending, both ways: {@code {"end":"<session>","reason":…,"requestedBy":…,
 * "requestedAt":…}}, answered with {@code {"status":…}}.
 *
 * @param session which
 * @param end why, for whom, since when
 */
public record DirectEnding(SessionId session, End end) {
    private static final StrictJson STRICT = new StrictJson(64 * 1024, 4);

    /** @throws IllegalArgumentException if the event is anything else */
    public static DirectEnding parse(JsonObject event) {
        try {
            return new DirectEnding(
                    SessionId.parse(event.text("end").orElse(""))
                            .orElseThrow(() -> new IllegalArgumentException("end")),
                    new End(
                            EndReason.parse(event.text("reason").orElse(""))
                                    .filter(DirectEnding::isTheVends)
                                    .orElseThrow(() -> new IllegalArgumentException("reason")),
                            event.text("requestedBy").orElseThrow(() -> new IllegalArgumentException("requestedBy")),
                            Instant.parse(event.text("requestedAt").orElse(""))));
        } catch (StrictJsonException | DateTimeException e) {
            throw new IllegalArgumentException("not a request for an ending", e);
        }
    }

    /** The vend may not speak for holders, operators or the sweep. */
    private static boolean isTheVends(EndReason reason) {
        return reason == EndReason.VEND_FAILED || reason == EndReason.REPLACED;
    }

    /** The request's bytes. */
    public byte[] bytes() {
        return JsonText.object(json -> {
            json.writeStringField("end", session.text());
            json.writeStringField("reason", end.reason().code());
            json.writeStringField("requestedBy", end.requestedBy());
            json.writeStringField("requestedAt", end.requestedAt().toString());
        });
    }

    /** @param status the session's; empty if there is no such session */
    public static byte[] answer(Optional<SessionStatus> status) {
        return JsonText.object(json -> {
            json.writeStringField("status", status.map(Enum::name).orElse("UNKNOWN"));
        });
    }

    /** Reads an answer; empty if it is anything else than a known session's status. */
    public static Optional<SessionStatus> statusOf(byte[] answer) {
        try {
            String text = STRICT.object(answer).text("status").orElse("");
            for (var status : SessionStatus.values()) {
                if (status.name().equals(text)) {
                    return Optional.of(status);
                }
            }
            return Optional.empty();
        } catch (StrictJsonException e) {
            return Optional.empty();
        }
    }
}
