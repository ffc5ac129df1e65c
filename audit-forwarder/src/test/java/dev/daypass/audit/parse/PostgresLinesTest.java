package dev.daypass.audit.parse;

import static dev.daypass.audit.parse.Lines.LOGIN;
import static dev.daypass.audit.parse.Lines.OTHER_SESSION;
import static dev.daypass.audit.parse.Lines.SESSION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgresLinesTest {
    private static Activity parse(String line) {
        return Lines.parse(Source.POSTGRESQL, line);
    }

    /** As PostgreSQL 18.6 wrote it, but for the names. */
    private static String json(String severity, String message, String more) {
        return "{\"timestamp\":\"2026-11-23 03:10:00.123 UTC\",\"user\":\"" + LOGIN
                + "\",\"dbname\":\"app\",\"pid\":30955,\"remote_host\":\"127.0.0.1\",\"remote_port\":40112,"
                + "\"session_id\":\"6b036a46.78eb\",\"line_num\":5,\"ps\":\"idle\",\"session_start\":\"2026-11-23 03:09:59 UTC\","
                + "\"vxid\":\"3/0\",\"txid\":0,\"error_severity\":\"" + severity + "\",\"message\":\""
                + Lines.escaped(message)
                + "\"," + more + "\"application_name\":\"dp_" + OTHER_SESSION
                + "\",\"backend_type\":\"client backend\",\"query_id\":0}";
    }

    private static Activity log(String message) {
        return parse(json("LOG", message, ""));
    }

    private static void assertUnparsed(String why, Activity activity) {
        assertEquals(Kind.UNPARSED, activity.kind());
        assertEquals(Optional.of(why), activity.detail());
    }

    @Test
    void aStatementIsReadWithEverythingThatItsLineSays() {
        assertEquals(
                new Activity(
                        Kind.DATASTORE_READ,
                        Instant.parse("2026-11-23T03:10:00.123Z"),
                        Outcome.UNKNOWN,
                        Optional.of(LOGIN),
                        SessionId.parse(SESSION),
                        Optional.of("127.0.0.1:40112"),
                        Optional.empty(),
                        Optional.of("app"),
                        Optional.of("SELECT 1"),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of("databaseSession", "6b036a46.78eb", "line", "5")),
                log("statement: SELECT 1"));
    }

    @Test
    void theApplicationNameIsNeverWho() {
        assertEquals(SessionId.parse(SESSION), log("statement: SELECT 1").session());
    }

    @Test
    void aPgauditRecordHasItsObjectItsStatementAndItsNumbers() {
        Activity activity = log(
                "AUDIT: SESSION,12,3,READ,SELECT,TABLE,public.orders,\"SELECT \"\"x\"\", 'a,b'\nFROM orders\",<not logged>");
        assertEquals(Kind.DATASTORE_READ, activity.kind());
        assertEquals(Outcome.SUCCESS, activity.outcome());
        assertEquals(Optional.of("public.orders"), activity.object());
        assertEquals(Optional.of("SELECT \"x\", 'a,b'\nFROM orders"), activity.statement());
        assertEquals("SESSION,12,3", activity.ids().get("audit"));
    }

    @ParameterizedTest
    @CsvSource({
        "READ,SELECT,DATASTORE_READ",
        "READ,COPY,DATASTORE_READ",
        "WRITE,COPY,DATASTORE_WRITE",
        "WRITE,INSERT,DATASTORE_WRITE",
        "WRITE,UPDATE,DATASTORE_UPDATE",
        "WRITE,DELETE,DATASTORE_DELETE",
        "WRITE,TRUNCATE TABLE,DATASTORE_DELETE",
        "DDL,CREATE TABLE,DATASTORE_CREATE",
        "DDL,ALTER TABLE,DATASTORE_UPDATE",
        "DDL,DROP TABLE,DATASTORE_DELETE",
        "ROLE,CREATE ROLE,ACCOUNT_CREATE",
        "ROLE,ALTER ROLE,ACCOUNT_CHANGE",
        "ROLE,DROP ROLE,ACCOUNT_DELETE",
        "DDL,DROP OWNED,ACCOUNT_DELETE",
        "ROLE,GRANT,ACCESS_GRANT",
        "ROLE,GRANT ROLE,ACCESS_GRANT",
        "ROLE,REVOKE ROLE,ACCESS_REVOKE",
        "FUNCTION,EXECUTE,DATASTORE_QUERY",
        "FUNCTION,DO,DATASTORE_QUERY",
        "MISC,FETCH,DATASTORE_QUERY",
        "MISC_SET,SET,DATASTORE_QUERY",
        "DDL,CREATE USER MAPPING,DATASTORE_CREATE"
    })
    void pgauditsCommandDecidesTheKind(String auditClass, String command, Kind kind) {
        assertEquals(
                kind,
                log("AUDIT: OBJECT,1,1," + auditClass + "," + command + ",,,x,<none>")
                        .kind());
    }

    @Test
    void aPgauditRecordThatIsCutShortKeepsWhoseItIs() {
        Activity activity = log("AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.orders,\"SELECT 1");
        assertUnparsed("pgaudit: a quoted field without an end", activity);
        assertEquals(SessionId.parse(SESSION), activity.session());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT 1|DATASTORE_READ",
                "/* and /* one inside */ DELETE */ select 1;|DATASTORE_READ",
                "(SELECT 1) UNION SELECT 2|DATASTORE_READ",
                "INSERT INTO t VALUES (1)|DATASTORE_WRITE",
                "UPDATE t SET a = 1|DATASTORE_UPDATE",
                "DELETE FROM t|DATASTORE_DELETE",
                "TRUNCATE t|DATASTORE_DELETE",
                "MERGE INTO t USING u ON true|DATASTORE_WRITE",
                "COPY t TO STDOUT|DATASTORE_READ",
                "COPY (SELECT a FROM t) TO STDOUT|DATASTORE_READ",
                "COPY t FROM STDIN|DATASTORE_WRITE",
                "WITH a AS (SELECT 1) SELECT * FROM a|DATASTORE_READ",
                "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a|DATASTORE_WRITE",
                "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a|DATASTORE_QUERY",
                "SELECT 1; DELETE FROM t|DATASTORE_QUERY",
                "SELECT ';'; |DATASTORE_READ",
                "SELECT $q$; DELETE FROM t$q$|DATASTORE_READ",
                "SELECT E'\\'; DELETE FROM t --'|DATASTORE_READ",
                "SELECT '\\'; DELETE FROM t --'|DATASTORE_QUERY",
                "SELECT \"a;b\" FROM t|DATASTORE_READ",
                "CREATE TABLE t (a int)|DATASTORE_CREATE",
                "CREATE OR REPLACE VIEW v AS SELECT 1|DATASTORE_CREATE",
                "CREATE USER MAPPING FOR u SERVER s|DATASTORE_CREATE",
                "ALTER TABLE t ADD b int|DATASTORE_UPDATE",
                "DROP TABLE t|DATASTORE_DELETE",
                "SET search_path = x|DATASTORE_QUERY",
                "SET PASSWORD = 'x'|DATASTORE_QUERY",
                "RENAME USER u TO v|DATASTORE_QUERY",
                "EXPLAIN ANALYZE DELETE FROM t|DATASTORE_QUERY",
                "DO $$ BEGIN DELETE FROM t; END $$|DATASTORE_QUERY",
                "' unterminated|DATASTORE_QUERY",
                "/* unterminated|DATASTORE_QUERY"
            })
    void theVerbOfAStatementDecidesTheKind(String sql, Kind kind) {
        assertEquals(kind, log("statement: " + sql).kind());
    }

    @Test
    void aCommentEndsWithItsLine() {
        assertEquals(
                Kind.DATASTORE_DELETE,
                log("statement: -- SELECT\nDELETE FROM t").kind());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE ROLE \"%s\" LOGIN PASSWORD 'x' VALID UNTIL 'y'|ACCOUNT_CREATE",
                "create user %s|ACCOUNT_CREATE",
                "ALTER ROLE \"%s\" NOLOGIN|ACCOUNT_LOCK",
                "ALTER ROLE \"%s\" VALID UNTIL 'NOLOGIN'|ACCOUNT_CHANGE",
                "ALTER ROLE \"%s\" SET log_statement = 'all'|ACCOUNT_CHANGE",
                "DROP ROLE IF EXISTS \"%s\"|ACCOUNT_DELETE",
                "DROP USER \"%s\"|ACCOUNT_DELETE",
                "DROP OWNED BY \"%s\"|ACCOUNT_DELETE",
                "GRANT \"dpg_orders TO x\" TO \"%s\"|ACCESS_GRANT",
                "GRANT SELECT ON t TO GROUP \"%s\" WITH GRANT OPTION|ACCESS_GRANT",
                "REVOKE ALL ON t FROM \"%s\"|ACCESS_REVOKE"
            })
    void aStatementThatManagesASessionsRoleIsAboutThatSession(String sql, Kind kind) {
        Activity activity = parse(byAdministrator("LOG", "statement: " + sql.formatted(LOGIN)));
        assertEquals(kind, activity.kind());
        assertEquals(Optional.of(LOGIN), activity.object());
        assertEquals(SessionId.parse(SESSION), activity.session());
        assertEquals(Optional.of("dp_admin"), activity.user());
    }

    @Test
    void aStatementThatManagesNoSessionsRoleIsAboutNoSession() {
        Activity activity = parse(byAdministrator("LOG", "statement: DROP ROLE \"" + LOGIN + "0\""));
        assertEquals(Optional.of(LOGIN + "0"), activity.object());
        assertEquals(Optional.empty(), activity.session());
    }

    @Test
    void aSessionThatNamesAnotherSessionsRoleStaysItself() {
        Activity activity = log("statement: DROP ROLE dp_" + OTHER_SESSION);
        assertEquals(SessionId.parse(SESSION), activity.session());
    }

    @Test
    void pgauditNamesTheRoleThatIsLocked() {
        Activity activity = parse(byAdministrator(
                "LOG",
                "AUDIT: SESSION,4,1,ROLE,ALTER ROLE,,,\"ALTER ROLE \"\"" + LOGIN + "\"\" NOLOGIN\",<not logged>"));
        assertEquals(Kind.ACCOUNT_LOCK, activity.kind());
        assertEquals(SessionId.parse(SESSION), activity.session());
    }

    /** As pgaudit 18.0 writes it in a database that has the extension, and in one that has not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"REVOKE|TABLE|ACCESS_REVOKE", "REVOKE|SCHEMA|ACCESS_REVOKE", "DROP OWNED||ACCOUNT_DELETE"})
    void pgauditNamesTheRoleWhoseRightsAreDropped(String command, @Nullable String type, Kind kind) {
        Activity activity = parse(byAdministrator(
                "LOG",
                "AUDIT: SESSION,9,1,ROLE," + command + "," + (type == null ? "" : type) + ",,\"DROP OWNED BY \"\""
                        + LOGIN + "\"\"\",<none>"));
        assertEquals(kind, activity.kind());
        assertEquals(Optional.of(LOGIN), activity.object());
        assertEquals(SessionId.parse(SESSION), activity.session());
    }

    @Test
    void pgauditsRevokeIsAboutNobodyWhomItsStatementOnlyCreates() {
        Activity activity =
                parse(byAdministrator("LOG", "AUDIT: SESSION,9,1,ROLE,REVOKE,TABLE,,CREATE ROLE " + LOGIN + ",<none>"));
        assertEquals(Kind.ACCESS_REVOKE, activity.kind());
        assertEquals(Optional.empty(), activity.session());
    }

    private static String byAdministrator(String severity, String message) {
        return json(severity, message, "").replace("\"user\":\"" + LOGIN, "\"user\":\"dp_admin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connection received: host=127.0.0.1 port=40112|SERVER_MESSAGE|UNKNOWN",
                "connection authenticated: identity=\"x\" method=scram-sha-256 (hba.conf:2)|LOGON|UNKNOWN",
                "connection authorized: user=x database=app|LOGON|SUCCESS",
                "connection ready: setup total=10.781 ms, fork=0.5 ms, authentication=5 ms|SERVER_MESSAGE|UNKNOWN",
                "disconnection: session time: 0:00:00.010 user=x database=app host=127.0.0.1 port=40112|LOGOFF|SUCCESS",
                "checkpoint starting: time|SERVER_MESSAGE|UNKNOWN",
                "duration: 0.1 ms  statement: SELECT 1|DATASTORE_READ|SUCCESS",
                "duration: 0.1 ms|DATASTORE_QUERY|SUCCESS"
            })
    void theServersOwnMessagesAreKnownByTheirBeginning(String message, Kind kind, Outcome outcome) {
        Activity activity = log(message);
        assertEquals(kind, activity.kind());
        assertEquals(outcome, activity.outcome());
    }

    @Test
    void aConnectionThatIsReceivedComesFromWhereItsMessageSays() {
        String line = json("LOG", "connection received: host=::1 port=40113", "")
                .replace("\"remote_host\":\"127.0.0.1\",\"remote_port\":40112,", "");
        assertEquals(Optional.of("[::1]:40113"), parse(line).from());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "password authentication failed for user \"x\"|28P01|LOGON",
                "role \"x\" does not exist|28000|LOGON",
                "no pg_hba.conf entry for host \"1.2.3.4\"|28000|LOGON",
                "role \"x\" is not permitted to log in|28000|LOGON",
                "too many connections for role \"x\"|53300|LOGON",
                "permission denied for database \"x\"|42501|LOGON",
                "terminating connection due to administrator command|57P01|DATASTORE_QUERY"
            })
    void aFatalErrorIsAFailedLoginByItsState(String message, String state, Kind kind) {
        Activity activity = parse(json("FATAL", message, "\"state_code\":\"" + state + "\","));
        assertEquals(kind, activity.kind());
        assertEquals(Outcome.FAILURE, activity.outcome());
        assertEquals(Optional.of(state), activity.code());
        assertEquals(SessionId.parse(SESSION), activity.session());
    }

    @Test
    void anErrorFailsTheStatementThatItEnded() {
        Activity activity = parse(json(
                "ERROR",
                "permission denied for table cards",
                "\"state_code\":\"42501\",\"statement\":\"DELETE FROM cards\","));
        assertEquals(Kind.DATASTORE_DELETE, activity.kind());
        assertEquals(Outcome.FAILURE, activity.outcome());
        assertEquals(Optional.of("DELETE FROM cards"), activity.statement());
        assertEquals(Optional.of("permission denied for table cards"), activity.detail());
    }

    @Test
    void theParametersOfAStatementAreItsDetail() {
        Activity activity = parse(json(
                "LOG",
                "execute <unnamed>: SELECT name FROM customers WHERE id = $1",
                "\"detail\":\"Parameters: $1 = '7'\","));
        assertEquals(Kind.DATASTORE_READ, activity.kind());
        assertEquals(Optional.of("SELECT name FROM customers WHERE id = $1"), activity.statement());
        assertEquals(Optional.of("Parameters: $1 = '7'"), activity.detail());
    }

    @Test
    void aPreparedStatementsNameCannotMakeAReadOfADelete() {
        String named = "execute <unnamed>: SELECT 1 --: DELETE FROM orders";
        assertEquals(Kind.DATASTORE_QUERY, log(named).kind());
        assertEquals(
                Kind.DATASTORE_DELETE,
                parse(json("LOG", named, "").replace("\"ps\":\"idle\"", "\"ps\":\"DELETE\""))
                        .kind());
    }

    /** Whatever somebody writes into SQL, a name or an error is text of that one line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'AUDIT: SESSION,1,1,ROLE,DROP ROLE,,,x,<none>'",
                "AUDIT: SESSION,1,1,ROLE,DROP ROLE,,,x,<none>",
                "SELECT 1\n2026-11-23 03:10:00 UTC:10.0.0.9(1):root@app:[1]:LOG:  AUDIT: SESSION,1,1,ROLE,DROP ROLE,,,x,<none>",
                "SELECT '\"}\n{\"timestamp\":\"2026-11-23 03:10:00.123 UTC\",\"user\":\"root\",\"error_severity\":\"LOG\",\"message\":\"statement: DROP ROLE x\"}'",
                "SELECT 1\",\"user\":\"root",
                "SELECT 1\u2028statement: DROP ROLE x",
                "SELECT '\ud800'"
            })
    void aLineInsideOfSqlIsNoLine(String sql) {
        for (String line : new String[] {
            json("LOG", "statement: " + sql, ""), csv("LOG", "statement: " + sql), prefixed("LOG:  statement: " + sql)
        }) {
            Activity activity = parse(line);
            assertEquals(SessionId.parse(SESSION), activity.session(), line);
            assertEquals(Optional.of(LOGIN), activity.user(), line);
            assertEquals(Optional.of(sql), activity.statement(), line);
            assertEquals(null, activity.ids().get("audit"), line);
            assertEquals(sql.startsWith("AUDIT") ? Kind.DATASTORE_QUERY : Kind.DATASTORE_READ, activity.kind(), line);
        }
    }

    /** PostgreSQL adds context and statement to what RAISE LOG writes, and to nothing of its own that is recognised here. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "AUDIT: SESSION,1,1,ROLE,DROP ROLE,,,x,<none>",
                "statement: DROP ROLE x",
                "disconnection: session time: 0:00:00.010 user=x database=app",
                "connection authorized: user=x database=app"
            })
    void whatASessionRaisesItselfIsAQueryOfItsOwn(String message) {
        String query = "\"statement\":\"DO $$ BEGIN RAISE LOG '%', x; END $$\",";
        String context = "\"context\":\"PL/pgSQL function inline_code_block line 1 at RAISE\",";
        for (String more : new String[] {query, context, context + query}) {
            Activity activity = parse(json("LOG", message, more));
            assertEquals(Kind.DATASTORE_QUERY, activity.kind());
            assertEquals(Outcome.UNKNOWN, activity.outcome());
            assertEquals(Optional.of(message), activity.detail());
        }
    }

    @Test
    void onlyALogLineIsAPgauditRecord() {
        Activity activity = parse(json("WARNING", "AUDIT: SESSION,1,1,ROLE,DROP ROLE,,,x,<none>", ""));
        assertEquals(Kind.SERVER_MESSAGE, activity.kind());
    }

    /** As PostgreSQL 18 writes it: 26 columns. */
    private static String csv(String severity, String message) {
        return "2026-11-23 03:10:00.123 UTC,\"" + LOGIN
                + "\",\"app\",30955,\"127.0.0.1:40112\",6b036a46.78eb,5,\"idle\",2026-11-23 03:09:59 UTC,3/0,0,"
                + severity
                + ",00000,\"" + message.replace("\"", "\"\"") + "\",,,,,,,,,\"dp_" + OTHER_SESSION
                + "\",\"client backend\",,0";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "statement: SELECT 1",
                "AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.orders,\"SELECT \"\"x\"\", 'a,b'\n\",<not logged>",
                "disconnection: session time: 0:00:00.010 user=x database=app host=127.0.0.1 port=40112"
            })
    void csvlogSaysWhatJsonlogSays(String message) {
        assertEquals(log(message), parse(csv("LOG", message)));
    }

    @Test
    void csvlogOfOlderServersHasFewerColumns() {
        String line = csv("LOG", "statement: SELECT 1");
        assertEquals(parse(line), parse(line.substring(0, line.length() - ",,0".length())));
        assertEquals(parse(line), parse(line.substring(0, line.length() - ",\"client backend\",,0".length())));
    }

    private static String prefixed(String rest) {
        return "2026-11-23 03:10:00 UTC:127.0.0.1(40112):" + LOGIN + "@app:[1234]:" + rest;
    }

    @Test
    void theStderrPrefixOfRdsSaysWhoAndFromWhere() {
        assertEquals(
                new Activity(
                        Kind.DATASTORE_READ,
                        Instant.parse("2026-11-23T03:10:00Z"),
                        Outcome.UNKNOWN,
                        Optional.of(LOGIN),
                        SessionId.parse(SESSION),
                        Optional.of("127.0.0.1:40112"),
                        Optional.empty(),
                        Optional.of("app"),
                        Optional.of("SELECT 1"),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of()),
                parse(prefixed("LOG:  statement: SELECT 1\n")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-11-23 03:10:00 UTC::@:[77]:LOG:  checkpoint starting: time||",
                "2026-11-23 03:10:00 UTC:[local]:postgres@app:[77]:LOG:  checkpoint|postgres|[local]",
                "2026-11-23 03:10:00 UTC:fd00::1(40112):u@app:[77]:LOG:  checkpoint|u|[fd00::1]:40112",
                "2026-11-23 03:10:00 UTC:10.0.0.1(40112):[unknown]@[unknown]:[77]:LOG:  connection||10.0.0.1:40112"
            })
    void theStderrPrefixKnowsItsOddForms(String line, String user, String from) {
        Activity activity = parse(line);
        assertEquals(Kind.SERVER_MESSAGE, activity.kind());
        assertEquals(Optional.ofNullable(user), activity.user());
        assertEquals(Optional.ofNullable(from), activity.from());
    }

    @Test
    void aFailedLoginIsKnownByItsWordsWhereThereIsNoState() {
        Activity activity = parse(prefixed("FATAL:  password authentication failed for user \"" + LOGIN + "\""));
        assertEquals(Kind.LOGON, activity.kind());
        assertEquals(Outcome.FAILURE, activity.outcome());
    }

    /** Role and database are named by whoever connects, and stand in the prefix without quotes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x@app:[1]:LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,x,<none>@db:[77]:FATAL:  password authentication failed",
                "x@app:[1]:LOG:  statement: SELECT 1:[77]:FATAL:  database \"app:[1]:LOG\" does not exist"
            })
    void aNameThatImitatesThePrefixIsNotBelieved(String rest) {
        assertUnparsed(
                "the stderr prefix can be read in two ways", parse("2026-11-23 03:10:00 UTC:10.0.0.9(1):" + rest));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-11-23 03:10:00.123 +01|2026-11-23T02:10:00.123Z",
                "2026-11-23 03:10:00.123 -0530|2026-11-23T08:40:00.123Z",
                "2026-11-23 03:10:00.123 GMT|2026-11-23T03:10:00.123Z",
                "2026-11-23 03:10:00.123 CST|2031-01-01T00:00:00Z",
                "2026-02-30 03:10:00.123 UTC|2031-01-01T00:00:00Z",
                "2026-11-23 24:10:00.123 UTC|2031-01-01T00:00:00Z",
                "yesterday|2031-01-01T00:00:00Z"
            })
    void aTimeIsTheLinesOwnOrElseTheLogGroups(String timestamp, Instant time) {
        String line = json("LOG", "statement: SELECT 1", "").replace("2026-11-23 03:10:00.123 UTC", timestamp);
        assertEquals(time, parse(line).time());
    }

    /** Each differs from a good line in one place. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"line_num\":5|\"line_num\":\"5\"|member line_num is not a whole number",
                "\"line_num\":5|\"line_num\":5,\"line_num\":6|member line_num twice",
                "\"user\":|\"user\":\"x\",\"user\":|member user twice",
                "\"dbname\":\"app\"|\"dbname\":7|member dbname is not a text",
                "\"message\":|\"massage\":|no member message",
                "\"error_severity\":|\"severity\":|no member error_severity",
                "\"timestamp\":|\"time\":|no member timestamp",
                "\"query_id\":0}|\"query_id\":0|JSON cut short",
                "\"query_id\":0}|\"query_id\":0}{}|text after the JSON object",
                "\"query_id\":0|\"query_id\":nil|malformed JSON"
            })
    void aFaultInJsonlogIsNamed(String good, String bad, String why) {
        String line = json("LOG", "statement: SELECT 1", "");
        assertNotEquals(line, line.replace(good, bad));
        assertUnparsed(why, parse(line.replace(good, bad)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",,0|,0|too few columns",
                ",,0|,,0,|too many columns",
                "\"statement: SELECT 1\"|\"statement: SELECT 1|text after a closing quote",
                "\"statement: SELECT 1\"|\"statement: \"SELECT 1\"|text after a closing quote",
                "\"statement: SELECT 1\"|statement: \"SELECT 1|a quote or line break in a field without quotes",
                "\"client backend\",,0|\"client backend|a quoted field without an end"
            })
    void aFaultInCsvlogIsNamed(String good, String bad, String why) {
        String line = csv("LOG", "statement: SELECT 1");
        assertNotEquals(line, line.replace(good, bad));
        assertUnparsed(why, parse(line.replace(good, bad)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UTC:|UTC;|no peer in the stderr prefix",
                "(40112)|(40112|no peer in the stderr prefix",
                "(40112)|()):|no peer in the stderr prefix",
                "[1234]|[12x4]|no process and severity after the stderr prefix",
                "LOG:  |LOUD:  |no process and severity after the stderr prefix",
                "@app|.app|no one user and database in the stderr prefix",
                "@app|@a@pp|no one user and database in the stderr prefix"
            })
    void aFaultInTheStderrPrefixIsNamed(String good, String bad, String why) {
        String line = prefixed("LOG:  statement: SELECT 1");
        assertNotEquals(line, line.replace(good, bad));
        assertUnparsed(why, parse(line.replace(good, bad)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SESSION,|SESSIONS,|pgaudit: neither SESSION nor OBJECT",
                "SESSION,1|SESSION,one|pgaudit: a number that is none",
                "READ|RED|pgaudit: no class of pgaudit's",
                ",<none>|''|pgaudit: too few fields",
                ",<none>|,<none>,1,1|pgaudit: too many fields",
                ",<none>|,<none>,one|pgaudit: a number that is none"
            })
    void aFaultInAPgauditRecordIsNamed(String good, String bad, String why) {
        String message = "AUDIT: SESSION,1,1,READ,SELECT,,,SELECT 1,<none>";
        assertNotEquals(message, message.replace(good, bad));
        assertUnparsed(why, log(message.replace(good, bad)));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\tFROM orders", "LOG:  statement: SELECT 1", "2026-11-23", "\u0000"})
    void aLineOfNoFormatIsUnparsed(String line) {
        assertUnparsed("neither jsonlog nor csvlog nor the stderr prefix", parse(line));
    }
}
