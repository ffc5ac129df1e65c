package dev.daypass.audit.reconcile;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import dev.daypass.audit.wiring.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

/**
 * The scheduled function that asks whether the record is complete. What it finds is in its report, in its log and in its metrics; it
 * fails only when it could not look, and then the next run looks at the same time again.
 */
public final class ReconcileHandler implements RequestStreamHandler {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reading one busy minute and writing the report take less. */
    private static final long STOP_BEFORE_TIMEOUT_MILLIS = 15_000;

    private final Reconciler reconciler;
    private final Announcement announcement;
    private final Clock clock;

    /** For Lambda: reads the environment, and refuses to start on a bad one. */
    public ReconcileHandler() {
        this(Wiring.reconciling(System.getenv()), System.out, Clock.systemUTC());
    }

    ReconcileHandler(Reconciler reconciler, PrintStream out, Clock clock) {
        this.reconciler = reconciler;
        this.announcement = new Announcement(out);
        this.clock = clock;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        var now = clock.instant();
        var deadline = now.plusMillis(Math.max(0, context.getRemainingTimeInMillis() - STOP_BEFORE_TIMEOUT_MILLIS));
        // Told before it is written: the next run begins after it, and would not tell it again.
        var result = reconciler.run(deadline, lag(input), found -> announcement.of(found, now));
        long findings = result.map(r ->
                        r.counts().values().stream().mapToLong(Long::longValue).sum())
                .orElse(0L);
        output.write(("{\"findings\":" + findings + "}").getBytes(StandardCharsets.UTF_8));
    }

    /** {@code {"lag":"PT0S"}} is for somebody who knows that everything has arrived; a schedule's event says nothing. */
    private static Duration lag(InputStream event) throws IOException {
        try (var json = JSON.createParser(event)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean lag = json.currentName().equals("lag");
                    if (json.nextToken() == JsonToken.VALUE_STRING && lag) {
                        var asked = Duration.parse(json.getText());
                        if (asked.isNegative() || asked.compareTo(Reconciler.LAG) > 0) {
                            throw new IllegalArgumentException("lag is from PT0S to " + Reconciler.LAG);
                        }
                        return asked;
                    }
                    json.skipChildren();
                }
            }
        }
        return Reconciler.LAG;
    }
}
