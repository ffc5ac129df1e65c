package dev.daypass.deployer.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.database.Database;
import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.live.TargetException;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Applies that are cut, that meet, that are refused. */
class PostgresApplyIT {
    private static final String MASKED = """
            tables:
              public.orders:
                select: [id, item, amount_cents]
              public.payments:
                select: [id, pan, status]
                masks:
                  pan: pan
            """;

    private static final String HIDDEN = """
            tables:
              public.payments:
                select: [id, pan]
                masks:
                  pan: redact
                rows:
                  - column: status
                    in: [CAPTURED]
              public.refunds:
                select: [id, reason]
            """;

    /** All that a session's rights follow from, as any connection sees it: no lock is needed to read it. */
    private static final String STATE = """
            SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
              SELECT 'v' || c.oid::text || c.relname || coalesce(c.relacl::text, '') || r.ev_action::text AS line
              FROM pg_class c JOIN pg_rewrite r ON r.ev_class = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname LIKE 'dpg%'
              UNION ALL SELECT 'a' || attrelid || attname || attacl::text FROM pg_attribute WHERE attacl IS NOT NULL
              UNION ALL SELECT 't' || relname || relacl::text FROM pg_class WHERE relacl IS NOT NULL
              UNION ALL SELECT 'n' || nspname || nspacl::text FROM pg_namespace WHERE nspacl IS NOT NULL
              UNION ALL SELECT 'r' || rolname FROM pg_roles WHERE rolname LIKE 'dp%'
              UNION ALL SELECT 'l' || grant_name || digest FROM daypass.applied) AS s""";

    @SuppressWarnings("NullAway.Init")
    private static GrantedServer server;

    @BeforeAll
    static void start() throws Exception {
        server = GrantedServer.start(18);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void removeGrants() {
        server.clear();
    }

    private static String state() throws SQLException {
        return server.ownerRows(STATE).getFirst();
    }

    @Test
    void anApplyThatIsCutAtAnyStatementLeavesTheOldStateAndTheSameCommandFinishesIt() throws Exception {
        var before = server.grant("support", MASKED);
        var after = server.grant("support", HIDDEN);
        server.apply(before);
        String old = state();
        int statements = only(server.changes(after)).statements().size();
        assertTrue(statements > 8, "the change must have statements of every kind: " + statements);
        for (int cut = 1; cut <= statements; cut++) {
            int at = cut;
            try (var database = server.open()) {
                var change = only(database.changes(List.of(after)));
                var stopped = assertThrows(
                        TargetException.class,
                        () -> database.carryOut(change, (number, of, sql) -> {
                            assertEquals(old, unchecked(PostgresApplyIT::state), "before statement " + number);
                            if (number == at) {
                                unchecked(
                                        () -> server.ownerRows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                                + " WHERE usename = 'daypass_deployer' AND state LIKE 'idle in%'"));
                            }
                        }));
                assertEquals(
                        change.statements().get(at - 1), stopped.statement().orElseThrow(), "cut at statement " + at);
                assertTrue(
                        String.valueOf(stopped.getMessage()).contains("Nothing of this change was made"),
                        stopped.getMessage());
            }
            assertEquals(old, state(), "cut at statement " + at);
        }
        assertEquals(Effect.NARROWS, only(server.apply(after)).effect());
        assertEquals(List.of(), server.changes(after));
        assertNotEquals(old, state());
    }

