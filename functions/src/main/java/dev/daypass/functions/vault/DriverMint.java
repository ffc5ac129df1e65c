package dev.daypass.functions.vault;

import dev.daypass.evidence.Intent;
import dev.daypass.functions.identity.BearerToken;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.policy.Grant;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.Auth.TokenRequest;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** {@link Mint} by the Vault driver. */
public final class DriverMint implements Mint {
    private final VaultCalls calls;
    private final Options options;

    public DriverMint(HttpClient client, Options options) {
        this.calls = new VaultCalls(client, options.address());
        this.options = options;
    }

    @Override
    public VaultToken login(Grant grant, BearerToken token, Intent intent) throws PeerException {
        String mount = grant.agent().issuer().vaultMount();
        String role = grant.entitlement().vaultRole();
        try {
            var answer =
                    calls.anonymous(intent.session(), options.timeout()).auth().loginByJwt(mount, role, token.reveal());
            return new VaultToken(answer.getAuthClientToken());
        } catch (VaultException e) {
            throw VaultCalls.failed("login at auth/" + mount + " with role " + role, e);
        }
    }

    @Override
    public SessionToken createSessionToken(
            VaultToken login, Grant grant, Intent intent, Duration ttl, Duration untilWindow) throws PeerException {
        Map<String, String> meta = new HashMap<>();
        meta.put("session", intent.session().text());
        meta.put("agent", intent.agent());
        intent.owner().ifPresent(owner -> meta.put("owner", owner));
        meta.put("grant", intent.grant().text());
        meta.put("grant_digest", intent.grantDigest().toString());
        var request = new TokenRequest()
                .role(intent.grant().text())
                .displayName(intent.session().text())
                .meta(meta)
                .ttl(ttl.toSeconds() + "s")
                .explicitMaxTtl(untilWindow.toSeconds() + "s");
        String what = "creating the session token with token role " + intent.grant();
        try {
            var answer =
                    calls.as(login, intent.session(), options.timeout()).auth().createToken(request);
            return new SessionToken(
                    new VaultToken(answer.getAuthClientToken()),
                    answer.getTokenAccessor(),
                    Duration.ofSeconds(answer.getAuthLeaseDuration()));
        } catch (VaultException e) {
            throw VaultCalls.failed(what, e);
        }
    }

    @Override
    public Credential readCredential(SessionToken token, Grant grant, Intent intent) throws PeerException {
        String what = "reading database/creds/" + intent.grant();
        try {
            var answer = calls.as(token.token(), intent.session(), options.mintTimeout())
                    .database("database")
                    .creds(intent.grant().text());
            var credential = answer.getCredential();
            if (credential == null
                    || answer.getLeaseId() == null
                    || answer.getLeaseId().isEmpty()) {
                throw VaultCalls.answered(what, answer.getRestResponse().getStatus());
            }
            return new Credential(
                    credential.getUsername(),
                    new Password(credential.getPassword()),
                    answer.getLeaseId(),
                    Duration.ofSeconds(answer.getLeaseDuration()));
        } catch (VaultException e) {
            throw VaultCalls.failed(what, e);
        }
    }

    @Override
    public void revoke(SessionToken token, Intent intent) throws PeerException {
        String what = "revoking the session token of " + intent.session();
        try {
            int status = calls.as(token.token(), intent.session(), options.timeout())
                    .logical()
                    .write("auth/token/revoke-self", Map.of())
                    .getRestResponse()
                    .getStatus();
            if (status != 204) {
                throw new PeerException(Peer.VAULT, Outcome.NOT_DONE, what + ": Vault answered " + status);
            }
        } catch (VaultException e) {
            throw VaultCalls.failed(what, e);
        }
    }

    /**
     * @param address Vault's base address
     * @param timeout of a call that touches Vault alone
     * @param mintTimeout of the call in which Vault makes the database user
     */
    public record Options(String address, Duration timeout, Duration mintTimeout) {}
}
