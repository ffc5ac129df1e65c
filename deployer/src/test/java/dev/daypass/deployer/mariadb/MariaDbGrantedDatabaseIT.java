package dev.daypass.deployer.mariadb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.live.Privilege;
import dev.daypass.deployer.live.TargetException;
import dev.daypass.grants.GrantDocument;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Applying grants to a real MariaDB, with a deployer that is no superuser. */
class MariaDbGrantedDatabaseIT {
    private static final String READING = """
            tables:
              orders.customers:
                select: [id, name, email, created_at]
                masks:
                  email: hash
                  created_at: {date-truncate: month}
              orders.orders:
                select: [id, customer_id, item]
              orders.payments:
                select: [id, order_id, pan, cardholder, status]
                masks:
                  pan: pan
                  cardholder: redact
                rows:
                  - column: status
                    in: [AUTHORISED, CAPTURED]
            """;

    /** Wider on customers (the name of the column is shown as it is), narrower on payments. */
    private static final String OTHER = """
            tables:
              orders.customers:
                select: [id, name, email, phone]
              orders.orders:
                select: [id, item]
                insert: [customer_id, item, amount_cents]
              orders.payments:
                select: [id, pan, status]
                masks:
                  pan: redact
                rows:
                  - column: status
                    in: [CAPTURED]
              orders.refunds:
                select: [id]
            """;

    @SuppressWarnings("NullAway.Init")
    private static MariaDbServer server;

    @BeforeAll
    static void start() throws Exception {
        server = MariaDbServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        apply();
    }

    private static GrantDocument reading() {
        return server.grant("support-read", READING);
    }

    /** All that there is to be, and nothing else. */
    private static List<GrantChange> apply(GrantDocument... grants) {
        try (var database = server.open()) {
            var changes = database.changes(List.of(grants));
            for (var change : changes) {
                database.carryOut(change, (number, of, sql) -> {});
            }
            return changes;
        }
    }

    private static List<GrantChange> changes(GrantDocument... grants) {
        try (var database = server.open()) {
            return database.changes(List.of(grants));
        }
    }

    @Test
    void anApplyOfTheSameDocumentsChangesNothing() {
        assertFalse(apply(reading()).isEmpty());

        assertEquals(List.of(), changes(reading()));
    }

    @Test
    void aSessionSeesMaskedValuesAndItsRowsOnly() throws Exception {
        apply(reading());
        try (var session = server.session(reading())) {
            assertEquals("[422222***2222]", read(session, "SELECT pan FROM payments WHERE id = 23"));
            assertEquals("[redacted]", read(session, "SELECT DISTINCT cardholder FROM payments"));
            assertEquals("[AUTHORISED, CAPTURED]", read(session, "SELECT DISTINCT status FROM payments ORDER BY 1"));
            assertEquals("[64]", read(session, "SELECT DISTINCT LENGTH(email) FROM customers"));
            assertEquals("[2026-01-01]", read(session, "SELECT created_at FROM customers WHERE id = 1"));
        }
    }

