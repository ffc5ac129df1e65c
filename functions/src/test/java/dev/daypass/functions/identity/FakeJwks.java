package dev.daypass.functions.identity;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A key set at one address, which can change, fail, or take long. Any other address fails the test. */
final class FakeJwks implements JwksFetcher {
    static final URI ADDRESS = URI.create("https://idp.test/jwks");

    final AtomicInteger fetches = new AtomicInteger();
    volatile String body;
    volatile boolean down;

    /** Runs inside every fetch. */
    volatile @Nullable Runnable during;

    FakeJwks(String body) {
        this.body = body;
    }

    @Override
    public byte[] fetch(URI jwksUri, int maxBytes) throws IOException {
        if (!jwksUri.equals(ADDRESS) || maxBytes != JwksCache.MAX_BYTES) {
            throw new AssertionError("fetched " + jwksUri + " up to " + maxBytes);
        }
        fetches.incrementAndGet();
        var hook = during;
        if (hook != null) {
            hook.run();
        }
        if (down) {
            throw new IOException("connection refused");
        }
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
