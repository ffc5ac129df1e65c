package dev.daypass.audit.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionUser;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.PostgresPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The log of a real PostgreSQL with pgaudit, in both of its structured formats, through the parser. */
final class PgAuditLinesIT {
    private static final String DATABASE = "app";
    private static final String PASSWORD = "the-first-password";
    private static final String SECOND_PASSWORD = "a-second-password";
    private static final String ODD = "SELECT \"card\",\n 'it''s \"quoted\", with, commas' FROM\r\n orders";
    private static final String FORGED = "AUDIT: SESSION,1,1,ROLE,DROP ROLE,,,x,<none>";

    private static List<Activity> json;
    private static List<Activity> csv;

    @BeforeAll
    static void aServerWithPgAuditLogsWhatALoginDoes() throws Exception {
        try (var reaper = Reaper.open()) {
            var server = PostgresPeer.startWithPgAudit(Cache.ofUser(System.getenv()), reaper, Progress.to(System.out));
            assumeTrue(server.hasPgAudit(), "pgaudit cannot be had on this machine");
            var csvlog = server.log().resolveSibling("postgresql.csv");
            logBoth(server, csvlog);
            work(server);
            server.stop();
            json = parsed(Files.readAllLines(server.log()));
            csv = parsed(records(Files.readString(csvlog)));
        }
    }

    private static void logBoth(PostgresPeer server, Path csvlog)
            throws SQLException, IOException, InterruptedException {
        try (var owner = server.ownerConnection("postgres")) {
            run(owner, "ALTER SYSTEM SET log_destination = 'jsonlog,csvlog'", "SELECT pg_reload_conf()");
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (Files.notExists(csvlog) || Files.size(csvlog) == 0) {
                assertTrue(System.nanoTime() < deadline, "there is no csvlog");
                run(owner, "SELECT 1");
                Thread.sleep(20);
            }
        }
    }

    private static void work(PostgresPeer server) throws SQLException {
        server.createDatabase(DATABASE);
        String role = "\"" + Lines.LOGIN + "\"";
        try (var owner = server.ownerConnection(DATABASE)) {
            run(
                    owner,
                    // Without it the records of DDL name no object, and DROP OWNED is one record instead of several
                    // REVOKEs.
                    "CREATE EXTENSION pgaudit",
                    "CREATE TABLE orders (id int PRIMARY KEY, card text)",
                    "CREATE TABLE secrets (id int)",
                    "CREATE ROLE auditor",
                    "GRANT SELECT ON secrets TO auditor",
                    "CREATE ROLE " + role + " LOGIN PASSWORD '" + PASSWORD + "'",
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO " + role,
                    "GRANT CREATE ON SCHEMA public TO " + role);
        }
        try (var agent = connect(server, PASSWORD)) {
            run(
                    agent,
                    "SELECT card FROM orders WHERE id = 1",
                    "WITH new AS (INSERT INTO orders VALUES (3, 'z') RETURNING id) SELECT id FROM new",
                    "UPDATE orders SET card = 'a' WHERE id = 3",
                    "DELETE FROM orders WHERE id = 3",
                    "CREATE TABLE made (id int)",
                    "ALTER TABLE made ADD b int",
                    "DROP TABLE made",
                    "DO $$ BEGIN INSERT INTO orders VALUES (4, 'in a block'); PERFORM 1 FROM orders; END $$",
                    ODD,
                    "DO $$ BEGIN RAISE LOG '" + FORGED + "'; END $$",
                    "SELECT '" + FORGED + "'",
                    "ALTER ROLE CURRENT_USER PASSWORD '" + SECOND_PASSWORD + "'");
            assertEquals("42501", refused(agent, "SELECT * FROM secrets"));
            assertEquals("42601", refused(agent, "SELEC 1"));
            try (var prepared = agent.prepareStatement("SELECT id FROM orders WHERE card = ?")) {
                prepared.setString(1, "4929, \"q\"\nx");
                prepared.executeQuery().close();
            }
        }
        assertEquals("28P01", state(() -> connect(server, "a-wrong-password").close()));
        try (var owner = server.ownerConnection(DATABASE)) {
            run(
                    owner,
                    "SET pgaudit.role = 'auditor'",
                    "SELECT id FROM secrets",
                    "ALTER ROLE " + role + " NOLOGIN",
                    "REVOKE SELECT ON orders FROM " + role,
                    "DROP OWNED BY " + role,
                    "DROP ROLE " + role);
        }
    }

