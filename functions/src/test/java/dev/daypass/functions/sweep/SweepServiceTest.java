package dev.daypass.functions.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.configuration.Configuration;
import dev.daypass.database.Database;
import dev.daypass.database.Engine;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Canary;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.ending.EndingService;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.fakes.OneSession;
import dev.daypass.functions.fakes.ScriptedBroker;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.state.Session.Lease;
import dev.daypass.functions.witness.Canaries;
import dev.daypass.functions.witness.Witness;
import dev.daypass.session.SessionStatus;
import dev.daypass.session.SessionUser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SweepServiceTest {
    private final ScriptedBroker broker = new ScriptedBroker();
    private final ByteArrayOutputStream events = new ByteArrayOutputStream();
    private final List<String> catalogsRead = new ArrayList<>();
    private final List<SessionUser> roles = new ArrayList<>();
    private final Map<String, Canary> canaries = new TreeMap<>();
    private boolean canaryBreaks;
    private final Map<String, Map<SessionUser, Duration>> longestAsked = new TreeMap<>();
    private Map<SessionUser, Integer> overlong = Map.of();
    private Optional<Outcome> overlongBreaks = Optional.empty();
    private Optional<String> downDatabase = Optional.empty();
    private Instant now = OneSession.BEGINNING.plus(Duration.ofMinutes(10));

    private SweepService.Report sweep(OneSession store) {
        InstantSource source = () -> now;
        var clock = source.withZone(ZoneOffset.UTC);
        var log = new Events(new PrintStream(events, true, StandardCharsets.UTF_8), clock);
        var configuration = new Configuration(
                new TreeMap<>(),
                new TreeMap<>(Map.of("orders", database("orders"), "other", database("other"))),
                new TreeMap<>());
        var witness = new ScriptedWitness();
        Canaries marks = (database, canary) -> {
            failIfDown(database);
            if (canaryBreaks) {
                throw new IllegalStateException("a fault of ours in this test");
            }
            canaries.put(database.name(), canary);
        };
        var looking = new SweepService.Looking(witness, marks, new SecureRandom());
        var endings = new EndingService(
                store,
                new NoEvidence(),
                broker,
                witness,
                configuration,
                new ObjectKey.Place("eu-central-1", "111122223333"),
                log,
                clock);
        return new SweepService(configuration, store, endings, broker, looking, log, clock)
                .sweep("request-3", now.plusSeconds(40));
    }

    private static Database database(String name) {
        return new Database(
                name, Engine.POSTGRESQL, "db", 5432, name, Database.Tls.VERIFY_FULL, name, "witness-" + name);
    }

    private static OneSession active() {
        return new OneSession(SessionStatus.ACTIVE, Optional.of(new Lease("lease", "accessor")));
    }

    @Test
    void aLeaseThatHasRunOutIsEndedAsExpired() {
        var store = active();
        now = store.session.expiresAt();
        assertEquals(1, sweep(store).ended());
        assertEquals("expired", store.session.end().orElseThrow().reason().code());
    }

    @Test
    void aLeaseThatRunsAMillisecondLongerIsLeftAlone() {
        var store = active();
        now = store.session.expiresAt().minusMillis(1);
        assertEquals(0, sweep(store).ended());
        assertEquals(SessionStatus.ACTIVE, store.session.status());
    }

    @Test
    void aNewbornIsNeverTouchedAndAnAbandonedIntentIsEnded() {
        var store = new OneSession(SessionStatus.INTENDED, Optional.empty());
        now = OneSession.BEGINNING.plus(EndingService.MINT_BOUND).minusMillis(1);
        sweep(store);
        assertEquals(SessionStatus.INTENDED, store.session.status());
        now = OneSession.BEGINNING.plus(EndingService.MINT_BOUND);
        assertEquals(1, sweep(store).ended());
        assertEquals("abandoned", store.session.end().orElseThrow().reason().code());
    }

    @Test
    void aDatabaseThatIsDownKeepsNobodyElseFromTheirTurnAndIsAskedOnce() {
        var store = active();
        now = store.session.expiresAt();
        downDatabase = Optional.of("orders");
        var report = sweep(store);
        assertTrue(report.failures() > 0);
        assertEquals(SessionStatus.ENDING, store.session.status());
        assertEquals(List.of("other"), catalogsRead, "the healthy catalog is read, the dead one not a second time");
    }

    @Test
    void aRoleWithoutAnOpenSessionIsAFinding() {
        var store = active();
        store.ended(store.session, now);
        roles.add(new SessionUser(store.session.id()));
        var report = sweep(store);
        assertEquals(2, report.findings(), "one for each of the two catalogs that show it");
        assertTrue(events.toString(StandardCharsets.UTF_8).contains("user_after_its_session"));
    }

    @Test
    void eachRunSendsEachDatabaseAFreshMarkAndSaysWhich() {
        sweep(active());
        var first = Map.copyOf(canaries);
        sweep(active());
        assertEquals(Set.of("orders", "other"), canaries.keySet());
        for (var database : canaries.keySet()) {
            assertNotEquals(first.get(database), canaries.get(database));
            assertTrue(
                    eventsOf("canary.run", database).stream()
                            .anyMatch(e -> e.contains("\"outcome\":\"success\"")
                                    && e.contains("\"detail\":\""
                                            + canaries.get(database).mark() + "\"")),
                    "the event names the mark that the database's log has to hold");
        }
    }

    @Test
    void aCanaryThatCouldNotRunIsAnEventOfItsOwnAndTheDatabaseCountsAsOneFailure() {
        var store = active();
        now = store.session.expiresAt().minusMillis(1);
        downDatabase = Optional.of("orders");
        assertEquals(1, sweep(store).failures());
        assertEquals(Set.of("other"), canaries.keySet());
        var told = eventsOf("canary.run", "orders");
        assertEquals(1, told.size());
        assertTrue(told.getFirst().contains("\"outcome\":\"failure\""), told.getFirst());
        assertTrue(told.getFirst().contains("the database is down in this test"), told.getFirst());
    }

    @Test
    void aFaultInTheCanaryIsAFailureAndKeepsNoCatalogFromBeingRead() {
        canaryBreaks = true;
        assertEquals(2, sweep(active()).failures(), "one for each database");
        assertEquals(2, catalogsRead.size());
    }

    @Test
    void statementsThatRunTooLongAreCancelledByOneCallADatabaseAndTold() {
        var store = active();
        now = store.session.expiresAt().minusMillis(1);
        var user = store.session.intent().user();
        roles.add(user);
        overlong = Map.of(user, 2);
        var report = sweep(store);
        assertEquals(
                Map.of(
                        "orders", Map.of(user, OneSession.STATEMENT_TIMEOUT),
                        "other", Map.of(user, OneSession.STATEMENT_TIMEOUT)),
                longestAsked);
        assertEquals(4, report.cancelled(), "two in each of the two databases that show the user");
        assertEquals(0, report.findings());
        var told = eventsOf("statements.cancel", user.name());
        assertEquals(2, told.size());
        assertTrue(told.getFirst().contains("2 ran longer than the grant's PT30S"), told.getFirst());
        assertTrue(
                told.getFirst().contains("\"session\":\"" + store.session.id().text() + "\""), told.getFirst());
    }

    @Test
    void aSessionThatIsOverHasNoStatementsToCancel() {
        var store = active();
        store.ended(store.session, now);
        roles.add(store.session.intent().user());
        sweep(store);
        assertEquals(Map.of(), longestAsked);
    }

    @Test
    void aDatabaseThatWasNotSetUpForItIsOneFindingARun() {
        var store = active();
        now = store.session.expiresAt().minusMillis(1);
        roles.add(store.session.intent().user());
        overlongBreaks = Optional.of(Outcome.REFUSED);
        var report = sweep(store);
        assertEquals(2, report.findings(), "one for each database");
        assertEquals(0, report.failures());
        var told = eventsOf("sweep.finding", "orders");
        assertEquals(1, told.size());
        assertTrue(told.getFirst().contains("statement_timeout_not_enforced"), told.getFirst());
    }

    @Test
    void aDatabaseThatDidNotAnswerWhenAskedToCancelIsLeftForTheNextRun() {
        var store = active();
        now = store.session.expiresAt().minusMillis(1);
        roles.add(store.session.intent().user());
        overlongBreaks = Optional.of(Outcome.NOT_DONE);
        var report = sweep(store);
        assertEquals(0, report.findings());
        assertEquals(2, report.failures());
        assertEquals(2, catalogsRead.size());
    }

    private List<String> eventsOf(String kind, String object) {
        return events.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(e -> e.contains("\"kind\":\"" + kind + "\"") && e.contains("\"object\":\"" + object + "\""))
                .toList();
    }

    private void failIfDown(Database database) throws PeerException {
        if (downDatabase.equals(Optional.of(database.name()))) {
            throw new PeerException(Peer.DATABASE, Outcome.NOT_DONE, "the database is down in this test");
        }
    }

    private final class ScriptedWitness implements Witness {
        @Override
        public Sighting look(Database database, SessionUser user) throws PeerException {
            failIfDown(database);
            return new Sighting(roles.contains(user), 0);
        }

        @Override
        public List<SessionUser> sessionUsers(Database database) {
            catalogsRead.add(database.name());
            return List.copyOf(roles);
        }

        @Override
        public Map<SessionUser, Integer> cancelOverlong(Database database, Map<SessionUser, Duration> longest)
                throws PeerException {
            longestAsked.put(database.name(), longest);
            if (overlongBreaks.isPresent()) {
                throw new PeerException(Peer.DATABASE, overlongBreaks.get(), "no such function in this test");
            }
            return overlong;
        }
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
}
