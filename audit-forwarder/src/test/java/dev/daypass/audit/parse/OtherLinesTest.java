package dev.daypass.audit.parse;

import static dev.daypass.audit.parse.Lines.LOGIN;
import static dev.daypass.audit.parse.Lines.SESSION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to MariaDB, OpenBao's server log and Daypass's own events; their good lines are the vectors. */
final class OtherLinesTest {
    private static final String QUERY = "20261123 03:10:00,vm," + LOGIN + ",127.0.0.1,9,58,QUERY,app,'select 1',0";
    private static final String EXPIRED =
            "2026-11-23T03:10:00.123Z [INFO]  expiration: revoked lease: lease_id=database/creds/orders/abc";
    private static final String EVENT =
            "{\"format\":\"daypass-event/1\",\"time\":\"2026-11-23T03:10:00.5Z\",\"kind\":\"session.vend\","
                    + "\"outcome\":\"success\",\"subject\":\"support\",\"agent\":\"agent:a\",\"origin\":\"203.0.113.7\",\"requestId\":\"r-1\","
                    + "\"session\":\"" + SESSION + "\",\"object\":\"orders\"}";

    private static Activity changed(Source source, String line, String good, String other) {
        assertNotEquals(line, line.replace(good, other));
        return Lines.parse(source, line.replace(good, other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "',0|',0,1|a number that is none",
                "',0||a statement without an end",
                "',0|'|no code after the object",
                "',0|'x,0|no code after the object",
                ",app,'select 1',0||too few columns",
                "20261123 |2026-11-23 |no time at the beginning",
                "20261123 |20261131 |no time at the beginning",
                ",58,|,x,|a number that is none",
                "QUERY|QUERIES|no operation of server_audit's",
                "127.0.0.1|127.0.0.1,|a number that is none"
            })
    void aFaultInServerAuditIsNamed(String good, String bad, String why) {
        Activity activity = changed(Source.MARIADB, QUERY, good, bad == null ? "" : bad);
        assertEquals(Optional.of(why), activity.detail());
        assertEquals(Kind.UNPARSED, activity.kind());
    }

    /** The plug-in does not quote names: this one tries to be a line of somebody else. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                LOGIN + ",10.0.0.1,5,6,QUERY,app,'drop table x',0",
                LOGIN + ",10.0.0.1,5,6,QUERY,app,'sel",
                LOGIN + ",10.0.0.1,5,6,READ,app,orders,",
                LOGIN + ",10.0.0.1,5,6,CONNECT,app,,0"
            })
    void aNameWithCommasIsNobodysLine(String name) {
        Activity activity =
                Lines.parse(Source.MARIADB, "20261123 03:10:00,vm," + name + ",127.0.0.1,9,0,FAILED_CONNECT,app,,1045");
        assertEquals(Kind.UNPARSED, activity.kind());
        assertEquals(Optional.empty(), activity.session());
    }

    /** As MariaDB 10.11.19 wrote them of one login: a limit of the source, of which two unparsed lines are the only trace. */
    @Test
    void aNameWithALineBreakThatForgesALineLeavesUnparsedPiecesAroundIt() {
        var pieces = ("20261123 05:05:10,vm,x\n"
                        + "20261123 05:05:00,vm," + LOGIN + ",10.0.0.9,5,99,QUERY,app,'DROP TABLE t',0\n"
                        + ",127.0.0.1,3,0,FAILED_CONNECT,,,1045")
                .split("\n", -1);
        assertEquals(Kind.UNPARSED, Lines.parse(Source.MARIADB, pieces[0]).kind());
        assertEquals(
                Kind.DATASTORE_DELETE, Lines.parse(Source.MARIADB, pieces[1]).kind());
        assertEquals(Kind.UNPARSED, Lines.parse(Source.MARIADB, pieces[2]).kind());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "select \"\\\"; delete from t -- \"|DATASTORE_READ",
                "select `a;b` from t # ; delete|DATASTORE_READ",
                "/*! delete from t */|DATASTORE_QUERY",
                "select 1 /*! ; delete from t */|DATASTORE_QUERY",
                "/* a */ replace into t values (1)|DATASTORE_WRITE"
            })
    void mariadbsSqlHasItsOwnMarks(String sql, Kind kind) {
        String object = sql.replace("\\", "\\\\").replace("'", "\\'");
        assertEquals(kind, changed(Source.MARIADB, QUERY, "select 1", object).kind());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SET PASSWORD = PASSWORD(*****)|ACCOUNT_CHANGE|current_user",
                "set password for 'u'@'127.0.0.1' = password(*****)|ACCOUNT_CHANGE|u",
                "RENAME USER `u`@`127.0.0.1` TO v|ACCOUNT_CHANGE|u",
                "RENAME TABLE u TO v|DATASTORE_UPDATE|app",
                "SET @password = 1|DATASTORE_QUERY|app",
                "SET ROLE password|DATASTORE_QUERY|app",
                "SET PASSWORD = PASSWORD(*****); DELETE FROM t|DATASTORE_QUERY|app"
            })
    void mariadbHasStatementsOfItsOwnThatManageAccounts(String sql, Kind kind, String object) {
        Activity activity = changed(Source.MARIADB, QUERY, "select 1", sql.replace("'", "\\'"));
        assertEquals(kind, activity.kind());
        assertEquals(object, activity.object().or(activity::database).orElseThrow());
    }

    @Test
    void anAdministratorsStatementAboutASessionsPasswordIsAboutThatSession() {
        for (var sql : List.of("SET PASSWORD FOR \\'" + LOGIN + "\\' = *****", "RENAME USER " + LOGIN + " TO x")) {
            Activity activity =
                    Lines.parse(Source.MARIADB, "20261123 03:10:00,vm,root,127.0.0.1,9,58,QUERY,app,'" + sql + "',0");
            assertEquals(SessionId.parse(SESSION), activity.session(), sql);
            assertEquals(Optional.of("root"), activity.user());
        }
    }

    @Test
    void aLeaseThatCouldNotBeRevokedIsAFailure() {
        Activity activity = changed(
                Source.VAULT_SERVER,
                EXPIRED,
                "[INFO]  expiration: revoked lease: lease_id=database/creds/orders/abc",
                "[ERROR] expiration: failed to revoke lease: lease_id=database/creds/orders/abc error=\"dial: \\\"no\\\" route\"");
        assertEquals(Kind.API_DELETE, activity.kind());
        assertEquals(Outcome.FAILURE, activity.outcome());
        assertEquals("database/creds/orders/abc", activity.ids().get("lease"));
        assertEquals(Optional.of("dial: \\\"no\\\" route"), activity.detail());
    }

    @ParameterizedTest
    @ValueSource(strings = {"core: ", "core: expiration: ", "expiration.job-manager: "})
    void onlyTheModuleOfExpiryEndsALease(String module) {
        Activity activity = changed(Source.VAULT_SERVER, EXPIRED, "expiration: ", module);
        assertEquals(Kind.SERVER_MESSAGE, activity.kind());
        assertEquals(null, activity.ids().get("lease"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[INFO]|(INFO)|no time and level at the beginning",
                "[INFO]|[LOUD]|no time and level at the beginning",
                "2026-11-23T|yesterday T|no time and level at the beginning"
            })
    void aFaultInTheServerLogIsNamed(String good, String bad, String why) {
        Activity activity = changed(Source.VAULT_SERVER, EXPIRED, good, bad);
        assertEquals(Optional.of(why), activity.detail());
        assertEquals(Kind.UNPARSED, activity.kind());
    }

    @Test
    void anEventWithoutAnAgentIsItsSubjects() {
        assertEquals(
                Optional.of("support"),
                changed(Source.DAYPASS, EVENT, "\"agent\":\"agent:a\",", "").user());
        assertEquals(Optional.of("agent:a"), Lines.parse(Source.DAYPASS, EVENT).user());
        assertEquals(
                SessionId.parse(SESSION), Lines.parse(Source.DAYPASS, EVENT).session());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "session.vend|session.lend|no kind of Daypass's",
                "\"success\"|\"perhaps\"|neither success nor failure",
                "\"kind\":|\"sort\":|no member kind",
                "\"time\":|\"when\":|no member time",
                "\"origin\":|\"from\":|no member origin",
                "\"requestId\":|\"request\":|no member requestId",
                "\"object\":|\"what\":|no member object",
                "\"origin\":\"203.0.113.7\"|\"origin\":5|member origin is not a text",
                "\"origin\":|\"origin\":\"x\",\"origin\":|member origin twice",
                "\"orders\"}|\"orders\"|JSON cut short",
                "daypass-event/1|daypass-event/2|neither an event of Daypass's nor a line of Lambda's",
                "{\"format\"|{ \"format\"|neither an event of Daypass's nor a line of Lambda's"
            })
    void aFaultInAnEventIsNamed(String good, String bad, String why) {
        Activity activity = changed(Source.DAYPASS, EVENT, good, bad);
        assertEquals(Optional.of(why), activity.detail());
        assertEquals(Kind.UNPARSED, activity.kind());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"time\":\"x\",\"type\":\"application\"}|neither an event of Daypass's nor a line of Lambda's",
                "{\"time\":\"x\",\"type\":\"platform.start\"|JSON cut short",
                "{\"_aws\":{},\"a\":1|JSON cut short"
            })
    void whatOnlyLooksLikeLambdasIsUnparsed(String line, String why) {
        assertEquals(Optional.of(why), Lines.parse(Source.DAYPASS, line).detail());
    }

    @Test
    void objectsThatAreNoEventsHaveNoParser() {
        assertThrows(IllegalArgumentException.class, () -> Parsers.of(Source.INTENTS));
    }

    @Test
    void aFaultOfAParserCostsOneLine() {
        LineParser failing = event -> {
            throw new IllegalStateException("a fault");
        };
        assertEquals(
                Activity.unparsed(Lines.DELIVERED, Parsers.PARSER_FAILED),
                Parsers.guarded(failing).parse(Lines.event(Source.MARIADB, QUERY)));
    }
}
