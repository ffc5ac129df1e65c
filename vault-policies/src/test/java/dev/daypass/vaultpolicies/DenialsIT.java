package dev.daypass.vaultpolicies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.session.SessionId;
import dev.daypass.testbed.DevIdp;
import dev.daypass.testbed.TokenRequest;
import dev.daypass.vaultpolicies.Peers.From;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may not do what: each refusal has a twin that differs in one thing and succeeds. */
class DenialsIT {
    private static final String DENIED = "permission denied";

    @SuppressWarnings("NullAway.Init")
    private static Peers peers;

    @SuppressWarnings("NullAway.Init")
    private static String broker;

    @BeforeAll
    static void start() throws Exception {
        peers = Peers.start();
        broker = peers.brokerToken();
        // Something that could be read, so that a refusal is about rights and not about absence.
        String admin = peers.admin();
        assertEquals(
                204,
                peers.call(From.ELSEWHERE, "POST", "sys/mounts/secret", admin, "{\"type\":\"kv\"}")
                        .status());
        assertEquals(
                204,
                peers.call(From.ELSEWHERE, "POST", "secret/other", admin, "{\"value\":\"x\"}")
                        .status());
    }

    @AfterAll
    static void stop() {
        peers.close();
    }

    @ParameterizedTest(name = "the broker may not {0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            GET    | database/creds/orders-support-read          |
            GET    | database/creds/orders-refund-write          |
            GET    | database/creds/orders-glance                |
            POST   | auth/token/create                           | {"ttl":"60s"}
            POST   | auth/token/create-orphan                    | {"ttl":"60s"}
            POST   | auth/token/create/orders-support-read       | {"display_name":"x","ttl":"60s"}
            POST   | auth/token/create/orders-refund-write       | {"display_name":"x","ttl":"60s"}
            POST   | auth/token/create/orders-glance             | {"display_name":"x","ttl":"10s"}
            POST   | auth/token/roles/orders-support-read        | {"orphan":true}
            GET    | auth/token/roles/orders-support-read        |
            POST   | sys/policies/acl/daypass-broker             | {"policy":""}
            GET    | sys/policies/acl/daypass-broker             |
            POST   | sys/policies/acl/daypass-session-orders-glance | {"policy":""}
            POST   | database/roles/orders-support-read          | {"db_name":"orders"}
            GET    | database/roles/orders-support-read          |
            POST   | database/roles/witness-orders               | {"db_name":"orders"}
            POST   | database/config/orders                      | {"allowed_roles":"*"}
            GET    | database/config/orders                      |
            POST   | database/rotate-root/orders                 | {}
            POST   | database/reset/orders                       | {}
            POST   | auth/jwt-dev/config                         | {"bound_issuer":"x"}
            POST   | auth/jwt-dev/role/orders-support-read--1    | {"role_type":"jwt"}
            GET    | auth/jwt-dev/role/orders-support-read--1    |
            POST   | auth/approle/role/broker                    | {"token_policies":"root"}
            POST   | auth/approle/role/broker/secret-id          | {}
            GET    | auth/approle/role/broker/role-id            |
            POST   | sys/leases/revoke-prefix/database           | {}
            POST   | sys/leases/revoke-force/database            | {}
            GET    | sys/leases/lookup/database/creds?list=true  |
            POST   | sys/mounts/other                            | {"type":"kv"}
            POST   | sys/auth/other                              | {"type":"approle"}
            GET    | sys/mounts                                  |
            POST   | sys/seal                                    | {}
            GET    | secret/other                                |
            POST   | secret/other                                | {"value":"y"}
            """)
    void theBrokerMayNotDoThis(String method, String path, String body) throws Exception {
        var refused = peers.call(From.BROKER, method, path, broker, body == null ? "" : body);

        assertEquals(403, refused.status(), refused.errors());
        assertTrue(refused.errors().contains(DENIED), refused.errors());
    }

    @Test
    void theBrokerMayRenewLookForAndEndASession() throws Exception {
        var vended = peers.vend();
        String lease = "{\"lease_id\":\"" + vended.lease() + "\",\"increment\":60}";
        String accessor = "{\"accessor\":\"" + vended.accessor() + "\",\"increment\":\"60s\"}";

        assertEquals(200, brokerPosts("sys/leases/renew", lease));
        assertEquals(200, brokerPosts("auth/token/renew-accessor", accessor));
        assertEquals(200, brokerPosts("sys/leases/lookup", lease));
        assertEquals(200, brokerPosts("auth/token/lookup-accessor", accessor));
        var accessors = peers.call(From.BROKER, "LIST", "auth/token/accessors", broker, "");
        assertTrue(accessors.body().path("data").path("keys").toString().contains(vended.accessor()));
        assertTrue(peers.roleExists(vended.user()));
        assertEquals(204, brokerPosts("sys/leases/revoke", "{\"lease_id\":\"" + vended.lease() + "\",\"sync\":true}"));
        assertFalse(peers.roleExists(vended.user()));
        assertEquals(204, brokerPosts("auth/token/revoke-accessor", "{\"accessor\":\"" + vended.accessor() + "\"}"));
    }

    @Test
    void theBrokersTokenIsOfNoUseFromAnotherAddress() throws Exception {
        assertEquals(
                200,
                peers.call(From.BROKER, "LIST", "auth/token/accessors", broker, "")
                        .status());
        assertEquals(
                403,
                peers.call(From.ELSEWHERE, "LIST", "auth/token/accessors", broker, "")
                        .status());
    }

    @Test
    void theBrokersSecretIsOfNoUseFromAnotherAddress() throws Exception {
        var login = peers.apply(peers.documents, peers.admin());

        var refused = peers.brokerLogin(From.ELSEWHERE, login);
        assertEquals(400, refused.status(), refused.errors());
        assertTrue(refused.errors().contains("unauthorized by CIDR restrictions"), refused.errors());
        assertEquals(200, peers.brokerLogin(From.BROKER, login).status());
    }

    @Test
    void anAgentsTokenPresentedToVaultFromAnotherAddressThanTheBrokersIsRefused() throws Exception {
        String jwt = peers.idp.issue(TokenRequest.of("agent-1"));

        var refused = peers.login(From.ELSEWHERE, Peers.READ_GRANT + "--1", jwt);
        assertEquals(403, refused.status(), refused.errors());
        assertTrue(refused.errors().contains(DENIED), refused.errors());

        assertEquals(
                200, peers.login(From.BROKER, Peers.READ_GRANT + "--1", jwt).status());
    }

    @ParameterizedTest(name = "{0} = {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            aud   | other    | audience claim does not match any expected audience
            iss   | http://x | invalid issuer (iss) claim
            team  | sales    | claim \\"team\\" does not match any associated bound claim values
            team  | support2 | claim \\"team\\" does not match any associated bound claim values
            team  |          | claim \\"team\\" is missing
            owner |          | claim \\"owner\\" is missing
            jti   |          | claim \\"jti\\" is missing
            sub   |          | claim \\"sub\\" not found in token
            """)
    void vaultChecksTheTokenASecondTime(String claim, String value, String said) throws Exception {
        var good = TokenRequest.of("agent-1");

        var refused = peers.login(
                From.BROKER,
                Peers.READ_GRANT + "--1",
                peers.idp.issue(good.claim(claim, value == null ? DevIdp.ABSENT : value)));

        assertEquals(400, refused.status());
        assertTrue(refused.errors().contains(said), refused.errors());
        assertEquals(
                200,
                peers.login(From.BROKER, Peers.READ_GRANT + "--1", peers.idp.issue(good))
                        .status());
    }

