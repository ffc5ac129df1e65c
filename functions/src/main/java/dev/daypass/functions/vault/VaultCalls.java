package dev.daypass.functions.vault;

import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.session.SessionId;
import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;

/**
 * How the driver is called: one shared client, no retries, nothing read from the environment or from a token file, and no
 * word of Vault's passed on, since its error bodies can hold what was sent.
 */
final class VaultCalls {
    private final HttpClient client;
    private final String address;

    VaultCalls(HttpClient client, String address) {
        this.client = client;
        this.address = address;
    }

    /** The driver, speaking for one session with one token; {@code timeout} bounds each call. */
    Vault as(VaultToken token, SessionId session, Duration timeout) throws PeerException {
        return driver(token.reveal(), new SessionHeaderClient(client, session, timeout));
    }

    /** The driver without a token, to log in with. */
    Vault anonymous(SessionId session, Duration timeout) throws PeerException {
        // An empty token keeps the driver from looking for VAULT_TOKEN or ~/.vault-token.
        return driver("", new SessionHeaderClient(client, session, timeout));
    }

    private Vault driver(String token, HttpClient http) throws PeerException {
        try {
            return Vault.create(new VaultConfig()
                    .address(address)
                    .engineVersion(1)
                    .token(token)
                    .sslConfig(new SslConfig())
                    .httpClient(http)
                    .build());
        } catch (VaultException e) {
            throw new PeerException(Peer.VAULT, Outcome.NOT_DONE, "the Vault driver could not be set up", e);
        }
    }

    /** What a failed call means. {@code what} names the call for an operator. */
    static PeerException failed(String what, VaultException e) {
        int status = e.getHttpStatusCode();
        return status == 0 ? withoutAnswer(what, e) : answered(what, status);
    }

    /** What an answer other than the one expected means. */
    static PeerException answered(String what, int status) {
        if (status == 503) {
            // Sealed or standby: nothing is done in that state.
            return new PeerException(Peer.VAULT, Outcome.NOT_DONE, what + ": Vault is sealed or not active (503)");
        }
        if (status == 429) {
            return new PeerException(Peer.VAULT, Outcome.NOT_DONE, what + ": Vault's rate limit is reached (429)");
        }
        if (status >= 400 && status < 500) {
            return new PeerException(Peer.VAULT, Outcome.REFUSED, what + ": Vault refused (" + status + ")");
        }
        return new PeerException(Peer.VAULT, Outcome.UNKNOWN, what + ": Vault answered " + status);
    }

    private static PeerException withoutAnswer(String what, VaultException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof ConnectException || t instanceof HttpConnectTimeoutException) {
                return new PeerException(Peer.VAULT, Outcome.NOT_DONE, what + ": no connection to Vault", t);
            }
        }
        return new PeerException(Peer.VAULT, Outcome.UNKNOWN, what + ": no answer from Vault", e);
    }
}