    /** RFC 2104 over the bytes of the value, with a key that only the database has. */
    @Test
    void theHashIsAnHmacUnderTheKeyInTheDatabase() throws Exception {
        apply(reading());
        byte[] key = new byte[64];
        try (var owner = server.peer.ownerConnection("daypass");
                var statement = owner.createStatement();
                var row = statement.executeQuery("SELECT inner_pad, outer_pad FROM masking_key")) {
            assertTrue(row.next());
            for (int i = 0; i < key.length; i++) {
                key[i] = (byte) (row.getBytes(1)[i] ^ 0x36);
                assertEquals(key[i], (byte) (row.getBytes(2)[i] ^ 0x5c));
            }
            assertFalse(row.next());
        }
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String wanted = HexFormat.of().formatHex(mac.doFinal("ada@customer.example".getBytes(StandardCharsets.UTF_8)));
        try (var session = server.session(reading())) {
            assertEquals("[" + wanted + "]", read(session, "SELECT email FROM customers WHERE id = 1"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GRANT SELECT ON orders.staff_salaries TO dpg_support_read",
                "GRANT SELECT ON orders.* TO dpg_support_read",
                "GRANT SELECT ON mysql.user TO dpg_support_read",
                "GRANT SELECT (User) ON mysql.global_priv TO 'dpv_support_read'@'localhost'",
                "GRANT PROCESS ON *.* TO dpg_support_read",
                "GRANT SELECT (phone) ON orders.customers TO 'dpv_support_read'@'localhost'",
                "REVOKE SELECT (id) ON dpg_support_read.orders FROM dpg_support_read",
                "ALTER USER 'dpv_support_read'@'localhost' ACCOUNT UNLOCK",
                "CREATE OR REPLACE VIEW dpg_support_read.orders AS SELECT id, customer_id, name AS item FROM"
                        + " orders.orders JOIN orders.staff_salaries USING (id)",
                "CREATE OR REPLACE ALGORITHM=MERGE DEFINER='dpv_support_read'@'localhost' VIEW dpg_support_read.orders"
                        + " AS SELECT id, customer_id, item FROM orders.orders",
                "CREATE VIEW dpg_support_read.more AS SELECT 1 AS one",
                "DROP VIEW dpg_support_read.payments",
                "DROP DATABASE dpg_support_read",
                "DROP ROLE dpg_support_read",
                "DROP USER 'dpv_support_read'@'localhost'",
                "GRANT dp_witness TO dpg_support_read",
                "GRANT dp_witness TO 'dpv_support_read'@'localhost'"
            })
    void aChangeByHandIsFoundAndRepaired(String byHand) throws Exception {
        apply(reading());
        server.owner(byHand);

        var found = apply(reading());

        assertEquals(
                List.of(Effect.REPAIRS), found.stream().map(GrantChange::effect).toList());
        assertFalse(found.getFirst().differences().isEmpty());
        assertEquals(List.of(), changes(reading()));
        try (var session = server.session(reading())) {
            assertEquals("[Desk lamp]", read(session, "SELECT item FROM orders WHERE id = 1"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CREATE USER 'mallory'@'%'   | 'mallory'@'%' | DROP USER 'mallory'@'%'
            CREATE ROLE mallory         | mallory       | DROP ROLE mallory
            DO 1                        | PUBLIC        | DO 1
            """)
    void whoeverHasTheRoleAndIsNoSessionLosesIt(String made, String holder, String removed) throws Exception {
        apply(reading());
        server.owner(made);
        try (var session = server.session(reading())) {
            server.deployer("GRANT dpg_support_read TO " + holder);

            var found = apply(reading());

            assertEquals(
                    List.of(Effect.REPAIRS),
                    found.stream().map(GrantChange::effect).toList());
            assertTrue(
                    found.getFirst().differences().getFirst().object().startsWith("role dpg_support_read given to "),
                    found.toString());
            assertEquals(List.of(), changes(reading()));
            assertEquals("[Desk lamp]", read(session, "SELECT item FROM orders WHERE id = 1"));
        } finally {
            server.owner(removed);
        }
    }

    @Test
    void anAdministratorThatMayNotHandOutTheRoleIsFoundAndRepaired() throws Exception {
        apply(reading());
        server.deployer("REVOKE dpg_support_read FROM 'vault_admin'@'127.0.0.1'");
        assertThrows(SQLException.class, () -> server.session(reading()).close());

        apply(reading());

        server.session(reading()).close();
        assertEquals(List.of(), changes(reading()));
    }

    @Test
    void aNarrowingTakesWhatALiveSessionHad() throws Exception {
        apply(reading());
        var narrower = server.grant("support-read", """
                tables:
                  orders.orders:
                    select: [id]
                """);
        try (var session = server.session(reading())) {
            assertEquals("[Desk lamp]", read(session, "SELECT item FROM orders WHERE id = 1"));

            assertEquals(
                    List.of(Effect.NARROWS),
                    apply(narrower).stream().map(GrantChange::effect).toList());

            assertEquals("[1]", read(session, "SELECT id FROM orders WHERE id = 1"));
            assertEquals(1143, refusal(session, "SELECT item FROM orders"));
            assertEquals(1142, refusal(session, "SELECT id FROM payments"));
        }
    }

    @Test
    void aWideningSaysSo() {
        var narrower = server.grant("support-read", """
                tables:
                  orders.orders:
                    select: [id, item]
                """);
        apply(narrower);

        assertEquals(
                List.of(Effect.WIDENS),
                changes(reading()).stream().map(GrantChange::effect).toList());
    }

    @Test
    void aGrantWithoutADocumentIsRemovedWithAllThatItHad() throws Exception {
        apply(reading());
        try (var session = server.session(reading())) {
            assertEquals(
                    List.of(Effect.REMOVES),
                    apply().stream().map(GrantChange::effect).toList());
            assertEquals(1142, refusal(session, "SELECT id FROM dpg_support_read.orders"));
        }
        try (var owner = server.peer.ownerConnection("mysql")) {
            assertEquals(
                    "[]",
                    read(
                            owner,
                            "SELECT User FROM global_priv WHERE User IN ('dpg_support_read', 'dpv_support_read') UNION"
                                    + " SELECT User FROM tables_priv WHERE User IN ('dpg_support_read',"
                                    + " 'dpv_support_read') UNION SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
                                    + " WHERE SCHEMA_NAME = 'dpg_support_read'"));
        }
        try (var database = server.open()) {
            assertEquals(List.of(), database.applied());
        }
    }

    @Test
    void aTableThatSomebodyPutIntoAGrantsDatabaseIsNotDropped() throws Exception {
        apply(reading());
        server.owner("CREATE TABLE dpg_support_read.notes (a INT)");

        var refused = assertThrows(TargetException.class, () -> changes());

        assertTrue(String.valueOf(refused.getMessage()).contains("dpg_support_read: notes"), refused.getMessage());
        server.owner("DROP TABLE dpg_support_read.notes");
    }

    /** Whatever the statement at which it ends: a session has no more than one of the two texts gives, and an apply finishes it. */
    @Test
    void anApplyThatIsKilledAtAnyStatementLeavesNoMoreAndIsFinishedByTheNext() throws Exception {
        var other = server.grant("support-read", OTHER);
        apply(reading());
        var old = reachable(reading());
        apply(other);
        var next = reachable(other);
        apply(reading());
        int statements = changes(other).getFirst().statements().size();
        assertTrue(statements > 15, "few statements: " + statements);
        for (int made = 0; made <= statements; made++) {
            apply(reading());
            runFirst(made, changes(other).getFirst());
            var now = reachable(reading());
            assertTrue(
                    old.containsAll(now) || next.containsAll(now), made + " of " + statements + " statements: " + now);

            apply(other);

            assertEquals(next, reachable(other));
            assertEquals(List.of(), changes(other));
        }
    }

    @Test
    void aFirstApplyThatIsKilledIsFinishedOrRemovedByTheNext() throws Exception {
        int statements = changes(reading()).getFirst().statements().size();
        for (int made = 1; made <= statements; made++) {
            runFirst(made, changes(reading()).getFirst());
            apply();
            assertEquals(List.of(), changes());
            runFirst(made, changes(reading()).getFirst());
            apply(reading());
            assertEquals(List.of(), changes(reading()));
            apply();
        }
    }

    @Test
    void ofTwoAppliesAtOnceOneWaits() throws Exception {
        try (var second = server.open();
                var executor = Executors.newSingleThreadExecutor()) {
            Future<Boolean> waiting;
            try (var first = server.open()) {
                assertTrue(first.lock(Duration.ofSeconds(5)));
                assertFalse(second.lock(Duration.ofMillis(200)));
                waiting = executor.submit(() -> second.lock(Duration.ofSeconds(10)));
                first.carryOut(first.changes(List.of(reading())).getFirst(), (number, of, sql) -> {});
            }
            assertTrue(waiting.get());
            assertEquals(List.of(), second.changes(List.of(reading())));
        }
    }

    @Test
    void theCatalogsAndTheProbeSayTheSame() {
        var grant = server.grant("support-read", READING);
        apply(grant);
        try (var database = server.open()) {
            var worked = database.effective(grant);
            assertEquals(List.of(), worked.beyond());
            assertEquals(texts(worked.privileges()), texts(database.probe(grant).privileges()));
            assertTrue(texts(worked.privileges()).contains("select on column dpg_support_read.payments.pan"));
        }
        assertEquals(0, sessionsOf(grant));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GRANT SELECT ON orders.staff_salaries TO PUBLIC   | select on table orders.staff_salaries | REVOKE SELECT ON orders.staff_salaries FROM PUBLIC
            GRANT SELECT (phone) ON orders.customers TO PUBLIC | select on column orders.customers.phone | REVOKE SELECT (phone) ON orders.customers FROM PUBLIC
            GRANT SELECT ON orders.* TO PUBLIC                | select on database orders              | REVOKE SELECT ON orders.* FROM PUBLIC
            GRANT SHOW DATABASES ON *.* TO PUBLIC             | show databases on server *.*           | REVOKE SHOW DATABASES ON *.* FROM PUBLIC
            GRANT EXECUTE ON PROCEDURE daypass.connections TO PUBLIC | execute on function procedure daypass.connections() | REVOKE EXECUTE ON PROCEDURE daypass.connections FROM PUBLIC
            """)
    void whatEverybodyHasIsBeyondTheDocument(String given, String privilege, String taken) throws Exception {
        apply(reading());
        server.owner(given);
        try (var database = server.open()) {
            var beyond = database.effective(reading()).beyond();
            assertEquals(Set.of(privilege), texts(beyond));
            server.owner(beyond.getFirst().closing().orElseThrow());
            assertEquals(List.of(), database.effective(reading()).beyond());
            server.owner(given);
            var probed = database.probe(reading());
            assertEquals(Set.of(privilege), texts(probed.beyond()));
            assertEquals(texts(database.effective(reading()).privileges()), texts(probed.privileges()));
        } finally {
            server.owner(taken);
        }
    }

    /** Single rights in the catalogs, other words in SHOW GRANTS. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALL PRIVILEGES ON *.*",
                "ALL PRIVILEGES ON orders.*",
                "ALL PRIVILEGES ON `or%`.*",
                "ALL PRIVILEGES ON orders.staff_salaries",
                "ALL PRIVILEGES ON PROCEDURE daypass.connections",
                "EXECUTE ON daypass.*",
                "DELETE HISTORY ON orders.staff_salaries",
                "SELECT ON orders.* WITH GRANT OPTION",
                "SELECT (phone) ON orders.customers WITH GRANT OPTION",
                "USAGE ON orders.staff_salaries WITH GRANT OPTION"
            })
    void whatEverybodyHasTheProbeFindsUnderTheSameNames(String given) throws Exception {
        apply(reading());
        String right = given.replace(" WITH GRANT OPTION", "");
        boolean handed = !right.equals(given);
        server.owner("GRANT " + right + " TO PUBLIC" + (handed ? " WITH GRANT OPTION" : ""));
        try (var database = server.open()) {
            assertFalse(database.effective(reading()).beyond().isEmpty());
            assertEquals(
                    texts(database.effective(reading()).privileges()),
                    texts(database.probe(reading()).privileges()));
        } finally {
            server.owner("REVOKE ALL PRIVILEGES, GRANT OPTION FROM PUBLIC");
        }
    }

    /** Rights on tables of an account without a name are for whoever logs in without one. */
    @Test
    void aTableThatIsOpenToAnAccountWithoutANameIsNotOpenToASession() throws Exception {
        apply(reading());
        server.owner("CREATE USER ''@'%'");
        server.owner("GRANT SELECT ON orders.staff_salaries TO ''@'%'");
        try (var database = server.open()) {
            assertEquals(List.of(), database.effective(reading()).beyond());
            assertEquals(
                    texts(database.effective(reading()).privileges()),
                    texts(database.probe(reading()).privileges()));
        } finally {
            server.owner("DROP USER ''@'%'");
        }
    }

    @Test
    void aDatabaseThatIsOpenToEverybodyByAnAccountWithoutANameIsFound() throws Exception {
        apply(reading());
        server.owner("CREATE DATABASE test");
        server.owner("INSERT INTO mysql.db (Host, Db, User, Select_priv) VALUES ('%', 'test', '', 'Y')");
        server.owner("FLUSH PRIVILEGES");
        try (var database = server.open()) {
            var beyond = database.effective(reading()).beyond();
            assertEquals(Set.of("select on database test"), texts(beyond));
            assertEquals(
                    texts(database.effective(reading()).privileges()),
                    texts(database.probe(reading()).privileges()));
            for (var sql : beyond.getFirst().closing().orElseThrow().split(";", -1)) {
                server.owner(sql);
            }
            assertEquals(List.of(), database.effective(reading()).beyond());
        }
        server.owner("DROP DATABASE test");
    }

    @Test
    void whatTheOwnerLivesWithIsAccepted() throws Exception {
        apply(reading());
        server.owner("GRANT SHOW DATABASES ON *.* TO PUBLIC");
        try (var database = server.open(server.database("""
                accepts:
                  - privilege: show databases on server *.*
                    reason: names of databases are no secret here
                """))) {
            assertEquals(List.of(), database.effective(reading()).beyond());
        } finally {
            server.owner("REVOKE SHOW DATABASES ON *.* FROM PUBLIC");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'tables: {orders.orders: {select: [id], update: [item], rows: [{column: id, in: [1]}]}}' | read or written
            'tables: {orders.customers: {insert: [email, phone], update: [phone]}}'           | can read it back
            'tables: {orders.orders: {select: [id], rows: [{column: item, in: [1]}]}}'        | texts and dates in quotes
            'tables: {orders.orders: {select: [id], rows: [{column: id, in: ["1"]}]}}'        | numbers without quotes
            'tables: {orders.orders: {select: [id], rows: [{column: placed_at, from: soon}]}}' | a time in UTC
            'tables: {orders.orders: {select: [id], rows: [{column: placed_at, from: "2026-01-31T08:00:00.5Z"}]}}' | write whole seconds
            'tables: {orders.orders: {select: [id], rows: [{column: item, newerThan: 1h}]}}'  | newerThan is for
            'tables: {orders.orders: {select: [item], masks: {item: {date-truncate: year}}}}' | date-truncate is for
            'tables: {orders.orders: {select: [nothing]}}'                                    | no column orders.orders.nothing
            'tables: {orders.nowhere: {select: [id]}}'                                        | no column orders.nowhere.id
            'functions: ["orders.f()"]'                                                       | no function orders.f
            """)
    void whatMariaDbCannotKeepIsRefusedBeforeAnythingIsMade(String body, String why) {
        var refused = assertThrows(TargetException.class, () -> changes(server.grant("odd", body.replace(";;", "\n"))));

        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
        assertTrue(String.valueOf(refused.getMessage()).contains("database orders, grant odd"), refused.getMessage());
    }

    private static void runFirst(int many, GrantChange change) throws SQLException {
        try (var deployer = server.peer.connect("", server.deployer);
                var statement = deployer.createStatement()) {
            for (var sql : change.statements().subList(0, many)) {
                statement.execute(sql);
            }
        }
    }

    /** What a session reads of the values that are there, column by column, and what it may insert. */
    private static Set<String> reachable(GrantDocument grant) throws SQLException {
        var reachable = new TreeSet<String>();
        try (var session = server.session(grant)) {
            for (var column : List.of(
                    "customers.name",
                    "customers.email",
                    "customers.phone",
                    "customers.created_at",
                    "orders.customer_id",
                    "orders.item",
                    "payments.order_id",
                    "payments.pan",
                    "payments.cardholder",
                    "payments.status",
                    "refunds.id")) {
                var parts = column.split("\\.", 2);
                try {
                    String values = read(session, "SELECT DISTINCT " + parts[1] + " FROM " + parts[0]);
                    for (var value : values.substring(1, values.length() - 1).split(", ", -1)) {
                        reachable.add(column + "=" + value);
                    }
                } catch (SQLException e) {
                    // Not to be read.
                }
            }
            try (var statement = session.createStatement()) {
                statement.execute("INSERT INTO orders (item) SELECT 'x' FROM DUAL WHERE FALSE");
                reachable.add("insert into orders");
            } catch (SQLException e) {
                // Not to be written.
            }
        } catch (SQLException e) {
            // No role to be a member of, or no database to connect to: nothing.
        }
        return reachable;
    }

    private static int sessionsOf(GrantDocument grant) {
        try (var database = server.open()) {
            return database.sessions(grant.name()).size();
        }
    }

    private static Set<String> texts(List<Privilege> privileges) {
        var texts = new TreeSet<String>();
        privileges.forEach(privilege -> texts.add(privilege.text()));
        return texts;
    }

    private static int refusal(Connection session, String sql) {
        return assertThrows(SQLException.class, () -> read(session, sql)).getErrorCode();
    }

    private static String read(Connection connection, String sql) throws SQLException {
        var values = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            while (row.next()) {
                values.add(String.valueOf(row.getString(1)));
            }
        }
        return values.toString();
    }
}
