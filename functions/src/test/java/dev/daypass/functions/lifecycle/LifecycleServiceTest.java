package dev.daypass.functions.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.daypass.configuration.Configuration;
import dev.daypass.database.Database;
import dev.daypass.database.Engine;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Intent;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.ending.EndingService;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.fakes.OneSession;
import dev.daypass.functions.fakes.ScriptedBroker;
import dev.daypass.functions.identity.JwksCache;
import dev.daypass.functions.identity.TokenVerifier;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.state.Session.Lease;
import dev.daypass.functions.witness.Witness;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.session.Handle;
import dev.daypass.session.SessionStatus;
import dev.daypass.session.SessionUser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LifecycleServiceTest {
    private static final Intent.Origin ORIGIN = new Intent.Origin("192.0.2.1", Optional.empty(), "request-2");
    private static final int RENEWALS = 3;
    private static final Optional<Duration> TEN_MINUTES = Optional.of(Duration.ofMinutes(10));

    private final OneSession store = new OneSession(SessionStatus.ACTIVE, Optional.of(new Lease("lease", "accessor")));
    private final ScriptedBroker broker = new ScriptedBroker();
    private Sha256 textInForce = OneSession.GRANT_DIGEST;
    private Instant now = OneSession.BEGINNING.plus(Duration.ofMinutes(5));

    private Lifecycle renew(Optional<Duration> ttl) throws PeerException {
        return service().renew(store.session.id(), new Caller.Holder(store.handle), ttl, ORIGIN);
    }

    private LifecycleService service() {
        var database = new Database(
                "orders",
                Engine.POSTGRESQL,
                "db",
                5432,
                "orders",
                Database.Tls.VERIFY_FULL,
                "orders",
                "witness-orders");
        var grant = new GrantPolicy(
                new GrantName("orders-support-read"),
                "1",
                textInForce,
                "orders",
                Duration.ofMinutes(5),
                Duration.ofMinutes(15),
                Duration.ofHours(1),
                RENEWALS,
                20,
                false,
                Optional.empty(),
                Duration.ofSeconds(30),
                List.of(),
                List.of("select on orders"),
                "read");
        var configuration = new Configuration(
                new TreeMap<>(),
                new TreeMap<>(Map.of("orders", database)),
                new TreeMap<>(Map.of("orders-support-read", grant)));
        InstantSource source = () -> now;
        var clock = source.withZone(ZoneOffset.UTC);
        var events = new Events(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), clock);
        var keys = new JwksCache(
                (uri, maxBytes) -> {
                    throw new IOException("no key server in these tests");
                },
                JwksCache.Options.DEFAULT);
        var endings = new EndingService(
                store,
                new NoEvidence(),
                broker,
                new NothingLeft(),
                configuration,
                new ObjectKey.Place("eu-central-1", "111122223333"),
                events,
                clock);
        return new LifecycleService(
                configuration, new TokenVerifier(configuration, keys), store, broker, endings, events, clock);
    }

    @Test
    void aRenewalRunsFromNow() throws PeerException {
        var done = assertInstanceOf(Lifecycle.Done.class, renew(TEN_MINUTES));
        assertEquals(now.plus(Duration.ofMinutes(10)), done.session().expiresAt());
    }

    @Test
    void vaultIsNeverAskedForMoreThanIsLeftOfTheWindow() throws PeerException {
        store.extend(store.session, OneSession.BEGINNING.plus(Duration.ofMinutes(59)));
        now = OneSession.BEGINNING.plus(Duration.ofMinutes(58));
        var done = assertInstanceOf(Lifecycle.Done.class, renew(TEN_MINUTES));
        assertEquals(List.of("renew PT2M"), broker.calls);
        assertEquals(store.session.intent().window(), done.session().expiresAt());
    }

    @Test
    void atTheEndOfTheLeaseItIsTooLate() throws PeerException {
        now = store.session.expiresAt().minusMillis(1);
        assertInstanceOf(Lifecycle.Done.class, renew(TEN_MINUTES));
        now = store.session.expiresAt();
        assertInstanceOf(Lifecycle.NotActive.class, renew(TEN_MINUTES));
    }

    @Test
    void whenStateDoesNotTakeTheRenewalTheEarlierEndStands() {
        var before = store.session.expiresAt();
        store.takesRenewals = false;
        assertThrows(PeerException.class, () -> renew(TEN_MINUTES));
        assertEquals(before, store.session.expiresAt());
    }

    @Test
    void aSessionOfAnEarlierTextIsNotRenewed() throws PeerException {
        textInForce = Sha256.of(new byte[] {9});
        assertInstanceOf(Lifecycle.GrantChanged.class, renew(TEN_MINUTES));
        assertEquals(List.of(), broker.calls);
    }

    @Test
    void aSessionIsRenewedAsOftenAsItsGrantAllowsAndNotOnceMore() throws PeerException {
        for (int i = 1; i <= RENEWALS; i++) {
            var done = assertInstanceOf(Lifecycle.Done.class, renew(TEN_MINUTES));
            assertEquals(i, done.session().renewed());
        }
        broker.calls.clear();
        assertEquals(new Lifecycle.RenewalsExhausted(store.session.intent().grant(), RENEWALS), renew(TEN_MINUTES));
        assertEquals(List.of(), broker.calls, "Vault is not asked");
    }

    @Test
    void aRenewalThatStateDidNotTakeIsNotCounted() throws PeerException {
        store.takesRenewals = false;
        assertThrows(PeerException.class, () -> renew(TEN_MINUTES));
        store.takesRenewals = true;
        assertEquals(
                1,
                assertInstanceOf(Lifecycle.Done.class, renew(TEN_MINUTES))
                        .session()
                        .renewed());
    }

    @Test
    void theLongestStepIsAllowedAndASecondMoreIsNot() throws PeerException {
        assertInstanceOf(Lifecycle.Done.class, renew(Optional.of(Duration.ofMinutes(15))));
        assertInstanceOf(
                Lifecycle.TtlTooLong.class,
                renew(Optional.of(Duration.ofMinutes(15).plusSeconds(1))));
    }

    @Test
    void anotherHandleOpensNothing() throws PeerException {
        var other = new Caller.Holder(Handle.create(new SecureRandom()));
        assertInstanceOf(Lifecycle.NotYours.class, service().status(store.session.id(), other, ORIGIN));
        assertInstanceOf(Lifecycle.NotYours.class, service().end(store.session.id(), other, ORIGIN));
        assertEquals(SessionStatus.ACTIVE, store.session.status());
    }

    private static final class NoEvidence implements EvidenceStore {
        @Override
        public Put create(ObjectKey key, byte[] body) {
            return Put.CREATED;
        }

        @Override
        public byte[] configuration(Sha256 digest) {
            throw new IllegalStateException("not asked for in these tests");
        }
    }

    private static final class NothingLeft implements Witness {
        @Override
        public Sighting look(Database database, SessionUser user) {
            return new Sighting(false, 0);
        }

        @Override
        public List<SessionUser> sessionUsers(Database database) {
            return List.of();
        }

        @Override
        public Map<SessionUser, Integer> cancelOverlong(Database database, Map<SessionUser, Duration> longest) {
            throw new IllegalStateException("only the sweep cancels statements");
        }
    }
}
