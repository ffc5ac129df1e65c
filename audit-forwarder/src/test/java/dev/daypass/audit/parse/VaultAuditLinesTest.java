package dev.daypass.audit.parse;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VaultAuditLinesTest {
    /** As OpenBao 2.7.2 wrote it, without the members that nobody reads here. */
    private static final String CREDENTIALS = """
            {"time":"2026-11-23T03:10:00.123456789Z","type":"response","auth":{"accessor":"zz9x","display_name":"token-%1$s","policies":["orders"],\
            "metadata":{"agent":"agent:alice-bot","session":"%1$s"},"token_type":"service","token_ttl":600},"request":{"id":"a93c",\
            "operation":"read","mount_point":"database/","mount_type":"database","namespace":{"id":"root"},"path":"database/creds/orders",\
            "remote_address":"127.0.0.1","remote_port":58392,"headers":{"x-daypass-session":["%2$s"]}},"response":{"secret":{"lease_id":\
            "database/creds/orders/eugj"},"data":{"password":"hmac-sha256:ef88","username":"dp_%1$s"}}}""".formatted(SESSION, OTHER_SESSION);

    private static Activity parse(String line) {
        return Lines.parse(Source.VAULT_AUDIT, line);
    }

    private static Activity changed(String good, String other) {
        assertNotEquals(CREDENTIALS, CREDENTIALS.replace(good, other));
        return parse(CREDENTIALS.replace(good, other));
    }

    @Test
    void credentialsAreReadWithEverythingThatTheirLineSays() {
        assertEquals(
                new Activity(
                        Kind.SESSION_AUTHORIZE,
                        Instant.parse("2026-11-23T03:10:00.123456789Z"),
                        Outcome.SUCCESS,
                        Optional.of("token-" + SESSION),
                        SessionId.parse(SESSION),
                        Optional.of("127.0.0.1:58392"),
                        Optional.of("database/creds/orders"),
                        Optional.empty(),
                        Optional.of("read database/creds/orders"),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(
                                "request", "a93c",
                                "phase", "response",
                                "lease", "database/creds/orders/eugj",
                                "accessor", "zz9x")),
                parse(CREDENTIALS));
    }

    @Test
    void aTokensSessionGoesBeforeTheCallersHeader() {
        assertEquals(SessionId.parse(SESSION), parse(CREDENTIALS).session());
    }

    @Test
    void theLoginThatWasMadeGoesBeforeTheCallersHeader() {
        assertEquals(
                SessionId.parse(SESSION),
                changed("\"session\":\"", "\"other\":\"").session());
    }

    @Test
    void theHeaderCountsWhereTheServerNamesNoSession() {
        String line = CREDENTIALS
                .replace("\"session\":\"", "\"other\":\"")
                .replace("dp_" + SESSION, "dpw_canary")
                .replace("database/creds/", "elsewhere/");
        assertEquals(SessionId.parse(OTHER_SESSION), parse(line).session());
    }

    @Test
    void itNeverCountsWhereCredentialsAreRead() {
        String line = CREDENTIALS.replace("\"session\":\"", "\"other\":\"").replace("dp_" + SESSION, "dpw_canary");
        assertEquals(Optional.empty(), parse(line).session());
    }

    @Test
    void aHeaderThatIsNoSessionIsNone() {
        String line = CREDENTIALS
                .replace("\"session\":\"", "\"other\":\"")
                .replace("dp_" + SESSION, "dpw_canary")
                .replace("[\"" + OTHER_SESSION, "[\"x" + OTHER_SESSION);
        assertEquals(Optional.empty(), parse(line).session());
    }

    @ParameterizedTest
    @CsvSource({
        "auth/jwt/login,update,LOGON",
        "auth/userpass/login/bob,update,LOGON",
        "auth/jwt/role/login,update,API_UPDATE",
        "auth/token/create/orders,update,SESSION_AUTHORIZE",
        "auth/token/create,update,SESSION_AUTHORIZE",
        "auth/token/revoke-accessor,update,API_DELETE",
        "auth/token/renew-self,update,API_UPDATE",
        "auth/token/lookup-self,read,API_READ",
        "sys/leases/revoke,update,API_DELETE",
        "sys/leases/renew,update,API_UPDATE",
        "database/creds/orders,read,SESSION_AUTHORIZE",
        "database/creds/orders,list,API_READ",
        "database/roles/orders,create,API_CREATE",
        "database/roles/orders,read,API_READ",
        "database/roles/,list,API_READ",
        "database/roles/o,patch,API_UPDATE",
        "database/roles/orders,delete,API_DELETE"
    })
    void thePathAndTheOperationDecideTheKind(String path, String operation, Kind kind) {
        String line = CREDENTIALS
                .replace("\"database/creds/orders\",", "\"" + path + "\",")
                .replace("\"operation\":\"read\"", "\"operation\":\"" + operation + "\"");
        assertEquals(kind, parse(line).kind());
        assertEquals(Optional.of(path), parse(line).object());
    }

    @Test
    void aMountedDatabaseOfAnyNameGivesCredentials() {
        String line = CREDENTIALS
                .replace("\"database/creds/orders\",", "\"pg-eu/creds/orders\",")
                .replace("\"mount_point\":\"database/\"", "\"mount_point\":\"pg-eu/\"");
        assertEquals(Kind.SESSION_AUTHORIZE, parse(line).kind());
        assertEquals(
                Kind.API_READ,
                parse(line.replace("\"mount_type\":\"database\"", "\"mount_type\":\"kv\""))
                        .kind());
    }

    @Test
    void aRequestHasNoOutcomeYet() {
        assertEquals(
                Outcome.UNKNOWN,
                changed("\"type\":\"response\"", "\"type\":\"request\"").outcome());
    }

    @Test
    void anErrorIsAFailureWithItsWords() {
        Activity activity = changed("\"type\":\"response\"", "\"error\":\"permission denied\",\"type\":\"response\"");
        assertEquals(Outcome.FAILURE, activity.outcome());
        assertEquals(Optional.of("permission denied"), activity.detail());
    }

    /** A refused login has no error but the one in its data, behind the HMAC. */
    @Test
    void aResponseThatHoldsOnlyAnErrorIsAFailure() {
        String data = "\"password\":\"hmac-sha256:ef88\",\"username\":\"dp_" + SESSION + "\"";
        Activity activity = changed(data, "\"error\":\"hmac-sha256:997f\"");
        assertEquals(Outcome.FAILURE, activity.outcome());
        assertEquals(Optional.empty(), activity.detail());
        assertEquals(
                Outcome.SUCCESS,
                changed(data, "\"error\":\"hmac-sha256:997f\",\"more\":1").outcome());
    }

    @Test
    void aHiddenLeaseIsNoLease() {
        String line = CREDENTIALS
                .replace("\"secret\":{", "\"other\":{")
                .replace("\"path\":", "\"data\":{\"lease_id\":\"hmac-sha256:1\"},\"path\":");
        assertEquals(null, parse(line).ids().get("lease"));
        assertEquals(
                "database/creds/o/1",
                parse(line.replace("hmac-sha256:1", "database/creds/o/1")).ids().get("lease"));
    }

    /** What callers put into a request's data has whatever type they like. */
    @Test
    void aCallersOwnDataIsNoFault() {
        Activity activity = changed("\"username\":\"dp_" + SESSION + "\"", "\"username\":{\"a\":[1]},\"error\":[{}]");
        assertEquals(Kind.SESSION_AUTHORIZE, activity.kind());
        assertEquals(Outcome.SUCCESS, activity.outcome());
    }

    /** Each differs from a good line in one place. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"type\":\"response\"|\"type\":\"reply\"|neither request nor response",
                "\"type\":|\"typo\":|no member type",
                "\"time\":|\"times\":|no member time",
                "\"id\":\"a93c\"|\"key\":\"a93c\"|no member request/id",
                "\"operation\":|\"op\":|no member request/operation",
                "\"path\":|\"way\":|no member request/path",
                "\"id\":\"a93c\"|\"id\":7|member id is not a text",
                "\"id\":\"a93c\"|\"id\":\"a93c\",\"id\":\"b\"|member id twice",
                "\"remote_port\":58392|\"remote_port\":\"x\"|member remote_port is not a whole number",
                "\"remote_port\":58392|\"remote_port\":1.5|member remote_port is not a whole number",
                "\"auth\":{|\"auth\":7,\"not\":{|member auth is not a JSON object",
                "\"auth\":{|\"auth\":{},\"auth\":{|member auth twice",
                "}}}|}}|JSON cut short",
                "}}}|}}}x|malformed JSON",
                "}}}|}}} {}|text after the JSON object"
            })
    void aFaultIsNamed(String good, String bad, String why) {
        Activity activity = changed(good, bad);
        assertEquals(Optional.of(why), activity.detail());
        assertEquals(Kind.UNPARSED, activity.kind());
    }

    @Test
    void theDepthOfAnObjectIsBounded() {
        String deep = "[".repeat(60) + "]".repeat(60);
        String deeper = "[".repeat(65) + "]".repeat(65);
        assertEquals(
                Kind.SESSION_AUTHORIZE,
                changed("\"time\":", "\"x\":" + deep + ",\"time\":").kind());
        assertEquals(
                Optional.of("JSON beyond its bounds"),
                changed("\"time\":", "\"x\":" + deeper + ",\"time\":").detail());
    }

    @Test
    void aRawControlCharacterIsNoJson() {
        assertEquals(
                Optional.of("malformed JSON"),
                changed("alice-bot", "alice\0bot").detail());
    }
}
