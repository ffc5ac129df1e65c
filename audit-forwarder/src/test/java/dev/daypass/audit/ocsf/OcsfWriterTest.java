package dev.daypass.audit.ocsf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daypass.audit.join.Finding;
import dev.daypass.audit.join.SessionFacts;
import dev.daypass.audit.keys.LineDigest;
import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.redact.Redaction.Rule;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Source;
import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OcsfWriterTest {
    private static final SessionId SESSION = new SessionId("01k9z3v7q2m4n5p6r8s9t0v1w2");
    private static final LogEvent EVENT =
            new LogEvent(Source.POSTGRESQL, "g", "s", "37", Instant.ofEpochMilli(1_795_000_000_123L), 2, "raw");
    private static final SessionFacts FACTS = new SessionFacts(
            "agent:support-bot",
            Optional.of("team-support"),
            GrantName.parse("orders-support-read").orElseThrow(),
            new Sha256("ab".repeat(32)));

    @Test
    void aStatementOfASession() {
        var activity = new Activity(
                Kind.DATASTORE_READ,
                Instant.parse("2026-11-23T03:10:00Z"),
                Outcome.SUCCESS,
                Optional.of("dp_" + SESSION.text()),
                Optional.of(SESSION),
                Optional.of("127.0.0.1:40112"),
                Optional.of("orders"),
                Optional.of("app"),
                Optional.of("SELECT 1"),
                Optional.empty(),
                Optional.empty(),
                Map.of("databaseSession", "6b03.7818"));

        assertEquals("""
                {"activity_id":1,"category_uid":6,"class_uid":6005,"type_uid":600501,"severity_id":1,"status_id":1,"time":1795403400000,\
                "metadata":{"version":"1.8.0","product":{"name":"PostgreSQL","vendor_name":"PostgreSQL Global Development Group"},\
                "extensions":[{"name":"daypass","uid":"990","version":"1.0.0"}],"log_provider":"postgresql","uid":"37-2","log_name":"g","logged_time":1795000000123},\
                "actor":{"user":{"name":"dp_01k9z3v7q2m4n5p6r8s9t0v1w2"},"session":{"uid":"01k9z3v7q2m4n5p6r8s9t0v1w2"}},\
                "src_endpoint":{"ip":"127.0.0.1","port":40112},"database":{"name":"app","type_id":1},"table":{"name":"orders"},"query_info":{"query_string":"SELECT 1"},\
                "raw_data":"clean","daypass":{"source":"postgresql",\
                "who":{"user":"dp_01k9z3v7q2m4n5p6r8s9t0v1w2","session":"01k9z3v7q2m4n5p6r8s9t0v1w2","agent":"agent:support-bot","owner":"team-support"},\
                "what":"datastore.read","when":"2026-11-23T03:10:00.000Z","outcome":"success","from":"127.0.0.1:40112","object":"orders",\
                "grant":"orders-support-read","grantDigest":"sha256:abababababababababababababababababababababababababababababababab",\
                "position":{"logGroup":"g","logStream":"s","time":1795000000123,"eventId":"37","index":2},\
                "message":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","ids":{"databaseSession":"6b03.7818"},"redacted":{"pan":1}}}
                """, line(activity, Optional.of(SESSION), Optional.of(FACTS), Optional.empty()));
    }

    @Test
    void whatALineDoesNotSayIsUnknownInWords() {
        var activity = Activity.unparsed(Instant.EPOCH, "why");

        assertEquals(
                """
                {"activity_id":0,"category_uid":0,"class_uid":0,"type_uid":0,"severity_id":4,"status_id":0,"time":0,\
                "metadata":{"version":"1.8.0","product":{"name":"PostgreSQL","vendor_name":"PostgreSQL Global Development Group"},\
                "extensions":[{"name":"daypass","uid":"990","version":"1.0.0"}],"log_provider":"postgresql","uid":"37-2","log_name":"g","logged_time":1795000000123},\
                "actor":{"user":{"name":"unknown"}},"src_endpoint":{"name":"unknown"},"status_detail":"why","raw_data":"clean","daypass":{"source":"postgresql",\
                "who":{"user":"unknown"},"what":"unparsed","when":"1970-01-01T00:00:00.000Z","outcome":"unknown","from":"unknown","object":"unknown",\
                "position":{"logGroup":"g","logStream":"s","time":1795000000123,"eventId":"37","index":2},\
                "message":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","redacted":{"pan":1},"finding":"login_without_intent"}}
                """, line(activity, Optional.empty(), Optional.empty(), Optional.of(Finding.LOGIN_WITHOUT_INTENT)));
    }

    private static String line(
            Activity activity, Optional<SessionId> session, Optional<SessionFacts> facts, Optional<Finding> finding) {
        var writer = new OcsfWriter(1);
        writer.write(new EventRecord(
                EVENT,
                "clean",
                activity,
                Map.of(Rule.PAN, 1),
                new LineDigest(new Sha256("cd".repeat(32)).bytes()),
                session,
                facts,
                finding));
        return new String(Arrays.copyOf(writer.buffer(), writer.length()), StandardCharsets.UTF_8);
    }
}
