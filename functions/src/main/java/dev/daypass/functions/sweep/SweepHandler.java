package dev.daypass.functions.sweep;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.wiring.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The scheduled function. A run that leaves something undone ends in an error, so that the function's error alarm speaks:
 * a sweep that fails in silence is the one failure nobody would see.
 */
public final class SweepHandler implements RequestStreamHandler {
    private static final long STOP_BEFORE_TIMEOUT_MILLIS = 15_000;

    private final Wiring.Sweeping sweeping;

    /** For Lambda: reads the environment, and refuses to start on a bad one. */
    public SweepHandler() {
        this(Wiring.sweeping(System.getenv()));
    }

    SweepHandler(Wiring.Sweeping sweeping) {
        this.sweeping = sweeping;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        Instant deadline = sweeping.clock()
                .instant()
                .plusMillis(Math.max(0, context.getRemainingTimeInMillis() - STOP_BEFORE_TIMEOUT_MILLIS));
        SweepService.Report report;
        try {
            report = sweeping.service().sweep(context.getAwsRequestId(), deadline);
        } catch (PeerException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        if (report.failures() > 0 || report.findings() > 0) {
            throw new IllegalStateException("the sweep ended " + report.ended() + ", found " + report.findings()
                    + " that it cannot repair, and left " + report.failures() + " for its next run");
        }
        output.write(("{\"ended\":" + report.ended() + ",\"cancelled\":" + report.cancelled() + "}")
                .getBytes(StandardCharsets.UTF_8));
    }
}
