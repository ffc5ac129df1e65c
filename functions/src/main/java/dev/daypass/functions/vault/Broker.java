package dev.daypass.functions.vault;

import dev.daypass.database.Database;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.state.Session.Lease;
import dev.daypass.session.SessionId;
import java.time.Duration;
import java.util.Optional;

/**
 * What the broker's own Vault identity can do: renew and end what exists, and borrow the witness's login. It can mint no
 * grant. Thread-safe. Throws {@link PeerException} of peer VAULT.
 */
public interface Broker {
    /**
     * Ends a lease and its session token, at once. A lease or token that Vault does not know is no error: whether the user
     * is gone is for the witness to say.
     *
     * @return whether Vault said that it is done; false if it will go on trying by itself
     */
    boolean revoke(SessionId session, Lease lease) throws PeerException;

    /** Ends the session token of this accessor, and with it what was leased under it. */
    void revokeToken(SessionId session, String accessor) throws PeerException;

    /**
     * The accessor of a live token that was made for this session. It asks for every live token in turn, so it is for the
     * rare session whose mint did not come to an answer.
     */
    Optional<String> findAccessor(SessionId session) throws PeerException;

    /**
     * Renews the session token and the lease.
     *
     * @return the length that Vault gave: at most {@code ttl}, less at the window; empty if Vault knows them no more
     */
    Optional<Duration> renew(SessionId session, Lease lease, Duration ttl) throws PeerException;

    /** A login for the witness, good for ten minutes. */
    WitnessLogin witnessLogin(Database database) throws PeerException;

    /**
     * The witness's login.
     *
     * @param user its name, {@code dpw_…}
     * @param password its password
     * @param goodFor how long the login lasts
     */
    record WitnessLogin(String user, Password password, Duration goodFor) {}
}
