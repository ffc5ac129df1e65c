package dev.daypass.functions.wiring;

import dev.daypass.functions.aws.LambdaCredentials;
import dev.daypass.functions.net.HttpTransport;

/** What ties a function to the world at this moment: connections and credentials, neither of which outlives a snapshot. */
record Wires(HttpTransport transport, HttpTransport vault, LambdaCredentials credentials) {
    void cut() {
        transport.close();
        vault.close();
        credentials.forget();
    }
}