    @ParameterizedTest(name = "expired {0} s ago")
    @CsvSource({"25, 200", "35, 400"})
    void vaultToleratesTheIssuersClockSkewAndNoMore(int secondsAgo, int status) throws Exception {
        long now = Instant.now().getEpochSecond();
        var answer = peers.login(
                From.BROKER,
                Peers.READ_GRANT + "--1",
                peers.idp.issue(TokenRequest.of("agent-1")
                        .claim("iat", now - 300)
                        .claim("nbf", now - 300)
                        .claim("exp", now - secondsAgo)));

        assertEquals(status, answer.status(), answer.errors());
    }

    @ParameterizedTest(name = "a login may not {0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            GET    | database/creds/orders-support-read     |
            POST   | auth/token/create                      | {"display_name":"x","ttl":"60s"}
            POST   | auth/token/create/orders-refund-write  | {"display_name":"x","ttl":"60s"}
            POST   | auth/token/create/orders-support-read  | {"display_name":"x"}
            POST   | auth/token/create/orders-support-read  | {"ttl":"60s"}
            POST   | auth/token/create/orders-support-read  | {"display_name":"x","ttl":"60s","policies":["daypass-broker"]}
            POST   | auth/token/create/orders-support-read  | {"display_name":"x","ttl":"60s","period":"1h"}
            POST   | auth/token/create/orders-support-read  | {"display_name":"x","ttl":"60s","num_uses":1}
            POST   | auth/token/renew-self                  | {}
            GET    | auth/token/lookup-self                 |
            POST   | sys/leases/renew                       | {"lease_id":"x"}
            GET    | secret/other                           |
            """)
    void aLoginMayDoNothingButMakeTheSessionsToken(String method, String path, String body) throws Exception {
        String login = peers.loginToken();

        var refused = peers.call(From.BROKER, method, path, login, body == null ? "" : body);
        assertEquals(403, refused.status(), refused.errors());

        assertEquals(
                200,
                peers.call(
                                From.BROKER,
                                "POST",
                                "auth/token/create/orders-support-read",
                                login,
                                "{\"display_name\":\"x\",\"ttl\":\"60s\"}")
                        .status());
    }

    @Test
    void aLoginsTokenIsOfNoUseFromAnotherAddress() throws Exception {
        String body = "{\"display_name\":\"x\",\"ttl\":\"60s\"}";
        String login = peers.loginToken();
        String path = "auth/token/create/orders-support-read";

        assertEquals(403, peers.call(From.ELSEWHERE, "POST", path, login, body).status());
        assertEquals(200, peers.call(From.BROKER, "POST", path, login, body).status());
    }

    @ParameterizedTest(name = "a session may not {0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            GET    | database/creds/orders-refund-write     |
            GET    | database/creds/witness-orders          |
            POST   | auth/token/create                      | {"display_name":"x","ttl":"60s"}
            POST   | auth/token/create/orders-support-read  | {"display_name":"x","ttl":"60s"}
            POST   | auth/token/renew-self                  | {}
            POST   | sys/leases/renew                       | {"lease_id":"x"}
            POST   | sys/leases/revoke                      | {"lease_id":"x"}
            GET    | sys/policies/acl/daypass-broker        |
            GET    | secret/other                           |
            """)
    void aSessionsTokenMayDoNothingButReadItsCredentialAndEndItself(String method, String path, String body)
            throws Exception {
        var vended = peers.vend();

        var refused = peers.call(From.BROKER, method, path, vended.token(), body == null ? "" : body);
        assertEquals(403, refused.status(), refused.errors());

        assertEquals(
                204,
                peers.call(From.BROKER, "POST", "auth/token/revoke-self", vended.token(), "{}")
                        .status());
    }

