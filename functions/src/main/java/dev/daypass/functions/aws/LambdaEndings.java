package dev.daypass.functions.aws;

import dev.daypass.functions.ending.DirectEnding;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.state.Session.End;
import dev.daypass.functions.vend.Endings;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;

/** {@link Endings} by invoking the function that ends sessions. */
public final class LambdaEndings implements Endings {
    private final LambdaInvoker invoker;

    public LambdaEndings(LambdaInvoker invoker) {
        this.invoker = invoker;
    }

    @Override
    public SessionStatus endNow(SessionId session, End end) throws PeerException {
        var answer = invoker.call(new DirectEnding(session, end).bytes());
        return DirectEnding.statusOf(answer)
                .orElseThrow(() -> new PeerException(
                        Peer.SESSIONS, Outcome.UNKNOWN, "the ending of session " + session + " gave no status"));
    }

    @Override
    public void endSoon(SessionId session, End end) throws PeerException {
        invoker.queue(new DirectEnding(session, end).bytes());
    }
}
