package dev.daypass.cli.audit;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * A payload of CloudWatch Logs that its function could not store. Lambda puts the event into the queue as it was, and names no
 * function.
 *
 * @param logGroup where the payload's log events are from
 * @param events how many it has
 */
record DeadLetter(String logGroup, int events) {
    /** A message has at most 1 MiB; what is in it decompresses to more, and one that goes beyond this is not from CloudWatch Logs. */
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    /** Untrusted text: empty unless it is such a payload. */
    static Optional<DeadLetter> parse(String body) {
        var json = new ObjectMapper();
        try {
            var data = json.readTree(body).path("awslogs").path("data");
            if (!data.isTextual()) {
                return Optional.empty();
            }
            byte[] compressed = Base64.getDecoder().decode(data.textValue());
            try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
                var payload = json.readTree(in.readNBytes(MAX_BYTES));
                String logGroup = payload.path("logGroup").asText();
                return logGroup.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new DeadLetter(
                                logGroup, payload.path("logEvents").size()));
            }
        } catch (JacksonException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
