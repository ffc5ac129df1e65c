package dev.daypass.functions.http;

import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.StrictJsonException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The members of a request's body, each known by name; anything else is refused. */
final class Fields {
    private static final int MAX_TEXT = 256;
    private static final String DURATION = "an ISO 8601 duration of whole seconds, such as PT10M";

    private final JsonObject body;

    Fields(JsonObject body, List<String> known) throws Problem {
        this.body = body;
        for (String name : body.names()) {
            if (!known.contains(name)) {
                throw Problem.fieldUnknown(name, known);
            }
        }
    }

    /** Text of 1 to 256 characters without control characters. */
    Optional<String> text(String name) throws Problem {
        String form = "text of 1 to " + MAX_TEXT + " characters without control characters";
        try {
            Optional<String> value = body.text(name);
            if (value.isPresent()) {
                String text = value.get();
                if (text.isEmpty() || text.length() > MAX_TEXT || text.chars().anyMatch(Character::isISOControl)) {
                    throw Problem.fieldMalformed(name, form);
                }
            }
            return value;
        } catch (StrictJsonException e) {
            throw Problem.fieldMalformed(name, form);
        }
    }

    Optional<Duration> duration(String name) throws Problem {
        var text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            // A P with days would be read too; the grant's longest bounds it.
            var duration = Duration.parse(text.get());
            if (!duration.equals(Duration.ofSeconds(duration.toSeconds()))) {
                throw Problem.fieldMalformed(name, DURATION);
            }
            return Optional.of(duration);
        } catch (DateTimeException e) {
            throw Problem.fieldMalformed(name, DURATION);
        }
    }
}
