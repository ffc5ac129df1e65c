package dev.daypass.functions.vault;

import dev.daypass.database.Database;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.state.Session.Lease;
import dev.daypass.session.SessionId;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.response.LogicalResponse;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link Broker} by the Vault driver. It keeps one Vault token and logs in again shortly before that ends. */
public final class DriverBroker implements Broker {
    private static final Duration RENEW_AHEAD = Duration.ofSeconds(30);
    /** Vault's own calls are filed under a session; the broker's login and the witness's belong to none. */
    private static final SessionId NO_SESSION = new SessionId("00000000000000000000000000");

    private final VaultCalls calls;
    private final BrokerLogin login;
    private final Clock clock;
    private final Options options;
    private @Nullable Held held;

    public DriverBroker(HttpClient client, BrokerLogin login, Clock clock, Options options) {
        this.calls = new VaultCalls(client, options.address());
        this.login = login;
        this.clock = clock;
        this.options = options;
    }

    @Override
    public boolean revoke(SessionId session, Lease lease) throws PeerException {
        boolean done = false;
        try {
            done = revokeLease(session, lease.leaseId());
        } finally {
            // Whatever became of the lease: without its token it cannot be renewed, and Vault's own queue takes it.
            revokeToken(session, lease.accessor());
        }
        return done;
    }

    private boolean revokeLease(SessionId session, String leaseId) throws PeerException {
        String what = "revoking the lease of session " + session;
        try {
            int status = write(session, "sys/leases/revoke", Map.of("lease_id", leaseId, "sync", true));
            if (status == 204 || status == 200) {
                return true;
            }
            if (status == 403) {
                throw answered(what, status);
            }
        } catch (VaultException e) {
            // No answer, or a 5xx: the queue below is asked all the same.
            loginAgainAfter(e.getHttpStatusCode());
        }
        // A failed synchronous revoke leaves the lease as it was, with nobody trying again: hand it to Vault's queue.
        try {
            int queued = write(session, "sys/leases/revoke", Map.of("lease_id", leaseId, "sync", false));
            if (queued != 200 && queued != 204) {
                throw answered(what, queued);
            }
            return false;
        } catch (VaultException e) {
            // The driver takes 202, "queued", for a failure.
            if (e.getHttpStatusCode() == 202) {
                return false;
            }
            throw failed(what, e);
        }
    }

    @Override
    public void revokeToken(SessionId session, String accessor) throws PeerException {
        String what = "revoking the token of session " + session;
        try {
            int status = write(session, "auth/token/revoke-accessor", Map.of("accessor", accessor));
            // An accessor whose token has ended by itself: 200 with a warning from OpenBao 2.7, 400 from others.
            if (status != 204 && status != 200 && status != 400 && status != 404) {
                throw answered(what, status);
            }
        } catch (VaultException e) {
            throw failed(what, e);
        }
    }

    @Override
    public Optional<String> findAccessor(SessionId session) throws PeerException {
        String what = "looking for the token of session " + session;
        try {
            Vault vault = vault(session);
            var listed = vault.logical().list("auth/token/accessors");
            if (listed == null) {
                return Optional.empty();
            }
            if (listed.getRestResponse().getStatus() != 200) {
                throw answered(what, listed.getRestResponse().getStatus());
            }
            for (String accessor : listed.getListData()) {
                var found = vault.logical().write("auth/token/lookup-accessor", Map.of("accessor", accessor));
                int status = found.getRestResponse().getStatus();
                // A token may end between the list and this look: 400, or 404. Anything else is no answer to our
                // question.
                if (status != 200 && status != 400 && status != 404) {
                    throw answered(what, status);
                }
                if (status == 200 && isOf(session, found)) {
                    return Optional.of(accessor);
                }
            }
            return Optional.empty();
        } catch (VaultException e) {
            throw failed(what, e);
        }
    }

    private static boolean isOf(SessionId session, LogicalResponse lookup) {
        JsonObject data = lookup.getDataObject();
        JsonValue meta = data == null ? null : data.get("meta");
        return meta != null
                && meta.isObject()
                && session.text().equals(meta.asObject().getString("session", ""));
    }

