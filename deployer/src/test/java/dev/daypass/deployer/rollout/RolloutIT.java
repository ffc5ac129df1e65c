package dev.daypass.deployer.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.live.GrantedVault;
import dev.daypass.deployer.rollout.ApplyOutcome.Applied;
import dev.daypass.deployer.rollout.ApplyOutcome.Refused;
import dev.daypass.deployer.rollout.ApplyOutcome.Stopped;
import dev.daypass.deployer.rollout.RolloutPeers.RefusedException;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.GrantDocument;
import dev.daypass.vaultpolicies.VaultChange;
import dev.daypass.vaultpolicies.VaultDifferences;
import dev.daypass.vaultpolicies.VaultOwner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plan, apply and drift over a real OpenBao and a real PostgreSQL. */
class RolloutIT {
    private static final GrantName READ = new GrantName("orders-support-read");
    private static final GrantName REFUND = new GrantName("orders-refund-write");
    private static final GrantName GLANCE = new GrantName("orders-glance");
    private static final Map<String, Object> PAYMENTS = Map.of("team", "payments");
    private static final RolloutOptions QUICK =
            new RolloutOptions(Set.of(), Duration.ofSeconds(30), Duration.ofSeconds(2), false);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static RolloutPeers peers;

    @BeforeAll
    static void start() throws Exception {
        peers = RolloutPeers.start(folder);
    }

    @AfterAll
    static void stop() {
        peers.close();
    }

    @BeforeEach
    void theDemoIsApplied() throws Exception {
        peers.reset();
        for (var grant : List.of(READ, REFUND, GLANCE)) {
            peers.vault(peers.documents()).endSessions(grant);
        }
        var outcome = peers.rollout(QUICK).apply(new Steps());
        assertInstanceOf(Applied.class, outcome, said(outcome));
    }

    @Test
    void whatIsAppliedNeedsNoChangeAndSaysWhatASessionCanDo() {
        var plan = peers.rollout(QUICK).plan();

        assertEquals(List.of(), plan.problems());
        assertEquals(List.of(), plan.changes(), PlanText.of(plan, false));
        assertTrue(plan.isSound(), PlanText.of(plan, false));
        assertEquals(3, plan.privileges().size());
    }

    @Test
    void applyingTwiceChangesNothingMore() throws Exception {
        assertEquals(0, applied(QUICK));
    }

    @Test
    void aPlanShowsBothSidesOfAChangeAndChangesNothing() throws Exception {
        peers.edit(REFUND, "max: 10m\n  window: 30m", "max: 8m\n  window: 20m");
        var plan = peers.rollout(QUICK).plan();

        assertEquals(1, plan.changes().size(), PlanText.of(plan, false));
        var change = plan.changes().getFirst();
        assertEquals(new VaultOwner.OfGrant(REFUND), change.subject());
        assertEquals(Effect.NARROWS, change.effect());
        assertTrue(change.inDatabase().isPresent());
        var paths = change.inVault().stream().map(VaultChange::path).toList();
        assertEquals(List.of("auth/token/roles/orders-refund-write", "database/roles/orders-refund-write"), paths);
        assertEquals(
                plan.changes().size(), peers.rollout(QUICK).plan().changes().size());
    }

    @Test
    void aPrivilegeOfEverybodyIsBeyondAndNamedWithItsClosing() throws Exception {
        peers.asOwner("GRANT SELECT ON staff_salaries TO PUBLIC");
        try {
            var plan = peers.rollout(QUICK).plan();

            assertFalse(plan.isSound());
            String text = PlanText.of(plan, false);
            assertTrue(text.contains("staff_salaries"), text);
            assertTrue(text.contains("close it: REVOKE"), text);
            peers.edit(READ, "sessions: 500", "sessions: 600");
            assertInstanceOf(Refused.class, peers.rollout(QUICK).apply(new Steps()));
        } finally {
            peers.asOwner("REVOKE SELECT ON staff_salaries FROM PUBLIC");
        }
    }

