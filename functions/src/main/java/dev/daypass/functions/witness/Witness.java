package dev.daypass.functions.witness;

import dev.daypass.database.Database;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.session.SessionUser;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Reads the database's own catalog. It can read catalogs, end connections and cancel statements, and nothing else. Thread-safe.
 * Throws {@link PeerException} of peer DATABASE, or of peer VAULT where the witness gets no login.
 */
public interface Witness {
    /**
     * Looks for a session's user, and for connections that are the user's or nobody's: a connection whose user was dropped
     * under it shows no name any more. Such connections are terminated, and the catalog is read again.
     */
    Sighting look(Database database, SessionUser user) throws PeerException;

    /** Every login in the catalog that is named like a session user; in MariaDB also those that only a connection is left of. */
    List<SessionUser> sessionUsers(Database database) throws PeerException;

    /**
     * Cancels statements that have run longer than their session's grant allows, which a session can do nothing against: its own
     * setting is its own to lift. What cannot be cancelled, or catches it, loses its connection. All of one database by one
     * connection.
     *
     * @param longest how long a statement of each user may run
     * @return how many were cancelled, by user; a user without any is not in it
     * @throws PeerException REFUSED where the database was not set up for it, so that asking again changes nothing
     */
    Map<SessionUser, Integer> cancelOverlong(Database database, Map<SessionUser, Duration> longest)
            throws PeerException;

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