    @Override
    public Optional<Duration> renew(SessionId session, Lease lease, Duration ttl) throws PeerException {
        String what = "renewing session " + session;
        String increment = ttl.toSeconds() + "s";
        try {
            Vault vault = vault(session);
            // The token first: at its end Vault ends the lease, so the session lasts as long as the token does.
            var token = vault.logical()
                    .write("auth/token/renew-accessor", Map.of("accessor", lease.accessor(), "increment", increment));
            int status = token.getRestResponse().getStatus();
            if (status == 400 || status == 404) {
                return Optional.empty();
            }
            if (status != 200) {
                throw answered(what, status);
            }
            var renewed = vault.logical()
                    .write("sys/leases/renew", Map.of("lease_id", lease.leaseId(), "increment", increment));
            status = renewed.getRestResponse().getStatus();
            if (status == 400 || status == 404) {
                return Optional.empty();
            }
            if (status != 200) {
                throw answered(what, status);
            }
            var given = Duration.ofSeconds(tokenTtl(token));
            var leased = Duration.ofSeconds(renewed.getLeaseDuration());
            return Optional.of(given.compareTo(leased) < 0 ? given : leased);
        } catch (VaultException e) {
            throw failed(what, e);
        }
    }

    private static long tokenTtl(LogicalResponse renewal) {
        var body = new String(renewal.getRestResponse().getBody(), StandardCharsets.UTF_8);
        return io.github.jopenlibs.vault.json.Json.parse(body)
                .asObject()
                .get("auth")
                .asObject()
                .getLong("lease_duration", 0);
    }

    @Override
    public WitnessLogin witnessLogin(Database database) throws PeerException {
        String what = "reading database/creds/" + database.witnessRole();
        try {
            var answer = vault(NO_SESSION).database("database").creds(database.witnessRole());
            var credential = answer.getCredential();
            if (credential == null || credential.getUsername() == null) {
                throw answered(what, answer.getRestResponse().getStatus());
            }
            return new WitnessLogin(
                    credential.getUsername(),
                    new Password(credential.getPassword()),
                    Duration.ofSeconds(answer.getLeaseDuration()));
        } catch (VaultException e) {
            throw failed(what, e);
        }
    }

    private int write(SessionId session, String path, Map<String, Object> body) throws VaultException, PeerException {
        return vault(session).logical().write(path, body).getRestResponse().getStatus();
    }

    private Vault vault(SessionId session) throws PeerException {
        return calls.as(token(), session, options.timeout());
    }

    private PeerException failed(String what, VaultException e) {
        loginAgainAfter(e.getHttpStatusCode());
        return VaultCalls.failed(what, e);
    }

    private PeerException answered(String what, int status) {
        loginAgainAfter(status);
        return VaultCalls.answered(what, status);
    }

    /** 403 is also what a token gets that was revoked before its time: the next call begins with a new login. */
    private synchronized void loginAgainAfter(int status) {
        if (status == 403) {
            held = null;
        }
    }

    private synchronized VaultToken token() throws PeerException {
        Instant now = clock.instant();
        if (held == null || !now.isBefore(held.goodUntil())) {
            String what = "the broker's login at auth/" + login.mount();
            var secret = login.secretId();
            try {
                var answer = calls.anonymous(NO_SESSION, options.timeout())
                        .auth()
                        .loginByAppRole(login.mount(), login.roleId(), secret.reveal());
                var life = Duration.ofSeconds(answer.getAuthLeaseDuration());
                held = new Held(
                        new VaultToken(answer.getAuthClientToken()),
                        now.plus(life).minus(RENEW_AHEAD));
            } catch (VaultException e) {
                throw failed(what, e);
            }
        }
        return held.token();
    }

    private record Held(VaultToken token, Instant goodUntil) {}

    /** The broker's own identity: AppRole, with its secret id kept in a parameter store. */
    public interface BrokerLogin {
        /** The auth mount, without {@code auth/}. */
        String mount();

        String roleId();

        /** Fetched anew at each login, so that a rotated one is taken up. */
        Password secretId() throws PeerException;
    }

    /**
     * @param address Vault's base address
     * @param timeout of each call; a synchronous revoke waits for the database in it
     */
    public record Options(String address, Duration timeout) {}
}
