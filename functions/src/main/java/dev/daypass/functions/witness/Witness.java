package dev.daypass.functions.witness;

import dev.daypass.database.Database;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.session.SessionUser;
import java.util.List;

/**
 * Reads the database's own catalog. It can read catalogs and terminate leftover backends, and nothing else. Thread-safe.
 * Throws {@link PeerException} of peer DATABASE, or of peer VAULT where the witness gets no login.
 */
public interface Witness {
    /**
     * Looks for a session's user, and for connections that are the user's or nobody's: a connection whose user was dropped
     * under it shows no name any more. Such connections are terminated, and the catalog is read again.
     */
    Sighting look(Database database, SessionUser user) throws PeerException;

    /** Every role in the catalog that is named like a session user. */
    List<SessionUser> sessionUsers(Database database) throws PeerException;

    /**
     * What the catalog showed at the last reading.
     *
     * @param role whether the user's role is there
     * @param backends connections of the user, or of no existing role
     */
    record Sighting(boolean role, int backends) {
        /** Whether nothing of the user is left. */
        public boolean gone() {
            return !role && backends == 0;
        }
    }
}
