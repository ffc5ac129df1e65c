package dev.daypass.deployer.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.live.Privilege;
import dev.daypass.deployer.live.TargetException;
import dev.daypass.deployer.rollout.ApplyOutcome.Applied;
import dev.daypass.deployer.rollout.ApplyOutcome.Refused;
import dev.daypass.deployer.rollout.ApplyOutcome.Stopped;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.Documents;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import dev.daypass.vaultpolicies.VaultChange;
import dev.daypass.vaultpolicies.VaultOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of an apply, and where it stops. */
class RolloutTest {
    private static final Path DEMO = Path.of("../grants/demo");
    private static final GrantName READ = new GrantName("orders-support-read");
    private static final GrantName REFUND = new GrantName("orders-refund-write");
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Privilege CONNECT = new Privilege(
            Privilege.Kind.DATABASE,
            "postgres",
            "connect",
            Privilege.Reason.PUBLIC,
            "",
            Privilege.Standing.BEYOND,
            Optional.of("REVOKE CONNECT ON DATABASE \"postgres\" FROM PUBLIC"));

    private final List<String> log = new ArrayList<>();
    private final FakeVault vault = new FakeVault(log);
    private final TestClock clock = new TestClock();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private FakeDatabase database;

    /** Moves when somebody waits. */
    private static final class TestClock extends Clock {
        private Instant now = NOW;
        private Runnable eachWait = () -> {};

