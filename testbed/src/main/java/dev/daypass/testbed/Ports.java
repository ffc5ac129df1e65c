package dev.daypass.testbed;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports on loopback that nobody listens on. */
public final class Ports {
    // Below what Linux (32768) and macOS (49152) give to outgoing connections: those would take the port of a peer that
    // is
    // stopped for a while.
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;

    private Ports() {}

    /** One that was free a moment ago. */
    public static int free() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            try (var listening = new ServerSocket()) {
                listening.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
                return port;
            } catch (BindException e) {
                // Taken: try another.
            }
        }
        throw new IOException("no free port found between " + LOWEST + " and " + HIGHEST + " on 127.0.0.1");
    }
}
