package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.evidence.Source;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRecord.class)
@DisplayName("7. Every stored record has the six fields")
class EveryStoredRecordHasTheSixFieldsIT {
    private static final List<String> FIELDS = List.of(
            "/daypass/who/user",
            "/daypass/what",
            "/daypass/when",
            "/daypass/outcome",
            "/daypass/from",
            "/daypass/object");

    private final LocalDaypass daypass;

    EveryStoredRecordHasTheSixFieldsIT(LocalDaypass daypass) {
        this.daypass = daypass;
    }

    @Test
    void everyRecordOfEverySourceHasAllSixInWords() throws Exception {
        Recorded.session(daypass, sql -> sql.executeQuery("SELECT count(*) FROM orders"));

        int seen = 0;
        for (var source : List.of(Source.DAYPASS, Source.VAULT_AUDIT, Source.VAULT_SERVER, Source.POSTGRESQL)) {
            var records = daypass.record().records(source);
            assertFalse(records.isEmpty(), source.code());
            for (var record : records) {
                for (var field : FIELDS) {
                    assertFalse(record.at(field).asText().isBlank(), () -> field + " of " + record);
                }
                Instant.parse(record.at("/daypass/when").asText());
                assertTrue(
                        Set.of("success", "failure", "unknown")
                                .contains(record.at("/daypass/outcome").asText()),
                        record::toString);
                seen++;
            }
        }
        assertTrue(seen > 100, seen + " records");
    }

    @Test
    void everythingThatASessionDidLeadsToItsAgentOwnerAndGrant() throws Exception {
        var session = Recorded.session(daypass, sql -> sql.executeQuery("SELECT count(*) FROM orders"))
                .text("session");

        for (var source : List.of(Source.DAYPASS, Source.VAULT_AUDIT, Source.POSTGRESQL)) {
            var records = Recorded.of(daypass, source, session);
            assertFalse(records.isEmpty(), source.code());
            for (var record : records) {
                assertEquals(
                        "agent:support-bot", record.at("/daypass/who/agent").asText(), record::toString);
                assertFalse(record.at("/daypass/who/owner").asText().isEmpty(), record::toString);
                assertEquals("orders-support-read", record.at("/daypass/grant").asText());
                assertTrue(record.at("/daypass/grantDigest").asText().startsWith("sha256:"));
            }
        }
        assertEquals(
                Set.of("account.create", "account.lock", "account.delete", "logon", "logoff", "datastore.read"),
                kinds(Recorded.of(daypass, Source.POSTGRESQL, session)).stream()
                        .filter(kind -> !Set.of("account.change", "access.grant", "datastore.query", "server.message")
                                .contains(kind))
                        .collect(Collectors.toSet()));
    }

    @Test
    void aRefusalIsAsRichAsAGrant() throws Exception {
        var api = new Api(daypass.api());
        assertEquals(
                "grant_not_allowed",
                api.vend(daypass.tokenOf("agent:stranger"), "orders-refund-write")
                        .code());
        daypass.record().awaitRecorded(Recorded.LIMIT);

        var refusal = daypass.record().records(Source.DAYPASS).stream()
                .filter(r -> r.at("/status_code").asText().equals("grant_not_allowed"))
                .findFirst()
                .orElseThrow();
        assertEquals("failure", refusal.at("/daypass/outcome").asText());
        assertEquals("agent:stranger", refusal.at("/daypass/who/user").asText());
        assertEquals("orders-refund-write", refusal.at("/daypass/object").asText());
        assertEquals("127.0.0.1", refusal.at("/daypass/from").asText());
    }

    @Test
    void aDatabaseLoginWithoutAnIntentIsAFindingAtOnce() throws Exception {
        String user = "dp_01k9z3v7q2m4n5p6r8s9t0v1w2";
        try (var owner = daypass.postgres().ownerConnection("orders");
                var statement = owner.createStatement()) {
            statement.execute("CREATE ROLE \"" + user + "\" LOGIN PASSWORD 'only-for-this-test'");
        }
        try (var connection = java.sql.DriverManager.getConnection(
                        "jdbc:postgresql://" + daypass.postgres().host() + ":"
                                + daypass.postgres().port() + "/orders",
                        user,
                        "only-for-this-test");
                var statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
        daypass.record().awaitRecorded(Recorded.LIMIT);
        try (var owner = daypass.postgres().ownerConnection("orders");
                var statement = owner.createStatement()) {
            statement.execute("DROP ROLE IF EXISTS \"" + user + "\"");
        }

        var found = daypass.record().records(Source.POSTGRESQL).stream()
                .filter(r -> r.at("/daypass/finding").asText().equals("login_without_intent"))
                .toList();
        assertFalse(found.isEmpty());
        assertTrue(
                found.stream().allMatch(r -> r.at("/daypass/who/user").asText().equals(user)));
        assertTrue(java.nio.file.Files.readString(
                        daypass.stack().log(dev.daypass.testbed.aws.RecordFunction.POSTGRESQL_FORWARDER))
                .contains("\"format\":\"daypass-finding/1\",\"code\":\"login_without_intent\""));
    }

    @Test
    void theCanaryOfASweepIsInDaypasssOwnLogAndInTheDatabases() throws Exception {
        daypass.sweepNow();
        daypass.record().awaitRecorded(Recorded.LIMIT);

        var marks = daypass.record().records(Source.DAYPASS).stream()
                .map(r -> r.path("raw_data").asText())
                .filter(line -> line.contains("\"kind\":\"canary.run\""))
                .map(line -> line.replaceAll(".*\"detail\":\"([^\"]*)\".*", "$1"))
                .toList();
        assertFalse(marks.isEmpty());
        var statements = daypass.record().records(Source.POSTGRESQL).stream()
                .map(r -> r.at("/query_info/query_string").asText())
                .toList();
        for (var mark : marks) {
            assertTrue(statements.stream().anyMatch(sql -> sql.contains(mark)), mark);
        }
    }

    private static Set<String> kinds(List<JsonNode> records) {
        return records.stream().map(r -> r.at("/daypass/what").asText()).collect(Collectors.toSet());
    }
}
