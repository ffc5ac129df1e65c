package dev.daypass.functions.fakes;

import dev.daypass.database.Database;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.state.Session.Lease;
import dev.daypass.functions.vault.Broker;
import dev.daypass.session.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A broker that writes down what it was asked, and fails while it is told to. */
public final class ScriptedBroker implements Broker {
    public final List<String> calls = new ArrayList<>();
    public boolean down;
    public Optional<String> accessor = Optional.empty();

    private void called(String call) throws PeerException {
        calls.add(call);
        if (down) {
            throw new PeerException(Peer.VAULT, Outcome.NOT_DONE, "Vault is down in this test");
        }
    }

    @Override
    public boolean revoke(SessionId session, Lease lease) throws PeerException {
        called("revoke " + lease.leaseId());
        return true;
    }

    @Override
    public void revokeToken(SessionId session, String which) throws PeerException {
        called("revokeToken " + which);
    }

    @Override
    public Optional<String> findAccessor(SessionId session) throws PeerException {
        called("findAccessor");
        return accessor;
    }

    @Override
    public Optional<Duration> renew(SessionId session, Lease lease, Duration ttl) throws PeerException {
        called("renew " + ttl);
        return Optional.of(ttl);
    }

    @Override
    public WitnessLogin witnessLogin(Database database) {
        throw new IllegalStateException("the witness of these tests needs no login");
    }
}
