package dev.daypass.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.daypass.functions.http.VendHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;

/**
 * The deployed vend and its bare peer calls in one process, so that both run on the same JVM, warm alike. It answers with
 * nanoseconds. Its events: {@code vend}, a line end and an event of the HTTP API; or {@code bare}, a line end and a token.
 */
public final class WarmVendHandler implements RequestStreamHandler {
    private final VendHandler vend = new VendHandler();
    private final BareVend bare = new BareVend(System.getenv(), new SecureRandom());

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        var event = new String(input.readAllBytes(), StandardCharsets.UTF_8);
        var body = event.substring(event.indexOf('\n') + 1);
        long nanos = event.startsWith("vend\n") ? vend(body, context) : bare.run(body, Instant.now());
        output.write(("nanos " + nanos).getBytes(StandardCharsets.UTF_8));
    }

    private long vend(String event, Context context) throws IOException {
        var bytes = event.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        long start = System.nanoTime();
        vend.handleRequest(new ByteArrayInputStream(bytes), out, context);
        long nanos = System.nanoTime() - start;
        var answer = out.toString(StandardCharsets.UTF_8);
        if (!answer.startsWith("{\"statusCode\":201")) {
            throw new IOException("no session: " + answer);
        }
        return nanos;
    }
}
