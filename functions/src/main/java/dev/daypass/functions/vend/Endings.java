package dev.daypass.functions.vend;

import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.state.Session.End;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;

/**
 * How the vend has a session ended: it holds no broker identity, so it asks the function that does. Throws
 * {@link PeerException} of peer SESSIONS.
 */
public interface Endings {
    /** Ends a session and waits for what became of it. */
    SessionStatus endNow(SessionId session, End end) throws PeerException;

    /** Asks for an ending and does not wait. */
    void endSoon(SessionId session, End end) throws PeerException;
}
