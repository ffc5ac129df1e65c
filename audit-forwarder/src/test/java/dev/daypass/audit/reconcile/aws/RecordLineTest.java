package dev.daypass.audit.reconcile.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.daypass.audit.join.Finding;
import dev.daypass.audit.keys.LineDigest;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.ocsf.EventRecord;
import dev.daypass.audit.ocsf.OcsfWriter;
import dev.daypass.audit.parse.Parsers;
import dev.daypass.audit.reconcile.SealedRecord;
import dev.daypass.audit.reconcile.SealedRecord.Position;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Canary;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as the forwarder really writes them, from lines as the sources really do. */
class RecordLineTest {
    private static final Instant TIME = Instant.parse("2026-11-23T03:10:00.123Z");
    private static final Canary CANARY = new Canary("abcdefghijklmnopqrstuvwxyz");
    private static final SessionId SESSION = new SessionId("01k00000000000000000000ab1");
    private static final Sha256 MESSAGE = Sha256.of("message".getBytes(StandardCharsets.UTF_8));

    private static String forwarded(Source source, String text, Optional<Finding> finding) {
        var event = new LogEvent(source, "/logs/group", "a stream", "id-1", TIME, 0, text);
        var activity = Parsers.of(source).parse(event);
        var writer = new OcsfWriter(1024);
        writer.write(new EventRecord(
                event,
                text,
                activity,
                Map.of(),
                new LineDigest(MESSAGE.bytes()),
                activity.session(),
                Optional.empty(),
                finding));
        return new String(writer.buffer(), 0, writer.length(), StandardCharsets.UTF_8).stripTrailing();
    }

    private static SealedRecord read(Source source, String text) {
        return RecordLine.parse(source, forwarded(source, text, Optional.empty()))
                .orElseThrow();
    }

    @Test
    void aCanarysEventIsReadWithItsKindItsDatabaseAndItsMark() {
        var record = read(
                Source.DAYPASS,
                "{\"format\":\"daypass-event/1\",\"time\":\"2026-11-23T03:10:00.100Z\",\"kind\":\"canary.run\","
                        + "\"outcome\":\"success\",\"detail\":\"" + CANARY.mark() + "\",\"subject\":\"sweep\","
                        + "\"origin\":\"sweep\",\"requestId\":\"r-1\",\"object\":\"orders\"}");
        assertEquals(Optional.of("canary.run"), record.event());
        assertEquals(Optional.of(CANARY), record.canary());
        assertEquals("success", record.outcome());
        assertEquals("orders", record.object());
        assertEquals(new Position("/logs/group", "a stream", TIME), record.position());
        assertEquals(MESSAGE, record.message());
        assertEquals(Optional.empty(), record.finding());
    }

    @Test
    void aCanarysStatementIsReadWithItsLoginItsConnectionAndItsMark() {
        var record = read(
                Source.POSTGRESQL,
                "{\"timestamp\":\"2026-11-23 03:10:00.120 UTC\",\"user\":\"dpw_x\",\"dbname\":\"orders\",\"pid\":9,"
                        + "\"remote_host\":\"127.0.0.1\",\"remote_port\":4,\"session_id\":\"6b03.9\",\"line_num\":4,"
                        + "\"ps\":\"SELECT\",\"session_start\":\"2026-11-23 03:10:00 UTC\",\"error_severity\":\"LOG\","
                        + "\"message\":\"execute <unnamed>: " + CANARY.statement()
                        + "\",\"backend_type\":\"client backend\"}");
        assertEquals("dpw_x", record.user());
        assertEquals(Optional.of(CANARY), record.canary());
        assertEquals("6b03.9", record.ids().get("databaseSession"));
        assertEquals("4", record.ids().get("line"));
        assertEquals(Optional.empty(), record.event());
    }

    @Test
    void aVaultResponseIsReadWithItsSessionItsPathAndItsPhase() {
        var record = read(
                Source.VAULT_AUDIT,
                "{\"time\":\"2026-11-23T03:10:00.12Z\",\"type\":\"response\",\"auth\":{\"accessor\":\"a\",\"display_name\":"
                        + "\"token-" + SESSION + "\",\"metadata\":{\"session\":\"" + SESSION
                        + "\"}},\"request\":{\"id\":\"q-1\",\"operation\":\"read\",\"mount_point\":\"database/\","
                        + "\"path\":\"database/creds/orders\",\"remote_address\":\"127.0.0.2\",\"remote_port\":5},"
                        + "\"response\":{\"secret\":{\"lease_id\":\"database/creds/orders/x\"},\"data\":{\"username\":\"dp_"
                        + SESSION + "\"}}}");
        assertEquals(Optional.of(SESSION), record.session());
        assertEquals("database/creds/orders", record.object());
        assertEquals("response", record.ids().get("phase"));
        assertEquals("q-1", record.ids().get("request"));
        assertEquals("success", record.outcome());
    }

    @Test
    void whatTheForwarderFoundIsRead() {
        var line = forwarded(Source.MARIADB, "no line of MariaDB's", Optional.of(Finding.LOGIN_WITHOUT_INTENT));
        assertEquals(
                Optional.of("login_without_intent"),
                RecordLine.parse(Source.MARIADB, line).orElseThrow().finding());
    }

    @Test
    void aLineThatNobodyCouldParseStillHasItsPlace() {
        var record = read(Source.VAULT_SERVER, "\u0000 neither this nor that");
        assertEquals("a stream", record.position().logStream());
        assertEquals("unparsed", record.what());
    }

    @Test
    void nothingOfTheTextIsKept() {
        var record = read(Source.VAULT_SERVER, "a secret word");
        assertFalse(record.toString().contains("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "{\"daypass\":1}", "{\"daypass\":{\"message\":\"00\"}}", "{\"daypass\":{"})
    void whatIsNoRecordIsNone(String line) {
        assertEquals(Optional.empty(), RecordLine.parse(Source.POSTGRESQL, line));
    }
}