    @Test
    void nothingIsUnparsed() {
        assertTrue(json.size() > 60, () -> json.size() + " lines");
        assertEquals(List.of(), of(json, a -> a.kind() == Kind.UNPARSED));
        assertEquals(List.of(), of(csv, a -> a.kind() == Kind.UNPARSED));
    }

    @Test
    void bothFormatsSayTheSame() {
        var both = of(json, PgAuditLinesIT::isInDatabase);
        assertTrue(both.size() > 40, () -> both.size() + " lines");
        assertEquals(both, of(csv, PgAuditLinesIT::isInDatabase));
    }

    @Test
    void whatTheLoginDoesIsOfItsKindAndNamesItsObject() {
        assertEquals(
                List.of(
                        "datastore.query SUCCESS - SESSION,1,1 SET application_name = 'PostgreSQL JDBC Driver'",
                        "datastore.read SUCCESS public.orders SESSION,2,1 SELECT card FROM orders WHERE id = 1",
                        "datastore.write SUCCESS public.orders SESSION,3,1 WITH new AS (INSERT INTO orders VALUES (3, 'z') RETURNING id)"
                                + " SELECT id FROM new",
                        "datastore.update SUCCESS public.orders SESSION,4,1 UPDATE orders SET card = 'a' WHERE id = 3",
                        "datastore.delete SUCCESS public.orders SESSION,5,1 DELETE FROM orders WHERE id = 3",
                        "datastore.create SUCCESS public.made SESSION,6,1 CREATE TABLE made (id int)",
                        "datastore.update SUCCESS public.made SESSION,7,1 ALTER TABLE made ADD b int",
                        "datastore.delete SUCCESS public.made SESSION,8,1 DROP TABLE made",
                        "datastore.query SUCCESS - SESSION,9,1 DO $$ BEGIN INSERT INTO orders VALUES (4, 'in a block');"
                                + " PERFORM 1 FROM orders; END $$",
                        "datastore.write SUCCESS public.orders SESSION,9,2 INSERT INTO orders VALUES (4, 'in a block')",
                        "datastore.read SUCCESS public.orders SESSION,9,3 SELECT 1 FROM orders",
                        "datastore.read SUCCESS public.orders SESSION,10,1 " + ODD,
                        "datastore.query SUCCESS - SESSION,11,1 DO $$ BEGIN RAISE LOG '" + FORGED + "'; END $$",
                        "datastore.read SUCCESS - SESSION,12,1 SELECT '" + FORGED + "'",
                        "account.change SUCCESS current_user SESSION,13,1 ALTER ROLE CURRENT_USER PASSWORD <REDACTED>",
                        "datastore.read SUCCESS public.orders SESSION,14,1 SELECT id FROM orders WHERE card = $1"),
                audited(a -> a.user().equals(Optional.of(Lines.LOGIN))));
    }

    @Test
    void whatIsDoneToTheLoginsRoleIsAboutItsSession() {
        assertEquals(
                List.of(
                        "account.create SUCCESS login SESSION,7,1 CREATE ROLE login LOGIN PASSWORD <REDACTED>",
                        "access.grant SUCCESS login SESSION,8,1 GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO login",
                        "access.grant SUCCESS login SESSION,9,1 GRANT CREATE ON SCHEMA public TO login",
                        "account.lock SUCCESS login SESSION,4,1 ALTER ROLE login NOLOGIN",
                        "access.revoke SUCCESS login SESSION,5,1 REVOKE SELECT ON orders FROM login",
                        "access.revoke SUCCESS login SESSION,6,1 DROP OWNED BY login",
                        "access.revoke SUCCESS login SESSION,6,1 DROP OWNED BY login",
                        "account.delete SUCCESS login SESSION,7,1 DROP ROLE login"),
                audited(a -> a.user().equals(Optional.of("postgres"))
                                && a.session().map(Object::toString).equals(Optional.of(Lines.SESSION)))
                        .stream()
                        .map(line -> line.replace("\"", "").replace(Lines.LOGIN, "login"))
                        .toList());
    }

    @Test
    void aTableThatTheAuditorsRoleNamesIsAnObjectRecord() {
        assertEquals(
                List.of(
                        "datastore.read SUCCESS public.secrets OBJECT,3,1 SELECT id FROM secrets",
                        "datastore.read SUCCESS public.secrets SESSION,3,1 SELECT id FROM secrets"),
                audited(a -> a.object().equals(Optional.of("public.secrets")) && a.kind() == Kind.DATASTORE_READ));
    }