    @Test
    void aNewGrantCanBeUsedAndARemovedOneIsForgotten() throws Exception {
        var name = new GrantName("orders-peek");
        Files.writeString(
                peers.file(name), Files.readString(peers.file(GLANCE)).replace("orders-glance", "orders-peek"));
        try {
            assertInstanceOf(Applied.class, peers.rollout(QUICK).apply(new Steps()));
            var vended = peers.vend(name, Map.of());
            assertEquals("30", count(vended, "orders"));

            Files.delete(peers.file(name));
            // The applied text says drain, for 20 s at most.
            var waiting = new RolloutOptions(Set.of(), Duration.ofSeconds(30), Duration.ofSeconds(60), false);
            var outcome = peers.rollout(waiting).apply(new Steps());

            assertInstanceOf(Applied.class, outcome, said(outcome));
            assertFalse(peers.roleExists(vended.user()));
            assertFalse(peers.roleExists("dpg_orders_peek"));
            assertEquals(List.of(), peers.rollout(QUICK).plan().changes());
            assertThrows(RefusedException.class, () -> peers.vend(name, Map.of()));
        } finally {
            Files.deleteIfExists(peers.file(name));
        }
    }

    @Test
    void aNarrowingThatEndsTakesLiveSessionsAwayFirst() throws Exception {
        var vended = peers.vend(REFUND, PAYMENTS);
        try (var connection = peers.connect(vended);
                var statement = connection.createStatement()) {
            assertTrue(statement.execute("SELECT count(*) FROM orders"));
            peers.edit(REFUND, "insert: [order_id, amount_cents, reason]", "insert: [order_id, amount_cents]");

            var outcome = peers.rollout(QUICK).apply(new Steps());

            assertInstanceOf(Applied.class, outcome, said(outcome));
            assertThrows(SQLException.class, () -> statement.execute("SELECT 1"));
        }
        assertFalse(peers.roleExists(vended.user()));
        var next = peers.vend(REFUND, PAYMENTS);
        assertEquals("30", count(next, "orders"));
    }

    @Test
    void aNarrowingThatDrainsLeavesLiveSessionsAloneAndStaysClosed() throws Exception {
        var vended = peers.vend(READ, Map.of());
        peers.edit(
                READ,
                "select: [id, order_id, amount_cents, reason, created_at]",
                "select: [id, order_id, amount_cents]");

        var stopped = assertInstanceOf(Stopped.class, peers.rollout(QUICK).apply(new Steps()));

        assertTrue(stopped.cause().contains(vended.user()), stopped.cause());
        assertEquals("30", count(vended, "orders"));
        try (var connection = peers.connect(vended);
                var statement = connection.createStatement()) {
            assertTrue(statement.execute("SELECT reason FROM refunds"), "the applied text is in force");
        }
        assertThrows(RefusedException.class, () -> peers.vend(READ, Map.of()));

        assertTrue(peers.vault(peers.documents()).endSessions(READ));
        var outcome = peers.rollout(QUICK).apply(new Steps());
        assertInstanceOf(Applied.class, outcome, said(outcome));
        var next = peers.vend(READ, Map.of());
        try (var connection = peers.connect(next);
                var statement = connection.createStatement()) {
            assertThrows(SQLException.class, () -> statement.execute("SELECT reason FROM refunds"));
        }
    }

    @Test
    void anApplyThatDiesBetweenTwoStepsIsFinishedByTheNext() throws Exception {
        peers.edit(REFUND, "insert: [order_id, amount_cents, reason]", "insert: [order_id, amount_cents]");
        peers.edit(READ, "sessions: 500", "sessions: 600");
        Files.delete(peers.file(GLANCE));
        for (int after = 0; after < 40; after++) {
            var dying = new Dying(after);
            try {
                var documents = peers.documents();
                var outcome = peers.rollout(documents, peers.databases(), new Cut(peers.vault(documents), dying), QUICK)
                        .apply(dying);
                assertInstanceOf(Applied.class, outcome, said(outcome));
                assertTrue(after > 8, "there are more steps than " + after);
                assertEquals(List.of(), peers.rollout(QUICK).plan().changes());
                return;
            } catch (Died e) {
                // and once more, a step further
            }
        }
        throw new AssertionError("it never came to its end");
    }