        void pause(Duration duration) {
            now = now.plus(duration);
            eachWait.run();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @BeforeEach
    void copyTheDemo() throws IOException {
        try (var files = Files.walk(DEMO)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var to = folder.resolve(DEMO.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
        var documents = documents();
        database = new FakeDatabase(
                Optional.ofNullable(documents.databases().get("orders")).orElseThrow(), log);
        documents.grants().values().forEach(database::apply);
    }

    @Test
    void whatIsAppliedNeedsNoChange() throws Exception {
        assertEquals(List.of(), rollout().plan().changes());
        assertEquals(0, assertInstanceOf(Applied.class, apply()).changes());
        assertEquals(List.of("lock orders"), log);
        assertEquals(2, database.closed);
    }

    @Test
    void aNewGrantReachesTheDatabaseThenVaultAndItsJwtRolesLast() throws Exception {
        database.ledger.remove(READ);
        differs(VaultChange.Action.ADD, "auth/jwt-dev/role/orders-support-read--1");
        differs(VaultChange.Action.ADD, "database/roles/orders-support-read");

        assertInstanceOf(Applied.class, apply());

        assertEquals(
                List.of(
                        "lock orders",
                        "ADDS orders-support-read",
                        "probe orders-support-read",
                        "make database/roles/orders-support-read",
                        "make auth/jwt-dev/role/orders-support-read--1"),
                log);
    }

    @Test
    void aWideningWaitsForNobody() throws Exception {
        session(READ);
        edit(READ, "sessions: 500", "sessions: 600");

        assertEquals(Effect.WIDENS, rollout().plan().changes().getFirst().effect());
        assertInstanceOf(Applied.class, apply());

        assertFalse(log.toString().contains("close"), log.toString());
    }

    @Test
    void aNarrowingIsSeenInTheTextsWhateverTheDatabaseThinks() throws Exception {
        edit(READ, "window: 1h", "window: 30m");

        var change = rollout().plan().changes().getFirst();

        assertEquals(Effect.NARROWS, change.effect());
        assertEquals(1, change.narrowing().size(), change.narrowing().toString());
    }

    @Test
    void aNarrowingThatEndsSessionsClosesFirstAndOpensLast() throws Exception {
        session(REFUND);
        vault.whenAskedToEnd = database.sessions::remove;
        edit(REFUND, "window: 30m", "window: 20m");
        differs(REFUND, VaultChange.Action.CHANGE, "auth/token/roles/orders-refund-write");

        assertInstanceOf(Applied.class, apply());

        assertEquals(
                List.of(
                        "lock orders",
                        "close orders-refund-write",
                        "end orders-refund-write",
                        "WIDENS orders-refund-write",
                        "probe orders-refund-write",
                        "make auth/token/roles/orders-refund-write",
                        "open orders-refund-write"),
                log);
    }

    @Test
    void vaultsWordIsNotEnoughWhileTheCatalogShowsASession() throws Exception {
        var user = session(REFUND);
        edit(REFUND, "window: 30m", "window: 20m");

        var stopped = assertInstanceOf(Stopped.class, apply());

        assertTrue(stopped.cause().contains(user.name()), stopped.cause());
        assertTrue(stopped.state().contains("no session can begin"), stopped.state());
        assertEquals(List.of("grant orders-refund-write"), stopped.notMade());
        assertEquals(List.of("lock orders", "close orders-refund-write", "end orders-refund-write"), log);
    }

    @Test
    void aDrainedGrantIsChangedWhenItsLastSessionIsOver() throws Exception {
        session(READ);
        clock.eachWait = () -> {
            if (!clock.instant().isBefore(NOW.plusSeconds(90))) {
                database.sessions.remove(READ);
            }
        };
        edit(READ, "window: 1h", "window: 30m");

        assertInstanceOf(Applied.class, apply());

        assertEquals(NOW.plusSeconds(90), clock.instant());
        assertFalse(log.contains("end orders-support-read"), log.toString());
        assertTrue(log.contains("open orders-support-read"), log.toString());
    }

    @Test
    void aDrainThatTakesTooLongStopsClosedAndSaysUntilWhen() throws Exception {
        var user = session(READ);
        edit(READ, "window: 1h", "window: 30m");

        var stopped = assertInstanceOf(Stopped.class, apply());

        Instant latest = user.session().createdAt().plus(Duration.ofHours(1));
        assertTrue(stopped.whenToGoOn().contains(latest.toString()), stopped.whenToGoOn());
        assertEquals(NOW.plus(Duration.ofMinutes(10)), clock.instant());
        assertFalse(log.contains("open orders-support-read"), log.toString());
    }

    @Test
    void aGrantThatDrainsHoldsUpNoOther() throws Exception {
        session(READ);
        edit(READ, "window: 1h", "window: 30m");
        edit(REFUND, "window: 30m", "window: 20m");

        var stopped = assertInstanceOf(Stopped.class, apply());

        assertTrue(log.contains("open orders-refund-write"), log.toString());
        assertEquals(List.of("grant orders-support-read"), stopped.notMade());
    }

    @Test
    void aRemovedGrantEndsAsItsAppliedTextSaysAndIsForgotten() throws Exception {
        session(REFUND);
        vault.whenAskedToEnd = database.sessions::remove;
        Files.delete(file(REFUND));

        assertInstanceOf(Applied.class, apply());

        assertEquals(
                List.of(
                        "lock orders",
                        "close orders-refund-write",
                        "end orders-refund-write",
                        "REMOVES orders-refund-write",
                        "forget orders-refund-write"),
                log);
    }

    @Test
    void aRepairTouchesNoSession() throws Exception {
        session(READ);
        database.changedByHand.add(READ);

        assertInstanceOf(Applied.class, apply());

        assertEquals(List.of("lock orders", "REPAIRS orders-support-read", "probe orders-support-read"), log);
    }

    @Test
    void aBrokenConnectionIsNamedByStatementAndState() throws Exception {
        edit(REFUND, "window: 30m", "window: 20m");
        database.breaksAt = Optional.of(REFUND);

        var stopped = assertInstanceOf(Stopped.class, apply());

        assertTrue(stopped.at().startsWith("grant orders-refund-write, step 3 of "), stopped.at());
        assertTrue(stopped.at().endsWith("REVOKE"), stopped.at());
        assertTrue(
                stopped.state().contains("no session can begin; for those that run the text applied at"),
                stopped.state());
        database.breaksAt = Optional.empty();
        log.clear();

        assertInstanceOf(Applied.class, apply());
        assertEquals("open orders-refund-write", log.getLast());
    }

    @Test
    void whatTheServerDoesNotConfirmStaysClosed() throws Exception {
        edit(REFUND, "window: 30m", "window: 20m");
        database.unconfirmed.add(CONNECT);

        var stopped = assertInstanceOf(Stopped.class, apply());

        assertTrue(
                stopped.cause()
                        .contains(
                                "the server lets a session have connect on database postgres, which the catalogs did not show"),
                stopped.cause());
        assertFalse(log.contains("open orders-refund-write"), log.toString());
    }

    @Test
    void aWideningThatTheServerDoesNotConfirmIsClosed() throws Exception {
        edit(READ, "sessions: 500", "sessions: 600");
        database.unconfirmed.add(CONNECT);

        var stopped = assertInstanceOf(Stopped.class, apply());

        assertTrue(stopped.state().contains("until the server confirms it"), stopped.state());
        assertEquals("close orders-support-read", log.getLast());
    }

    @Test
    void aNarrowingDoesNotWaitUntilNothingIsBeyond() throws Exception {
        edit(REFUND, "window: 30m", "window: 20m");
        database.alsoAllowed.add(CONNECT);

        assertInstanceOf(Applied.class, apply());

        assertEquals("open orders-refund-write", log.getLast());
    }

    @Test
    void withoutItsDatabaseNoGrantIsRemoved() throws Exception {
        Files.delete(file(REFUND));
        differs(REFUND, VaultChange.Action.REMOVE, "database/roles/orders-refund-write");

        var outcome = new Rollout(
                        documents(),
                        Optional.empty(),
                        Optional.of(vault),
                        RolloutOptions.standard(),
                        clock,
                        clock::pause)
                .apply(new Silent());

        var refused = assertInstanceOf(Refused.class, outcome);
        assertTrue(
                refused.reasons().toString().contains("without its database"),
                refused.reasons().toString());
        assertEquals(List.of(), log);
    }

    @Test
    void aPrivilegeBeyondTheDocumentsRefusesAnApplyUntilItIsAllowedByName() throws Exception {
        edit(READ, "sessions: 500", "sessions: 600");
        database.alsoAllowed.add(CONNECT);

        var refused = assertInstanceOf(Refused.class, apply());
        assertTrue(
                refused.reasons().toString().contains("--allow-beyond"),
                refused.reasons().toString());
        assertEquals(List.of("lock orders"), log);

        var options = new RolloutOptions(Set.of(), Duration.ofMinutes(1), Duration.ofMinutes(1), true);
        assertInstanceOf(Applied.class, rollout(options).apply(new Silent()));
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsAProblemAndNothingIsBegun() throws Exception {
        var rollout = new Rollout(
                documents(),
                Optional.of(document -> {
                    throw new TargetException("orders: no answer", new IOException());
                }),
                Optional.of(vault),
                RolloutOptions.standard(),
                clock,
                clock::pause);

        assertEquals(List.of("orders: no answer"), rollout.plan().problems());
        assertInstanceOf(Refused.class, rollout.apply(new Silent()));
        assertEquals(List.of(), log);
    }

    @Test
    void twoAppliesDoNotMeet() throws Exception {
        edit(READ, "sessions: 500", "sessions: 600");
        database.isLocked = true;

        var refused = assertInstanceOf(Refused.class, apply());

        assertTrue(
                refused.reasons().getFirst().contains("another apply has held the lock"),
                refused.reasons().toString());
    }

    @Test
    void withoutVaultNothingIsNarrowed() throws Exception {
        edit(REFUND, "window: 30m", "window: 20m");

        var outcome = new Rollout(
                        documents(),
                        Optional.of(document -> database),
                        Optional.empty(),
                        RolloutOptions.standard(),
                        clock,
                        clock::pause)
                .apply(new Silent());

        assertTrue(assertInstanceOf(Refused.class, outcome).reasons().getFirst().contains("without Vault"));
    }

    @Test
    void onlyTheGrantsThatWereNamedAreChanged() throws Exception {
        edit(READ, "sessions: 500", "sessions: 600");
        edit(REFUND, "sessions: 100", "sessions: 200");

        var options = new RolloutOptions(Set.of(REFUND), Duration.ofMinutes(1), Duration.ofMinutes(1), false);
        assertInstanceOf(Applied.class, rollout(options).apply(new Silent()));

        assertTrue(log.contains("WIDENS orders-refund-write"), log.toString());
        assertFalse(log.toString().contains("orders-support-read"), log.toString());
    }

    @Test
    void driftIsWhatDiffersAlthoughTheTextIsTheAppliedOne() throws Exception {
        database.changedByHand.add(READ);
        edit(REFUND, "sessions: 100", "sessions: 200");
        var user = session(READ);

        var drift = rollout().drift();

        assertTrue(drift.isThere());
        assertEquals(
                List.of(new VaultOwner.OfGrant(READ)),
                drift.byHand().stream().map(PlannedChange::subject).toList());
        assertEquals(List.of(user), drift.touched().getFirst().live());
        assertEquals(
                Optional.of(Instant.parse("2026-05-01T00:00:00Z")),
                drift.touched().getFirst().since());
        assertTrue(PlanText.of(drift).contains("live now: " + user), PlanText.of(drift));
    }

    @Test
    void whatIsAppliedHasNoDrift() throws Exception {
        assertFalse(rollout().drift().isThere());
    }

    @Test
    void aPlanNamesWhatIsBeyondAndTheStatementThatClosesIt() throws Exception {
        database.alsoAllowed.add(CONNECT);

        var plan = rollout().plan();

        assertFalse(plan.isSound());
        String text = PlanText.of(plan, false);
        assertTrue(text.contains("! orders: connect on database postgres  [public]"), text);
        assertTrue(text.contains("close it: REVOKE CONNECT ON DATABASE \"postgres\" FROM PUBLIC"), text);
        assertTrue(PlanJson.of(plan, false).contains("\"outcome\" : \"error\""));
    }

    @Test
    void everyStepIsNumberedAmongAllOfThem() throws Exception {
        edit(REFUND, "window: 30m", "window: 20m");
        var steps = new ArrayList<String>();

        var _ = rollout().apply(new RolloutListener() {
            @Override
            public void step(int number, int of, String where, String what) {
                steps.add(number + "/" + of + " " + where);
            }

            @Override
            public void say(String line) {}
        });

        assertEquals(List.of("1/6 vault", "2/6 vault", "3/6 orders", "4/6 orders", "5/6 orders", "6/6 vault"), steps);
    }

    /** Says nothing. */
    private static final class Silent implements RolloutListener {
        @Override
        public void step(int number, int of, String where, String what) {}

        @Override
        public void say(String line) {}
    }

    private ApplyOutcome apply() throws InterruptedException {
        return rollout().apply(new Silent());
    }

    private Rollout rollout() {
        return rollout(RolloutOptions.standard());
    }

    private Rollout rollout(RolloutOptions options) {
        return new Rollout(
                documents(), Optional.of(document -> database), Optional.of(vault), options, clock, clock::pause);
    }

    private Documents documents() {
        return Documents.read(
                folder,
                Map.of(
                        "devIssuer", "https://issuer.example",
                        "devJwksUri", "https://issuer.example/jwks",
                        "ordersHost", "db.example",
                        "ordersPort", "5432",
                        "ordersDatabase", "orders"));
    }

    private SessionUser session(GrantName grant) {
        var user = new SessionUser(SessionId.create(NOW.minusSeconds(60), new SecureRandom()));
        database.sessions.put(grant, List.of(user));
        return user;
    }

    private void edit(GrantName grant, String from, String to) throws IOException {
        String text = Files.readString(file(grant));
        assertTrue(text.contains(from), text);
        Files.writeString(file(grant), text.replace(from, to));
    }

    private Path file(GrantName grant) {
        return folder.resolve("grants/" + grant + ".yaml");
    }

    private void differs(VaultChange.Action action, String path) {
        differs(READ, action, path);
    }

    private void differs(GrantName grant, VaultChange.Action action, String path) {
        vault.differences.add(new VaultChange(new VaultOwner.OfGrant(grant), action, path, List.of()));
    }
}
