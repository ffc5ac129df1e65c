package dev.daypass.functions.ending;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.configuration.Configuration;
import dev.daypass.database.Database;
import dev.daypass.database.Engine;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.fakes.OneSession;
import dev.daypass.functions.fakes.ScriptedBroker;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.state.Session.End;
import dev.daypass.functions.state.Session.Lease;
import dev.daypass.functions.witness.Witness;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionStatus;
import dev.daypass.session.SessionUser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EndingServiceTest {
    private static final Lease LEASE = new Lease("database/creds/x/1", "accessor");

    private final ScriptedBroker broker = new ScriptedBroker();
    private final List<byte[]> written = new ArrayList<>();
    private Witness.Sighting sighting = new Witness.Sighting(false, 0);
    private int looks;
    private boolean evidenceDown;
    private Instant now = OneSession.BEGINNING.plus(Duration.ofMinutes(5));

    private EndingService service(OneSession store) {
        var witness = new Witness() {
            @Override
            public Sighting look(Database database, SessionUser user) {
                looks++;
                return sighting;
            }

            @Override
            public List<SessionUser> sessionUsers(Database database) {
                throw new IllegalStateException("an ending looks for one user");
            }

            @Override
            public Map<SessionUser, Integer> cancelOverlong(Database database, Map<SessionUser, Duration> longest) {
                throw new IllegalStateException("only the sweep cancels statements");
            }
        };
        var evidence = new EvidenceStore() {
            @Override
            public Put create(ObjectKey key, byte[] body) throws PeerException {
                written.add(body);
                if (evidenceDown) {
                    throw new PeerException(Peer.EVIDENCE, Outcome.UNKNOWN, "the locked store is down in this test");
                }
                return Put.CREATED;
            }

            @Override
            public byte[] configuration(Sha256 digest) {
                throw new IllegalStateException("not asked for in these tests");
            }
        };
        var database = new Database(
                "orders",
                Engine.POSTGRESQL,
                "db",
                5432,
                "orders",
                Database.Tls.VERIFY_FULL,
                "orders",
                "witness-orders");
        var configuration =
                new Configuration(new TreeMap<>(), new TreeMap<>(Map.of("orders", database)), new TreeMap<>());
        var clock = clock();
        return new EndingService(
                store,
                evidence,
                broker,
                witness,
                configuration,
                new ObjectKey.Place("eu-central-1", "111122223333"),
                new Events(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), clock),
                clock);
    }

    private Clock clock() {
        InstantSource source = () -> now;
        return source.withZone(ZoneOffset.UTC);
    }

    private SessionStatus end(OneSession store) throws PeerException {
        return service(store)
                .end(
                        store.session.id(),
                        new End(EndReason.REQUESTED, "agent:7", now),
                        new EndingService.Origin("192.0.2.1", "request-2"))
                .orElseThrow()
                .status();
    }

    @Test
    void itIsEndedWhenTheCatalogShowsNothing() throws PeerException {
        var store = new OneSession(SessionStatus.ACTIVE, Optional.of(LEASE));
        assertEquals(SessionStatus.ENDED, end(store));
        assertEquals(List.of("revoke " + LEASE.leaseId()), broker.calls);
        assertEquals(1, written.size());
    }

    @Test
    void vaultsWordIsNotEnoughWhileTheCatalogShowsTheRole() throws PeerException {
        sighting = new Witness.Sighting(true, 0);
        var store = new OneSession(SessionStatus.ACTIVE, Optional.of(LEASE));
        assertEquals(SessionStatus.ENDING, end(store));
        assertTrue(written.isEmpty(), "nothing is written before it is true");
    }

    @Test
    void vaultsWordIsNotEnoughWhileAConnectionIsLeft() throws PeerException {
        sighting = new Witness.Sighting(false, 1);
        var store = new OneSession(SessionStatus.ACTIVE, Optional.of(LEASE));
        assertEquals(SessionStatus.ENDING, end(store));
    }

    @Test
    void whenVaultIsDownTheSessionStaysEndingAndALaterCallFinishesIt() throws PeerException {
        var store = new OneSession(SessionStatus.ACTIVE, Optional.of(LEASE));
        broker.down = true;
        assertThrows(PeerException.class, () -> end(store));
        assertEquals(SessionStatus.ENDING, store.session.status());
        broker.down = false;
        assertEquals(SessionStatus.ENDED, end(store));
    }

    @Test
    void aSessionWithoutALeaseIsNotEndedWhileItsMintMayBeUnderWay() throws PeerException {
        var store = new OneSession(SessionStatus.INTENDED, Optional.empty());
        now = OneSession.BEGINNING.plus(EndingService.MINT_BOUND).minusMillis(1);
        assertEquals(SessionStatus.ENDING, end(store));
        assertEquals(0, looks, "a catalog without the user proves nothing yet");
        now = OneSession.BEGINNING.plus(EndingService.MINT_BOUND);
        assertEquals(SessionStatus.ENDED, end(store));
    }

    @Test
    void theTokenOfAMintWithoutAnAnswerIsFoundAndRevoked() throws PeerException {
        broker.accessor = Optional.of("found");
        end(new OneSession(SessionStatus.INTENDED, Optional.empty()));
        assertEquals(List.of("findAccessor", "revokeToken found"), broker.calls);
    }

    @Test
    void aSecondTryWritesTheSameBytesHoweverLateItIs() throws PeerException {
        var store = new OneSession(SessionStatus.ACTIVE, Optional.of(LEASE));
        evidenceDown = true;
        assertThrows(PeerException.class, () -> end(store));
        assertEquals(SessionStatus.ENDING, store.session.status(), "not ended before it is in the locked store");
        now = now.plus(Duration.ofHours(1));
        evidenceDown = false;
        assertEquals(SessionStatus.ENDED, end(store));
        assertArrayEquals(written.get(0), written.get(1));
        assertEquals(1, looks);
    }
}