    @Test
    void ofTwoAppliesAtOnceOneWaits() throws Exception {
        peers.edit(READ, "sessions: 500", "sessions: 600");

        var outcomes = Collections.synchronizedList(new ArrayList<ApplyOutcome>());
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 2; i++) {
                var _ = threads.submit(() -> outcomes.add(peers.rollout(QUICK).apply(new Steps())));
            }
        }

        assertEquals(2, outcomes.size());
        var changes = outcomes.stream()
                .map(outcome ->
                        assertInstanceOf(Applied.class, outcome, said(outcome)).changes())
                .sorted()
                .toList();
        assertEquals(List.of(0, 1), changes);
    }

    @Test
    void appliesWhileSessionsAreMintedBreakNeither() throws Exception {
        var stop = new AtomicBoolean();
        var made = new AtomicInteger();
        var refused = Collections.synchronizedList(new ArrayList<String>());
        var broken = Collections.synchronizedList(new ArrayList<String>());
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                var grant = i % 2 == 0 ? READ : REFUND;
                var _ = threads.submit(() -> {
                    while (!stop.get()) {
                        try {
                            var vended = peers.vend(grant, grant.equals(REFUND) ? PAYMENTS : Map.of());
                            if (!vended.user().equals("dp_" + vended.session())) {
                                broken.add("another user: " + vended.user());
                            }
                            count(vended, "orders");
                            made.incrementAndGet();
                            peers.administer(
                                    "POST", "sys/leases/revoke", Map.of("lease_id", vended.lease(), "sync", true));
                        } catch (RefusedException e) {
                            refused.add(String.valueOf(e.getMessage()));
                        } catch (SQLException e) {
                            // Ended by the apply between the answer and the look.
                            refused.add(String.valueOf(e.getMessage()));
                        } catch (Exception e) {
                            broken.add(e.toString());
                        }
                    }
                });
            }
            for (int i = 0; i < 6; i++) {
                boolean wide = i % 2 == 1;
                peers.reset();
                if (!wide) {
                    peers.edit(REFUND, "insert: [order_id, amount_cents, reason]", "insert: [order_id, amount_cents]");
                    peers.edit(READ, "sessions: 500", "sessions: " + (600 + i));
                }
                var outcome = peers.rollout(QUICK).apply(new Steps());
                assertInstanceOf(Applied.class, outcome, said(outcome));
            }
            stop.set(true);
            threads.shutdown();
            assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
        }

        assertEquals(List.of(), broken);
        assertTrue(made.get() > 20, made + " made; refused: " + refused);
        for (var grant : List.of(READ, REFUND)) {
            peers.vault(peers.documents()).endSessions(grant);
        }
        assertEquals(List.of(), peers.orphans());
        assertEquals(List.of(), peers.rollout(QUICK).plan().changes());
    }

    @Test
    void whatSomebodyChangedByHandIsDriftAndApplyPutsItRight() throws Exception {
        var vended = peers.vend(READ, Map.of());
        peers.asOwner("GRANT SELECT ON staff_salaries TO dpg_orders_support_read");
        peers.asOwner("CREATE ROLE by_hand; GRANT by_hand TO daypass_deployer WITH ADMIN OPTION");
        peers.asOwner("SET ROLE daypass_deployer; GRANT by_hand TO dpg_orders_support_read; RESET ROLE");
        peers.asOwner("ALTER ROLE dpg_orders_support_read CREATEROLE");
        try (var session = peers.connect(vended);
                var statement = session.createStatement()) {
            statement.execute(
                    "ALTER DEFAULT PRIVILEGES FOR ROLE dpg_orders_support_read GRANT SELECT ON TABLES TO PUBLIC");
            statement.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC");
        }
        peers.administer(
                "POST", "auth/token/roles/orders-refund-write", Map.of("token_bound_cidrs", List.of("10.0.0.0/8")));

        var drift = peers.rollout(QUICK).drift();

        assertEquals(List.of(), drift.problems());
        assertEquals(
                Set.of("grant orders-refund-write", "grant orders-support-read"),
                Set.copyOf(drift.byHand().stream()
                        .map(change -> change.subject().toString())
                        .toList()));
        var touched = drift.touched().stream()
                .filter(each -> each.grant().equals(READ))
                .findFirst()
                .orElseThrow();
        assertEquals(
                Optional.of(vended.user()),
                touched.live().stream().map(user -> user.name()).findFirst());
        assertTrue(touched.since().isPresent());

        var outcome = peers.rollout(QUICK).apply(new Steps());
        assertInstanceOf(Applied.class, outcome, said(outcome));
        assertFalse(peers.rollout(QUICK).drift().isThere());
        assertTrue(peers.roleExists(vended.user()), "a repair ends no session");
        peers.asOwner("DROP ROLE by_hand");
    }

    @Test
    void whatTheDeployerMayNotTakeBackRefusesAnApplyWithTheOwnersStatement() throws Exception {
        peers.asOwner("ALTER ROLE dpg_orders_support_read BYPASSRLS");
        try {
            var outcome = peers.rollout(QUICK).apply(new Steps());

            assertInstanceOf(Refused.class, outcome, said(outcome));
            assertTrue(
                    said(outcome).contains("close it: ALTER ROLE \"dpg_orders_support_read\" NOBYPASSRLS"),
                    said(outcome));
        } finally {
            peers.asOwner("ALTER ROLE dpg_orders_support_read NOBYPASSRLS");
        }
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsAnErrorThatNamesIt() throws Exception {
        var documents = peers.documents();
        var logins = new DatabaseLogins(Optional.empty());
        logins.add("orders", "daypass_deployer", new dev.daypass.vaultpolicies.Secret("not-the-password"));

        var plan =
                peers.rollout(documents, logins, peers.vault(documents), QUICK).plan();

        assertEquals(1, plan.problems().size(), plan.problems().toString());
        assertTrue(
                plan.problems().getFirst().contains("orders"), plan.problems().toString());
        assertFalse(plan.problems().toString().contains("not-the-password"));
    }

    private static int applied(RolloutOptions options) throws InterruptedException {
        var outcome = peers.rollout(options).apply(new Steps());
        return assertInstanceOf(Applied.class, outcome, said(outcome)).changes();
    }

    private static String said(ApplyOutcome outcome) {
        return switch (outcome) {
            case Applied(var _, int changes) -> changes + " changes";
            case Refused(var plan, var reasons) -> reasons + PlanText.of(plan, false);
            case Stopped stopped -> stopped.toString();
        };
    }

    private static String count(RolloutPeers.Vended vended, String table) throws SQLException {
        try (var connection = peers.connect(vended);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Says nothing. */
    private static class Steps implements RolloutListener {
        @Override
        public void step(int number, int of, String where, String what) {}

        @Override
        public void say(String line) {}
    }

    /** The process is gone. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Dies before a step, the first time that it gets there. */
    private static final class Dying extends Steps {
        private int left;

        Dying(int left) {
            this.left = left;
        }

        @Override
        public void step(int number, int of, String where, String what) {
            alive();
        }

        void alive() {
            if (left-- == 0) {
                throw new Died();
            }
        }
    }

    /** A Vault to which the way may be cut after each request. */
    private record Cut(GrantedVault vault, Dying dying) implements GrantedVault {
        @Override
        public VaultDifferences differences() {
            return vault.differences();
        }

        @Override
        public void make(VaultChange change) {
            vault.make(change);
            dying.alive();
        }

        @Override
        public void close(GrantName grant) {
            vault.close(grant);
            dying.alive();
        }

        @Override
        public void open(GrantDocument grant) {
            vault.open(grant);
            dying.alive();
        }

        @Override
        public boolean endSessions(GrantName grant) {
            boolean worked = vault.endSessions(grant);
            dying.alive();
            return worked;
        }

        @Override
        public void forget(GrantName grant) {
            vault.forget(grant);
            dying.alive();
        }
    }
}