    @Test
    void aSessionsTokenIsOfNoUseFromAnotherAddress() throws Exception {
        var session = SessionId.create(Instant.now(), new SecureRandom());
        String token = peers.createSessionToken(
                        peers.loginToken(), session, Duration.ofMinutes(1), Duration.ofMinutes(2))
                .token();
        String path = "database/creds/orders-support-read";

        assertEquals(403, peers.call(From.ELSEWHERE, "GET", path, token, "").status());
        assertEquals(200, peers.call(From.BROKER, "GET", path, token, "").status());
    }

    @Test
    void aSessionsTokenMakesOneUserOnly() throws Exception {
        var vended = peers.vend();

        var again = peers.call(From.BROKER, "GET", "database/creds/orders-support-read", vended.token(), "");

        assertEquals(500, again.status());
        assertTrue(again.errors().contains("42710"), again.errors());
        assertTrue(peers.roleExists(vended.user()));
    }

    @Test
    void theWitnessReadsTheCatalogAndEndsConnectionsOfOthers() throws Exception {
        var vended = peers.vend();
        try (var agent = peers.connect(vended);
                var witness = witness()) {
            assertEquals("1", one(witness, "SELECT count(*) FROM pg_roles WHERE rolname = '" + vended.user() + "'"));
            assertEquals(
                    "t",
                    one(
                            witness,
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + vended.user()
                                    + "'"));
            assertThrows(SQLException.class, () -> one(agent, "SELECT 1"));
        }
    }

