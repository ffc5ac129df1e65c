package dev.daypass.functions.witness;

import dev.daypass.database.Database;
import dev.daypass.evidence.Canary;
import dev.daypass.functions.peer.PeerException;

/**
 * Sends a mark through a database's own log, with the witness's login. Thread-safe. Throws {@link PeerException} of peer DATABASE,
 * or of peer VAULT where the witness gets no login.
 */
@FunctionalInterface
public interface Canaries {
    /** Runs the canary's statement. When it returns, the database has run it, and its log has to hold the mark. */
    void run(Database database, Canary canary) throws PeerException;
}