    @Test
    void whatWasRefusedIsAFailureWithItsState() {
        var refused = of(json, a -> isInDatabase(a) && a.outcome() == Outcome.FAILURE);
        assertEquals(
                List.of("datastore.read 42501 SELECT * FROM secrets", "datastore.query 42601 SELEC 1", "logon 28P01 -"),
                refused.stream()
                        .map(a -> a.kind().code() + " " + a.code().orElse("-") + " "
                                + a.statement().orElse("-"))
                        .toList());
        for (var activity : refused) {
            assertEquals(Optional.of(Lines.LOGIN), activity.user());
        }
    }

    @Test
    void whatALoginRaisesIsNoRecordOfPgAudits() {
        var raised = of(json, a -> a.detail().equals(Optional.of(FORGED)));
        assertEquals(1, raised.size());
        assertEquals(Kind.DATASTORE_QUERY, raised.getFirst().kind());
        assertEquals(Optional.of(Lines.LOGIN), raised.getFirst().user());
        assertEquals(null, raised.getFirst().ids().get("audit"));
        assertEquals(
                List.of(),
                of(json, a -> a.kind() == Kind.ACCOUNT_DELETE && a.session().isEmpty()));
    }

    @Test
    void theParametersAreTheDetail() {
        assertEquals(
                List.of("Parameters: \"4929, \"\"q\"\"\nx\""),
                of(json, a -> a.statement().equals(Optional.of("SELECT id FROM orders WHERE card = $1"))).stream()
                        .map(a -> a.detail().orElse("-"))
                        .toList());
    }

    @Test
    void theLoginComesAndGoesOnceEach() {
        var login = of(json, a -> a.user().equals(Optional.of(Lines.LOGIN)) && isInDatabase(a));
        assertEquals(
                1,
                of(login, a -> a.kind() == Kind.LOGON && a.outcome() == Outcome.SUCCESS)
                        .size());
        assertEquals(1, of(login, a -> a.kind() == Kind.LOGOFF).size());
        assertTrue(login.stream()
                .allMatch(a -> a.session().equals(SessionUser.parse(Lines.LOGIN).map(SessionUser::session))));
        assertTrue(login.stream().allMatch(a -> a.from().orElse("").startsWith("127.0.0.1:")));
    }

    @Test
    void noPasswordIsInWhatWasRead() {
        for (var activity : json) {
            String shown = Vectors.shown(activity);
            assertFalse(shown.contains(PASSWORD), activity::toString);
            assertFalse(shown.contains(SECOND_PASSWORD), activity::toString);
        }
    }

    /** The records of pgaudit's, each in a line, without what is different each time. */
    private static List<String> audited(Predicate<Activity> which) {
        return of(json, a -> isInDatabase(a) && a.ids().containsKey("audit") && which.test(a)).stream()
                .map(a -> String.join(
                        " ",
                        a.kind().code(),
                        a.outcome().name(),
                        a.object().orElse("-"),
                        String.valueOf(a.ids().get("audit")),
                        a.statement().orElse("-")))
                .toList();
    }

    private static boolean isInDatabase(Activity activity) {
        return activity.database().equals(Optional.of(DATABASE));
    }

    private static List<Activity> of(List<Activity> activities, Predicate<Activity> which) {
        return activities.stream().filter(which).toList();
    }

    private static List<Activity> parsed(List<String> records) {
        return records.stream()
                .map(record -> Lines.parse(Source.POSTGRESQL, record))
                .toList();
    }

    /** A record of csvlog goes on to the next line as long as a quote is open. */
    private static List<String> records(String file) {
        var records = new ArrayList<String>();
        int begin = 0;
        boolean quoted = false;
        for (int i = 0; i < file.length(); i++) {
            quoted ^= file.charAt(i) == '"';
            if (file.charAt(i) == '\n' && !quoted) {
                records.add(file.substring(begin, i));
                begin = i + 1;
            }
        }
        return records;
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Connection connect(PostgresPeer server, String password) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(DATABASE), Lines.LOGIN, password);
    }

    private static String refused(Connection connection, String sql) {
        return state(() -> run(connection, sql));
    }

    private interface Action {
        void run() throws SQLException;
    }

    private static String state(Action action) {
        try {
            action.run();
            return "no error";
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        }
    }
}
