package dev.daypass.audit.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.daypass.audit.seal.FormatException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a completeness run found, as far as it spoils the verdict: {@code docs/record.md}, "Reconciliations". */
final class Reconciliation {
    private static final String FORMAT = "daypass-reconciliation/1";

    /** Those that say that the record is not complete, or that nobody could know. */
    private static final Set<String> SPOILING =
            Set.of("line_missing", "line_unknown", "chain_broken", "log_group_unreadable");

    private static final JsonFactory JSON = new JsonFactory();

    private Reconciliation() {}

    /**
     * What is not as it should be, in words; empty if nothing.
     *
     * @throws FormatException if it is no reconciliation
     */
    static Optional<String> gaps(byte[] bytes) throws FormatException {
        var gaps = new TreeMap<String, Long>();
        try (var json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new FormatException("no JSON object");
            }
            boolean format = false;
            int lists = 0;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                var value = json.nextToken();
                if (name.equals("format")) {
                    format = value == JsonToken.VALUE_STRING && json.getText().equals(FORMAT);
                } else if ((name.equals("sources") || name.equals("findings")) && value == JsonToken.START_ARRAY) {
                    lists++;
                    list(json, gaps);
                } else if (name.equals("omitted") && value == JsonToken.VALUE_NUMBER_INT && json.getLongValue() != 0) {
                    // What was left out may have been what spoils.
                    gaps.merge("omitted", json.getLongValue(), Long::sum);
                } else {
                    json.skipChildren();
                }
            }
            if (!format || lists != 2) {
                throw new FormatException("no reconciliation");
            }
        } catch (IOException e) {
            throw new FormatException("no JSON");
        }
        return gaps.isEmpty()
                ? Optional.empty()
                : Optional.of(gaps.entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey())
                        .collect(Collectors.joining(", ")));
    }

    private static void list(JsonParser json, Map<String, Long> gaps) throws IOException, FormatException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw new FormatException("no reconciliation");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                var value = json.nextToken();
                if ((name.equals("missing") || name.equals("unknown")) && value == JsonToken.VALUE_NUMBER_INT) {
                    long lines = json.getLongValue();
                    if (lines != 0) {
                        gaps.merge(name, lines, Long::sum);
                    }
                } else if (name.equals("code")
                        && value == JsonToken.VALUE_STRING
                        && SPOILING.contains(json.getText())) {
                    gaps.merge(json.getText(), 1L, Long::sum);
                } else {
                    json.skipChildren();
                }
            }
        }
    }
}
