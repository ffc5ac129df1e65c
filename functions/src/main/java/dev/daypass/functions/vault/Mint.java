package dev.daypass.functions.vault;

import dev.daypass.evidence.Intent;
import dev.daypass.functions.identity.BearerToken;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.policy.Grant;
import java.time.Duration;

/**
 * Minting, with the agent's own token: the functions that mint hold no Vault identity of their own. None of the calls is
 * ever repeated. Thread-safe. Throws {@link PeerException} of peer VAULT.
 */
public interface Mint {
    /**
     * Logs in with the agent's token, so that Vault checks the identity a second time. The login's token can create the
     * grant's session token and nothing else, and lives for seconds.
     */
    VaultToken login(Grant grant, BearerToken token, Intent intent) throws PeerException;

    /**
     * Creates the token that the session's lease will hang on. Its display name is the session's identifier, from which
     * Vault makes the user's name; its metadata name session, agent, owner and grant in every audit line.
     *
     * @param ttl the first lease
     * @param untilWindow from now to the window; Vault lets no renewal go past it
     */
    SessionToken createSessionToken(VaultToken login, Grant grant, Intent intent, Duration ttl, Duration untilWindow)
            throws PeerException;

    /** Makes the database user. */
    Credential readCredential(SessionToken token, Grant grant, Intent intent) throws PeerException;

    /** Ends the session token, and with it whatever was leased under it. */
    void revoke(SessionToken token, Intent intent) throws PeerException;

    /**
     * A session's token.
     *
     * @param token the secret
     * @param accessor its name
     * @param ttl how long Vault says it lives
     */
    record SessionToken(VaultToken token, String accessor, Duration ttl) {}

    /**
     * A database user as Vault made it.
     *
     * @param user its name
     * @param password its password
     * @param leaseId the lease's name
     * @param leaseDuration how long Vault says the lease lasts
     */
    record Credential(String user, Password password, String leaseId, Duration leaseDuration) {}
}
