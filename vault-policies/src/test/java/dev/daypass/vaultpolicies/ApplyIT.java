package dev.daypass.vaultpolicies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.grants.Documents;
import dev.daypass.testbed.TokenRequest;
import dev.daypass.vaultpolicies.Peers.From;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applying, against a real server. */
class ApplyIT {
    @SuppressWarnings("NullAway.Init")
    private static Peers peers;

    @BeforeAll
    static void start() throws Exception {
        peers = Peers.start();
    }

    @AfterAll
    static void stop() {
        peers.close();
    }

    @Test
    void applyingTwiceLeavesTheSameState() throws Exception {
        var _ = peers.apply(peers.documents, peers.admin());
        var once = state();
        var _ = peers.apply(peers.documents, peers.admin());

        assertEquals(once, state());
    }

    @Test
    void aSessionThatRunsIsNotDisturbedByApplying() throws Exception {
        var _ = peers.apply(peers.documents, peers.admin());
        var vended = peers.vend();
        try (var connection = peers.connect(vended);
                var statement = connection.createStatement()) {
            var _ = peers.apply(peers.documents, peers.admin());

            assertTrue(statement.execute("SELECT count(*) FROM orders"));
        }
        assertEquals(
                204,
                peers.call(From.BROKER, "POST", "auth/token/revoke-self", vended.token(), "{}")
                        .status());
    }

    @Test
    void theExampleOfAnAdministratorHasTheRightsToApplyAndNoMore() throws Exception {
        String admin = peers.admin();
        var policy = Files.readString(Path.of("api/sys/policies/acl/daypass-administrator.hcl"));
        var put = peers.call(
                From.ELSEWHERE,
                "POST",
                "sys/policies/acl/daypass-administrator",
                admin,
                new ObjectMapper().writeValueAsString(Map.of("policy", policy)));
        assertEquals(204, put.status(), put.errors());
        String token = peers.call(
                        From.ELSEWHERE,
                        "POST",
                        "auth/token/create-orphan",
                        admin,
                        "{\"policies\":[\"daypass-administrator\"],\"no_default_policy\":true,\"ttl\":\"5m\"}")
                .token();

        var _ = peers.apply(peers.documents, token);

        for (var path : new String[] {
            "database/creds/orders-support-read", "database/creds/witness-orders", "auth/token/accessors?list=true"
        }) {
            assertEquals(403, peers.call(From.BROKER, "GET", path, token, "").status(), path);
        }
        for (var path : new String[] {
            "auth/token/create",
            "auth/token/create/orders-support-read",
            "sys/policies/acl/daypass-administrator",
            "auth/approle/role/other",
            "sys/mounts/secret"
        }) {
            assertEquals(
                    403,
                    peers.call(From.BROKER, "POST", path, token, "{\"policy\":\"\"}")
                            .status(),
                    path);
        }
    }

    @Test
    void anEntitlementThatLeftTheDocumentCannotBeUsedAnyMore(@TempDir Path folder) throws Exception {
        var _ = peers.apply(peers.documents, peers.admin());
        String lead = peers.idp.issue(TokenRequest.of("agent-1").claim("role", "lead"));
        assertEquals(
                200, peers.login(From.BROKER, "orders-refund-write--2", lead).status());

        var _ = peers.apply(withoutLeads(folder), peers.admin());

        var refused = peers.login(From.BROKER, "orders-refund-write--2", lead);
        assertEquals(400, refused.status());
        assertTrue(refused.errors().contains("could not be found"), refused.errors());
    }

    @Test
    void aWrongDatabasePasswordIsNamedByItsConnectionAndNotShown() throws Exception {
        var wrong = new Secret("not-the-password-of-anybody");

        var failed =
                assertThrows(VaultRequestException.class, () -> peers.apply(peers.documents, peers.admin(), wrong));

        String message = String.valueOf(failed.getMessage());
        assertTrue(message.startsWith("POST /v1/database/config/orders -> 400: "), message);
        assertTrue(message.contains("password file"), message);
        assertFalse(message.contains(wrong.reveal()), message);
    }

    @Test
    void aTokenWithoutRightsIsToldSo() {
        var failed = assertThrows(VaultRequestException.class, () -> peers.apply(peers.documents, "s.nobody"));

        assertEquals(403, failed.status());
        assertTrue(String.valueOf(failed.getMessage()).contains("daypass-administrator.hcl"), failed.getMessage());
    }

    private static Documents withoutLeads(Path folder) throws IOException {
        var demo = Path.of("../grants/demo");
        try (var files = Files.walk(demo)) {
            for (var file : files.toList()) {
                var to = folder.resolve(demo.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        var grant = folder.resolve("grants/orders-refund-write.yaml");
        String text = Files.readString(grant);
        int second = text.lastIndexOf("  - issuer: dev");
        Files.writeString(grant, text.substring(0, second) + text.substring(text.indexOf("ttl:")));
        return peers.documents(folder);
    }

    /** What the server says it holds, at every path that applying writes. */
    private static SortedMap<String, JsonNode> state() throws Exception {
        String admin = peers.admin();
        var state = new TreeMap<String, JsonNode>();
        for (var write : Plan.of(peers.documents, Peers.BROKER)) {
            var answer = peers.call(From.ELSEWHERE, "GET", write.path(), admin, "");
            assertEquals(200, answer.status(), write.path() + answer.errors());
            var data = (ObjectNode) answer.body().path("data");
            // When, and how often, a policy was written.
            data.remove(List.of("modified", "version"));
            state.put(write.path(), data);
        }
        return state;
    }
}
