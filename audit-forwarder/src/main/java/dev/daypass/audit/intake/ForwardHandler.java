package dev.daypass.audit.intake;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.daypass.audit.forward.Forwarder;
import dev.daypass.audit.forward.ForwarderLog;
import dev.daypass.audit.wiring.Wiring;
import dev.daypass.evidence.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

/**
 * A log group's subscriber. It returns once the payload is locked; otherwise it fails, and Lambda delivers the payload again and, when
 * it has failed for good, puts it into the dead-letter queue.
 */
abstract class ForwardHandler implements RequestStreamHandler {
    private final PayloadReader reader;
    private final Forwarder forwarder;
    private final ForwarderLog log;

    ForwardHandler(Source source) {
        this(source, Wiring.forwarder(source, System.getenv()), System.out);
    }

    ForwardHandler(Source source, Forwarder forwarder, PrintStream out) {
        this.reader = new PayloadReader(source);
        this.forwarder = forwarder;
        this.log = new ForwarderLog(source, out, Clock.systemUTC());
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        try {
            var payload = reader.read(input);
            if (payload.isPresent()) {
                var stored = forwarder.store(payload.get());
                log.stored(stored);
                output.write(("{\"key\":\"" + stored.batch().key() + "\",\"new\":" + stored.isNew() + "}")
                        .getBytes(StandardCharsets.US_ASCII));
            } else {
                output.write("{}".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (PayloadException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
