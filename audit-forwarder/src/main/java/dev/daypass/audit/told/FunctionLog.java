package dev.daypass.audit.told;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.SequencedMap;

/** A function's standard output as JSON lines: each is written whole, or the caller hears of it. Thread-safe. */
public final class FunctionLog {
    /** The {@code format} of a line that tells a finding. */
    public static final String FINDING = "daypass-finding/1";

    private static final String NAMESPACE = "Daypass/Record";
    private static final JsonFactory JSON = new JsonFactory();

    private final PrintStream out;

    public FunctionLog(PrintStream out) {
        this.out = out;
    }

    /** Writes the members of an object. */
    @FunctionalInterface
    public interface Members {
        /** Writes them, and neither the start nor the end of the object. */
        void write(JsonGenerator json) throws IOException;
    }

    /** @throws IllegalStateException if the line could not be written */
    public void line(Members members) {
        var bytes = new ByteArrayOutputStream(512);
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.write('\n');
        synchronized (out) {
            out.write(bytes.toByteArray(), 0, bytes.size());
            out.flush();
            if (out.checkError()) {
                // The metric is what the alarm hears.
                throw new IllegalStateException("what was found could not be written to standard output");
            }
        }
    }

    /**
     * One line of metrics, without dimensions so that one alarm hears all functions (Amazon CloudWatch User Guide,
     * "Specification: Embedded metric format"). Zeros are told too: an alarm can tell zero from silence.
     *
     * @param more members that are no metrics
     */
    public void metrics(Instant now, SequencedMap<String, Long> metrics, Members more) {
        line(json -> {
            json.writeObjectFieldStart("_aws");
            json.writeNumberField("Timestamp", now.toEpochMilli());
            json.writeArrayFieldStart("CloudWatchMetrics");
            json.writeStartObject();
            json.writeStringField("Namespace", NAMESPACE);
            json.writeArrayFieldStart("Dimensions");
            json.writeStartArray();
            json.writeEndArray();
            json.writeEndArray();
            json.writeArrayFieldStart("Metrics");
            for (var metric : metrics.keySet()) {
                json.writeStartObject();
                json.writeStringField("Name", metric);
                json.writeStringField("Unit", "Count");
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            for (var metric : metrics.entrySet()) {
                json.writeNumberField(metric.getKey(), metric.getValue());
            }
            more.write(json);
        });
    }
}