    @Test
    void theWitnessEndsAConnectionWhoseUserIsGone() throws Exception {
        var vended = peers.vend();
        try (var agent = peers.connect(vended);
                var owner = peers.owner();
                var witness = witness()) {
            String pid = one(agent, "SELECT pg_backend_pid()");
            try (var statement = owner.createStatement()) {
                statement.execute("DROP OWNED BY " + vended.user());
                statement.execute("DROP ROLE " + vended.user());
            }
            assertEquals("1", one(agent, "SELECT 1"));

            assertEquals(pid, one(witness, "SELECT pid FROM pg_stat_activity WHERE usename IS NULL AND usesysid <> 0"));
            // In the list of columns, never in WHERE: there it may be called for rows that the rest would exclude.
            assertEquals(
                    "t",
                    one(
                            witness,
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                    + " WHERE usename IS NULL AND usesysid <> 0"));
            assertThrows(SQLException.class, () -> one(agent, "SELECT 1"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT * FROM orders                          | permission denied for table orders
            SELECT * FROM staff_salaries                  | permission denied for table staff_salaries
            SELECT * FROM pg_authid                       | permission denied for table pg_authid
            CREATE ROLE other                             | permission denied to create role
            ALTER ROLE vault_admin NOLOGIN                | permission denied to alter role
            DROP ROLE vault_admin                         | permission denied to drop role
            SET ROLE dp_witness                           | permission denied to set role
            SET ROLE dpg_orders_support_read              | permission denied to set role
            SET ROLE vault_admin                          | permission denied to set role
            GRANT dpg_orders_support_read TO dp_witness   | permission denied to grant role
            CREATE TABLE t (a int)                        | permission denied for schema public
            CREATE SCHEMA s                               | permission denied for database orders
            COPY (SELECT 1) TO PROGRAM 'true'             | permission denied to COPY to or from an external program
            """)
    void theWitnessMayNotDoThis(String sql, String said) throws Exception {
        try (var witness = witness();
                var statement = witness.createStatement()) {
            assertTrue(statement.execute("SELECT 1"));

            var refused = assertThrows(SQLException.class, () -> statement.execute(sql));

            assertTrue(String.valueOf(refused.getMessage()).contains(said), refused.getMessage());
        }
    }

    private static Connection witness() throws Exception {
        var credential = peers.call(From.BROKER, "GET", "database/creds/witness-orders", broker, "");
        assertEquals(200, credential.status(), credential.errors());
        var data = credential.body().path("data");
        assertTrue(
                data.path("username").asText().startsWith("dpw_"),
                data.path("username").asText());
        assertEquals(600, credential.body().path("lease_duration").asInt());
        return peers.connect(
                data.path("username").asText(), data.path("password").asText());
    }

    private static int brokerPosts(String path, String body) throws Exception {
        return peers.call(From.BROKER, "POST", path, broker, body).status();
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            assertTrue(result.next(), "no row: " + sql);
            return result.getString(1);
        }
    }
}
