package dev.daypass.functions.identity;

import java.io.IOException;
import java.net.URI;

/** Gets an issuer's key set from its address. Must be safe for threads. */
@FunctionalInterface
public interface JwksFetcher {
    /**
     * The body of a 200 answer. An implementation sets its own connect and read deadlines (seconds), since a caller
     * without any key waits for it, follows no redirect, and stops reading after {@code maxBytes} + 1.
     *
     * @param jwksUri the configured address; never one from a token
     * @param maxBytes the longest body that will be used
     * @throws IOException if there is no such answer; its message is not shown to anybody
     */
    byte[] fetch(URI jwksUri, int maxBytes) throws IOException;
}
