package dev.daypass.audit.seal;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.daypass.audit.wiring.Wiring;
import dev.daypass.evidence.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The scheduled function that seals every source. One source that cannot be sealed does not keep the others from it; the run ends in an error
 * nevertheless, so that the function's alarm speaks.
 */
public final class SealHandler implements RequestStreamHandler {
    private final Sealer sealer;
    private final List<Source> sources;
    private final PrintStream out;

    /** For Lambda: reads the environment, and refuses to start on a bad one. */
    public SealHandler() {
        this(Wiring.sealing(System.getenv()), System.out);
    }

    SealHandler(Wiring.Sealing sealing, PrintStream out) {
        this.sealer = sealing.sealer();
        this.sources = sealing.sources();
        this.out = out;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        int seals = 0;
        var wrong = new ArrayList<String>();
        for (var source : sources) {
            try {
                var result = sealer.seal(source);
                seals += result.seal().isPresent() ? 1 : 0;
                result.seal()
                        .ifPresent(seal -> out.println("sealed " + source.code() + " " + seal.number() + ": "
                                + seal.objects().size() + " objects until " + seal.to()));
                for (var key : result.strange()) {
                    wrong.add(key + " has more than one version or a delete marker");
                }
            } catch (RuntimeException e) {
                wrong.add(source.code() + ": " + e.getMessage());
            }
        }
        out.flush();
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(
                    "sealed " + seals + " of " + sources.size() + "; " + String.join("; ", wrong));
        }
        output.write(("{\"seals\":" + seals + "}").getBytes(StandardCharsets.US_ASCII));
    }
}