    @Test
    void aRemovalThatIsCutAtAnyStatementLeavesTheGrantWhole() throws Exception {
        var grant = server.grant("support", MASKED);
        server.apply(grant);
        String old = state();
        int statements = only(server.changes()).statements().size();
        for (int cut = 1; cut <= statements; cut++) {
            int at = cut;
            try (var database = server.open()) {
                var change = only(database.changes(List.of()));
                assertThrows(
                        TargetException.class,
                        () -> database.carryOut(change, (number, of, sql) -> {
                            if (number == at) {
                                unchecked(
                                        () -> server.ownerRows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                                + " WHERE usename = 'daypass_deployer' AND state LIKE 'idle in%'"));
                            }
                        }));
            }
            assertEquals(old, state(), "cut at statement " + at);
        }
        assertEquals(List.of(), server.changes(grant));
    }

    @Test
    void twoAppliesAtOnceBreakNothing() throws Exception {
        var some = new GrantDocument[] {server.grant("support", MASKED), server.grant("other", HIDDEN)};
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 2; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    // Without the lock that serialises them.
                    server.apply(some);
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }

        assertEquals(List.of(), List.copyOf(failures));
        assertEquals(List.of(), server.changes(some));
    }

    @Test
    void oneApplyWaitsForTheOther() {
        try (var second = server.open()) {
            try (var first = server.open()) {
                assertTrue(first.lock(Duration.ZERO));
                assertFalse(second.lock(Duration.ofMillis(300)));
            }
            assertTrue(second.lock(Duration.ofSeconds(5)));
        }
    }

    @Test
    void aSessionThatHoldsTheLockOfAppliesIsNamed() throws Exception {
        var grant = server.grant("support", MASKED);
        server.apply(grant);
        try (var session = server.session(grant);
                var agent = session.connect();
                var database = server.open()) {
            GrantedServer.execute(agent, "SELECT pg_advisory_lock(" + 0x64_61_79_70_61_73_73L + ")");

            var refused = assertThrows(TargetException.class, () -> database.lock(Duration.ZERO));

            assertTrue(String.valueOf(refused.getMessage()).contains(session.user.name()), refused.getMessage());
        }
    }

    @Test
    void anApplyWhileSessionsAreMintedAtFullRateBreaksNeither() throws Exception {
        var one = server.grant("support", MASKED);
        var two = server.grant("support", MASKED.replace("select: [id, item, amount_cents]", "select: [id, item]"));
        server.apply(one);
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var made = new AtomicInteger();
        var stop = new AtomicBoolean();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 2; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (!stop.get()) {
                    try (var session = server.session(one)) {
                        assertFalse(session.rows("SELECT id FROM orders").isEmpty());
                        made.incrementAndGet();
                    } catch (SQLException | RuntimeException e) {
                        failures.add(e);
                    }
                }
            }));
        }
        int applies = 0;
        for (; applies < 20 || made.get() < 20; applies++) {
            assertEquals(1, server.apply(applies % 2 == 0 ? two : one).size());
        }
        stop.set(true);
        for (var thread : threads) {
            thread.join();
        }

        assertEquals(List.of(), List.copyOf(failures));
        assertTrue(made.get() >= 20, made + " sessions during " + applies + " applies");
        assertEquals(List.of(), server.changes(applies % 2 == 0 ? one : two));
    }

    @Test
    void aTableThatIsHeldForLongIsNamedAndNothingIsMade() throws Exception {
        var one = server.grant("support", MASKED);
        server.apply(one);
        var two = server.grant("support", MASKED.replace("pan: pan", "pan: redact"));
        try (var session = server.session(one);
                var holder = session.connect();
                var database = server.open()) {
            String old = state();
            holder.setAutoCommit(false);
            GrantedServer.execute(holder, "SELECT count(*) FROM payments");
            var change = only(database.changes(List.of(two)));

            var stopped = assertThrows(TargetException.class, () -> database.carryOut(change, (number, of, sql) -> {}));

            assertTrue(String.valueOf(stopped.getMessage()).contains("pg_stat_activity"), stopped.getMessage());
            assertTrue(stopped.statement().orElseThrow().contains("payments"));
            holder.rollback();
            assertEquals(old, state());
            database.carryOut(change, (number, of, sql) -> {});
        }
        assertEquals(List.of(), server.changes(two));
    }

    @ParameterizedTest(name = "{0} -> {2}")
    @CsvSource(delimiter = '|', textBlock = """
            public.orders: | public.order: | there is no table public.order; did you mean public.orders?
            public.orders: | shop.orders: | there is no schema shop (for shop.orders)
            public.orders: | daypass.applied: | the schema daypass belongs to Daypass or to the server
            [id, item, amount_cents] | [id, itme, amount_cents] | public.orders: there is no column itme; did you mean item?
            select: [id, item, amount_cents] | insert: [id] | the server makes the values of id itself: it takes no insert of it
            public.orders: | public.open_orders: | the server takes no insert on it
            pan: pan | id: {date-truncate: month} | public.payments: the column id is of the type bigint: date-truncate needs a date
            pan: pan | pan: hash | nothing
            [id, pan, status] | [id, pan, paid_at] | nothing
            """)
    void whatADocumentRefersToMustBeThere(String good, String bad, String said) throws Exception {
        server.asOwner(
                "CREATE OR REPLACE VIEW public.open_orders AS SELECT DISTINCT id, item, amount_cents FROM public.orders;"
                        + " ALTER VIEW public.open_orders OWNER TO orders_owner");
        String text = MASKED.replace(good, bad);
        if (bad.contains("open_orders")) {
            text = text.replace("select: [id, item, amount_cents]", "insert: [id]");
        }
        var grant = server.grant("support", text);

        if (said.equals("nothing")) {
            assertEquals(1, server.changes(grant).size());
        } else {
            assertSaid(said, () -> server.changes(grant));
        }
    }

    @Test
    void everyProblemOfEveryGrantIsSaidAtOnce() throws Exception {
        var one = server.grant("one", MASKED.replace("item,", "itme,").replace("pan, status]", "pan, state]"));
        var two = server.grant("two", MASKED.replace("public.orders", "public.order"));

        var refused = assertThrows(TargetException.class, () -> server.changes(one, two));

        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("database orders: 3 things are wrong:"), message);
        assertTrue(message.contains("grant one: public.orders: there is no column itme"), message);
        assertTrue(message.contains("grant one: public.payments: there is no column state"), message);
        assertTrue(message.contains("grant two: there is no table public.order"), message);
    }

    @Test
    void aValueThatIsNoneOfItsColumnsTypeIsRefusedBeforeAnythingRuns() throws Exception {
        var grant = server.grant("support", MASKED + """
                    rows:
                      - column: amount_cents
                        in: [lots]
                """.indent(0));

        assertSaid(
                "the server does not take its rows: invalid input syntax for type bigint", () -> server.changes(grant));
    }

    @Test
    void aTimeInADocumentMeansTheSameWhereverItIsAppliedFrom() throws Exception {
        var grant = server.grant("timed", """
                tables:
                  public.orders:
                    select: [id]
                    rows:
                      - column: placed_at
                        before: "2026-02-01 00:00"
                """);
        var here = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
        try {
            server.apply(grant);
        } finally {
            TimeZone.setDefault(here);
        }

        assertEquals(List.of(), server.changes(grant));
        try (var connection = server.owner();
                var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            try (var row = statement.executeQuery("SELECT pg_get_viewdef('dpg_timed.orders'::regclass)")) {
                row.next();
                assertTrue(row.getString(1).contains("'2026-02-01 00:00:00+00'"), row.getString(1));
            }
        }
    }

    /** What goes with a view although no view stands on it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CREATE FUNCTION public.stands() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM dpg_stood_on.orders; END | DROP FUNCTION public.stands
            CREATE TABLE public.stands (a dpg_stood_on.orders) | DROP TABLE public.stands
            CREATE TABLE public.stands (a dpg_stood_on.orders[]) | DROP TABLE public.stands
            CREATE TABLE public.stands (a int); CREATE POLICY p ON public.stands USING (a IN (SELECT id FROM dpg_stood_on.orders)) | DROP TABLE public.stands
            """)
    void whatStandsOnAViewThatIsToBeDroppedIsNamed(String made, String undone) throws Exception {
        server.apply(server.grant("stood-on", "tables: {public.orders: {select: [id, item]}}"));
        server.asOwner(made);
        try {
            var narrowed = server.grant("stood-on", "tables: {public.orders: {select: [id]}}");

            assertSaid("stands on it: drop that first", () -> server.changes(narrowed));
        } finally {
            server.asOwner(undone);
        }
    }

    @Test
    void whatASessionMadeForItselfOfAViewsTypeStopsNoApply() throws Exception {
        var wide = server.grant("stood-on", "tables: {public.orders: {select: [id, item]}}");
        server.apply(wide);
        try (var session = server.session(wide);
                var agent = session.connect()) {
            GrantedServer.execute(agent, "CREATE TEMP TABLE mine (a dpg_stood_on.orders)");
            GrantedServer.execute(
                    agent,
                    "CREATE FUNCTION pg_temp.mine() RETURNS bigint LANGUAGE sql"
                            + " BEGIN ATOMIC SELECT count(*) FROM dpg_stood_on.orders; END");

            server.apply(server.grant("stood-on", "tables: {public.orders: {select: [id]}}"));
        }
    }

    @Test
    void aMaskThatASessionsSettingsWouldOpenIsRefused() throws Exception {
        var grant = server.grant("support", """
                tables:
                  public.payments:
                    select: [id, paid_at]
                    masks:
                      paid_at: hash
                """);

        assertSaid("whose text depends on what a session sets", () -> server.changes(grant));
    }

    @Test
    void aColumnOfATaggedTypeIsMaskedOrApproved() throws Exception {
        server.asOwner("CREATE DOMAIN public.card_number AS text; CREATE DOMAIN public.our_card AS public.card_number;"
                + " CREATE TABLE public.wallets (id int, card public.our_card, cards public.card_number[]);"
                + " ALTER TABLE public.wallets OWNER TO orders_owner");
        try {
            String open = """
                    tables:
                      public.wallets:
                        select: [id, %s]
                    """;
            for (var column : List.of("card", "cards")) {
                var grant = server.grant("support", open.formatted(column));
                assertSaid(
                        "the column " + column
                                + " is of the type public.card_number, which is known to carry card numbers",
                        () -> server.changes(grant));
            }
            server.apply(server.grant("support", open.formatted("card") + """
                        masks:
                          card: pan
                    """.indent(0)));
            server.apply(server.grant("support", open.formatted("card") + """
                    allowUnmaskedPan:
                      approver: ciso@example.com
                      reason: a test
                    """));
        } finally {
            server.clear();
            server.asOwner("DROP TABLE public.wallets; DROP DOMAIN public.our_card; DROP DOMAIN public.card_number");
        }
    }

    @Test
    void functionsAndSequencesAreNamedAsTheServerSpellsThem() throws Exception {
        server.asOwner("CREATE SCHEMA shop AUTHORIZATION orders_owner;"
                + " CREATE FUNCTION shop.total(a integer, b timestamptz) RETURNS int LANGUAGE sql AS 'SELECT 7';"
                + " ALTER FUNCTION shop.total OWNER TO orders_owner; REVOKE ALL ON FUNCTION shop.total FROM PUBLIC;"
                + " CREATE TABLE shop.notes (id serial, body text); ALTER TABLE shop.notes OWNER TO orders_owner");
        try {
            String text = """
                    tables:
                      shop.notes:
                        insert: [body]
                    functions: ["shop.total(integer, timestamp with time zone)"]
                    sequences: [shop.notes_id_seq]
                    """;
            assertSaid(
                    "there is no function shop.total(integer, timestamp); there is shop.total(integer, timestamp with time zone)",
                    () -> server.changes(server.grant("support", text.replace(" with time zone", ""))));
            assertSaid(
                    "there is no sequence shop.notes_seq; did you mean shop.notes_id_seq?",
                    () -> server.changes(server.grant("support", text.replace("notes_id_seq", "notes_seq"))));
            assertSaid(
                    "every insert takes id from the sequence shop.notes_id_seq: add \"sequences: [shop.notes_id_seq]\"",
                    () -> server.changes(
                            server.grant("support", text.replace("sequences: [shop.notes_id_seq]\n", ""))));

            var grant = server.grant("support", text);
            server.apply(grant);
            assertEquals(List.of(), server.changes(grant));
            try (var session = server.session(grant)) {
                session.execute("INSERT INTO notes (body) VALUES ('x')");
                assertEquals(List.of("7"), session.rows("SELECT shop.total(1, now())"));
                assertThrows(SQLException.class, () -> session.rows("SELECT body FROM shop.notes"));
            }
        } finally {
            server.clear();
            server.asOwner("DROP SCHEMA shop CASCADE");
        }
    }

    @Test
    void aTableOfSomebodyElseIsNotGivenAwayAndTheOwnersStatementIsSaid() throws Exception {
        server.asOwner("CREATE TABLE public.foreigner (id int)");
        try {
            var grant = server.grant("support", """
                    tables:
                      public.foreigner:
                        select: [id]
                    """);
            try (var database = server.open()) {
                var change = only(database.changes(List.of(grant)));

                var stopped =
                        assertThrows(TargetException.class, () -> database.carryOut(change, (number, of, sql) -> {}));

                assertTrue(String.valueOf(stopped.getMessage()).contains("GRANT <owner> TO"), stopped.getMessage());
                assertTrue(stopped.statement().orElseThrow().contains("foreigner"));
                assertEquals(List.of(change), database.changes(List.of(grant)));
            }
        } finally {
            server.asOwner("DROP TABLE public.foreigner");
        }
    }

    @Test
    void aTableThatDaypassDidNotMakeIsNotRemovedWithTheGrant() throws Exception {
        server.apply(server.grant("support", MASKED));
        server.asOwner("CREATE TABLE dpg_support.precious (a int)");

        assertSaid("dpg_support.precious, which Daypass did not make", () -> server.apply());

        server.asOwner("DROP TABLE dpg_support.precious");
    }

    @Test
    void whatASessionPutOnAViewForItselfDoesNotStopAnApply() throws Exception {
        var one = server.grant("support", MASKED);
        server.apply(one);
        try (var session = server.session(one);
                var agent = session.connect()) {
            GrantedServer.execute(agent, "CREATE TEMP VIEW mine AS SELECT pan FROM payments");

            server.apply(server.grant(
                    "support",
                    MASKED.replace("pan: pan", "pan: {date-truncate: month}")
                            .replace("pan: {date-truncate: month}", "pan: hash")));
            server.apply(server.grant("support", HIDDEN));

            assertThrows(SQLException.class, () -> GrantedServer.rows(agent, "SELECT * FROM mine"));
        }
    }

    @Test
    void aServerWithoutTlsIsNotSpokenToUnlessTheDocumentAllowsIt() {
        var plain = server.document.database();
        var strict = new DatabaseDocument(
                new Database(
                        plain.name(),
                        plain.engine(),
                        plain.host(),
                        plain.port(),
                        plain.database(),
                        Database.Tls.VERIFY_FULL,
                        plain.vaultConnection(),
                        plain.witnessRole()),
                server.document.serverVersion(),
                server.document.administrator(),
                server.document.deployer(),
                server.document.lanes(),
                server.document.logStatements(),
                server.document.logWithPgAudit(),
                server.document.clientHost(),
                server.document.cards(),
                server.document.accepts());

        assertSaid("does not support SSL", () -> server.open(strict));
    }

    @Test
    void aDatabaseThatItsOwnerDidNotSetUpIsSaidSo() throws Exception {
        server.asOwner("ALTER TABLE daypass.applied RENAME TO gone");
        try {
            assertSaid(
                    "the owner's set-up is not complete; missing: the table daypass.applied", () -> server.changes());
            try (var database = server.open()) {
                assertEquals(List.of(), database.applied());
            }
        } finally {
            server.asOwner("ALTER TABLE daypass.gone RENAME TO applied");
        }
    }

    private interface Asking<T> {
        T ask() throws Exception;
    }

    private static <T> T unchecked(Asking<T> asking) {
        try {
            return asking.ask();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertSaid(String said, Asking<?> asking) {
        var refused = assertThrows(TargetException.class, () -> asking.ask());
        assertTrue(String.valueOf(refused.getMessage()).contains(said), refused.getMessage());
    }

    private static GrantChange only(List<GrantChange> changes) {
        assertEquals(1, changes.size(), changes.toString());
        return changes.getFirst();
    }
}
