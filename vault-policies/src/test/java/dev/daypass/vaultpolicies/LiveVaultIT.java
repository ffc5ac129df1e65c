package dev.daypass.vaultpolicies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.Documents;
import dev.daypass.testbed.TokenRequest;
import dev.daypass.vaultpolicies.Peers.From;
import dev.daypass.vaultpolicies.VaultChange.Action;
import dev.daypass.vaultpolicies.VaultChange.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What differs between documents and a real server, and one change at a time. */
class LiveVaultIT {
    private static final GrantName READ = new GrantName(Peers.READ_GRANT);
    private static final String ROLE = "auth/jwt-dev/role/orders-support-read--1";

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

    @BeforeEach
    void everythingIsAsTheDocumentsSay() throws Exception {
        var _ = peers.apply(peers.documents, peers.admin());
    }

    @Test
    void afterApplyingNothingDiffers() throws Exception {
        assertEquals(List.of(), live().differences(peers.documents).changes());
    }

    @Test
    void whatCannotBeReadBackIsSaidToBeNotCompared() throws Exception {
        assertTrue(live().differences(peers.documents)
                .notes()
                .contains("database/config/orders: its password cannot be read back, and was not compared"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            auth/token/roles/orders-support-read             | {"token_explicit_max_ttl":"7200s"}    | token_explicit_max_ttl | 7200
            auth/token/roles/orders-support-read             | {"allowed_policies_glob":["*"]}       | allowed_policies_glob  | ["*"]
            auth/token/roles/orders-support-read             | {"token_bound_cidrs":["10.0.0.0/8"]}  | token_bound_cidrs      | ["10.0.0.0/8"]
            auth/jwt-dev/role/orders-support-read--1         | {"bound_claims":{"team":["sales"]}}   | bound_claims           | {"team":["sales"]}
            auth/jwt-dev/role/orders-support-read--1         | {"bound_subject":"somebody"}          | bound_subject          | somebody
            auth/jwt-dev/role/orders-support-read--1         | {"token_policies":["root"]}           | token_policies         | ["root"]
            auth/jwt-dev/config                              | {"default_role":"other"}              | default_role           | other
            database/roles/orders-support-read               | {"max_ttl":"24h"}                     | max_ttl                | 86400
            database/roles/orders-support-read               | {"rollback_statements":["SELECT 1"]}  | rollback_statements    | ["SELECT 1"]
            database/config/orders                           | {"allowed_roles":["*"]}               | allowed_roles          | ["*"]
            auth/approle/role/broker                         | {"token_policies":["root"]}           | token_policies         | ["root"]
            sys/mounts/database/tune                         | {"audit_non_hmac_response_keys":["password"]} | audit_non_hmac_response_keys | ["password"]
            sys/auth/jwt-dev/tune                            | {"passthrough_request_headers":["X"]} | passthrough_request_headers | ["X"]
            sys/config/auditing/request-headers/x-daypass-session | {"hmac":true}                    | hmac                   | true
            """)
    void aMemberThatSomebodyChangedByHandIsShownAndPutRight(String path, String body, String member, String shown)
            throws Exception {
        var json = new ObjectMapper();
        var members = json.createObjectNode();
        if (path.startsWith("auth/jwt-")) {
            // This one takes whole bodies only.
            members.setAll((ObjectNode) peers.call(From.ELSEWHERE, "GET", path, peers.admin(), "")
                    .body()
                    .path("data"));
        }
        members.setAll((ObjectNode) json.readTree(body));
        var put = peers.call(From.ELSEWHERE, "POST", path, peers.admin(), members.toString());
        assertTrue(put.status() == 200 || put.status() == 204, put.status() + put.errors());

        var changes = live().differences(peers.documents).changes();

        assertEquals(1, changes.size(), changes.toString());
        var change = changes.getFirst();
        assertEquals(path.replace("/database/tune", "/database").replace("/jwt-dev/tune", "/jwt-dev"), change.path());
        assertEquals(Action.CHANGE, change.action());
        assertEquals(
                List.of(member), change.members().stream().map(Member::name).toList());
        assertEquals(Optional.of(shown), change.members().getFirst().live());
        live().make(change, peers.documents, database -> Optional.empty());
        assertEquals(List.of(), live().differences(peers.documents).changes());
    }

    @Test
    void aPolicyIsComparedToTheLetter() throws Exception {
        put("sys/policies/acl/daypass-session-orders-support-read", Map.of("policy", "# nothing\n"));

        var change = onlyChange(peers.documents);

        assertEquals(new VaultOwner.OfGrant(READ), change.owner());
        assertEquals(Optional.of("# nothing\n"), change.members().getFirst().live());
    }

    @Test
    void whatIsThereForNoDocumentIsToBeRemovedAndIsKnownByItsGrant() throws Exception {
        put(
                "auth/jwt-dev/role/old-grant--1",
                Map.of("role_type", "jwt", "user_claim", "sub", "bound_audiences", List.of("daypass")));
        put("database/roles/old-grant", Map.of("db_name", "orders", "creation_statements", List.of("SELECT 1")));
        put("auth/token/roles/old-grant", Map.of("allowed_policies", List.of("daypass-session-old-grant")));
        put("auth/token/roles/not-ours", Map.of("allowed_policies", List.of("default")));
        put("sys/policies/acl/daypass-login-old-grant", Map.of("policy", "# old"));
        put("sys/policies/acl/daypass-session-old-grant", Map.of("policy", "# old"));

        var changes = live().differences(peers.documents).changes();

        assertEquals(
                List.of(
                        "auth/jwt-dev/role/old-grant--1",
                        "database/roles/old-grant",
                        "auth/token/roles/old-grant",
                        "sys/policies/acl/daypass-login-old-grant",
                        "sys/policies/acl/daypass-session-old-grant"),
                changes.stream().map(VaultChange::path).toList());
        assertTrue(changes.stream()
                .allMatch(c -> c.action() == Action.REMOVE
                        && c.owner().equals(new VaultOwner.OfGrant(new GrantName("old-grant")))));
        live().forget(new GrantName("old-grant"));
        assertEquals(List.of(), live().differences(peers.documents).changes());
    }

    @Test
    void anotherAdministratorsPasswordInAConnectionsAddressIsNotShown() throws Exception {
        String url = "postgresql://vault_admin:not-to-be-seen@" + peers.postgres.host() + ":" + peers.postgres.port()
                + "/orders?sslmode=disable";
        put("database/config/orders", Map.of("connection_url", url, "verify_connection", false));
        try {
            var changes = live().differences(peers.documents).changes();

            assertEquals("database/config/orders", changes.getFirst().path());
            assertFalse(changes.toString().contains("not-to-be-seen"), changes.toString());
        } finally {
            var _ = peers.apply(peers.documents, peers.admin());
        }
    }

    @Test
    void afterClosingNothingCanBeginWithWhatWasInFlight() throws Exception {
        String login = peers.loginToken();
        var early = peers.vend();
        live().close(READ);

        String jwt = peers.idp.issue(TokenRequest.of("agent-1"));
        assertEquals(
                400, peers.login(From.BROKER, "orders-support-read--1", jwt).status());
        assertEquals(
                403,
                peers.call(
                                From.BROKER,
                                "POST",
                                "auth/token/create/orders-support-read",
                                login,
                                "{\"display_name\":\"x\",\"ttl\":\"60s\"}")
                        .status());
        assertEquals(
                403,
                peers.call(From.BROKER, "GET", "database/creds/orders-support-read", early.token(), "")
                        .status());
        assertTrue(peers.roleExists(early.user()), "a session that runs goes on");

        var document =
                Optional.ofNullable(peers.documents.grants().get(READ.text())).orElseThrow();
        live().open(document, peers.documents);
        assertEquals(List.of(), live().differences(peers.documents).changes());
        assertEquals(
                200,
                peers.login(From.BROKER, "orders-support-read--1", peers.idp.issue(TokenRequest.of("agent-1")))
                        .status());
        assertTrue(live().endSessions(READ));
    }

    @Test
    void endingSessionsOfOneGrantLeavesTheOthers() throws Exception {
        var ended = peers.vend();
        var other = peers.vend("orders-glance", Duration.ofSeconds(10), Duration.ofSeconds(20));

        // Its name begins like that of the one that is to end.
        assertTrue(live().endSessions(new GrantName("orders-support")));
        assertTrue(peers.roleExists(ended.user()));
        assertTrue(live().endSessions(READ));

        assertFalse(peers.roleExists(ended.user()));
        assertTrue(peers.roleExists(other.user()));
    }

    @Test
    void aConnectionKeepsItsPasswordWhenSomethingElseOfItIsChanged() throws Exception {
        put("database/config/orders", Map.of("allowed_roles", List.of("nothing")));

        live().make(onlyChange(peers.documents), peers.documents, database -> Optional.empty());

        var vended = peers.vend();
        assertTrue(peers.roleExists(vended.user()));
    }

    @Test
    void aNewConnectionWithoutItsPasswordIsRefusedByName(@TempDir Path folder) throws Exception {
        var lanes = lanes(folder, 2);
        var added = live().differences(lanes).changes().stream()
                .filter(change -> change.path().equals("database/config/orders-2"))
                .findFirst()
                .orElseThrow();

        var refused = assertThrows(
                IllegalArgumentException.class, () -> live().make(added, lanes, database -> Optional.empty()));

        assertTrue(String.valueOf(refused.getMessage()).contains("database/config/orders-2"), refused.getMessage());
    }

    @Test
    void eachGrantHasItsLaneAndAVendGoesThroughIt(@TempDir Path folder) throws Exception {
        var lanes = lanes(folder, 3);
        var _ = peers.apply(lanes, peers.admin());
        assertEquals(List.of(), live().differences(lanes).changes());

        for (var grant : lanes.grants().values()) {
            String lane = lanes.databaseOf(grant).sessionConnection(grant.name());
            var role = peers.call(From.ELSEWHERE, "GET", "database/roles/" + grant.name(), peers.admin(), "");
            assertEquals(lane, role.body().path("data").path("db_name").asText());
            assertTrue(peers.call(From.ELSEWHERE, "GET", "database/config/" + lane, peers.admin(), "")
                    .body()
                    .path("data")
                    .path("allowed_roles")
                    .toString()
                    .contains(grant.name().text()));
        }
        var vended = peers.vend();
        assertTrue(peers.roleExists(vended.user()));

        var _ = peers.apply(peers.documents, peers.admin());
        var left = live().differences(peers.documents).changes();
        assertEquals(
                List.of("database/config/orders-2", "database/config/orders-3"),
                left.stream().map(VaultChange::path).toList());
        left.forEach(change -> {
            try {
                live().make(change, peers.documents, database -> Optional.empty());
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertTrue(live().endSessions(READ));
        assertFalse(peers.roleExists(vended.user()));
    }

    @Test
    void thePlannersPolicyIsEnoughToCompareAndForNothingElse() throws Exception {
        String planner = token("daypass-planner");
        assertEquals(List.of(), live(planner).differences(peers.documents).changes());

        for (var path : List.of("database/creds/orders-support-read", "database/creds/witness-orders")) {
            assertEquals(403, peers.call(From.BROKER, "GET", path, planner, "").status(), path);
        }
        for (var path : List.of(
                "auth/token/accessors?list=true",
                "sys/leases/lookup/database/creds?list=true",
                "sys/policies/acl/root",
                "auth/approle/role/broker/role-id",
                "auth/jwt-admin-other/config",
                "identity/entity/id?list=true")) {
            assertEquals(
                    path.startsWith("auth/jwt-") ? 404 : 403,
                    peers.call(From.BROKER, "GET", path, planner, "").status(),
                    path);
        }
        for (var path : List.of(
                "auth/token/create",
                "auth/token/create/orders-support-read",
                "auth/token/roles/orders-support-read",
                ROLE,
                "auth/jwt-dev/config",
                "auth/jwt-dev/login-not",
                "auth/approle/role/broker/secret-id",
                "database/config/orders",
                "database/roles/orders-support-read",
                "database/reset/orders",
                "sys/policies/acl/daypass-planner",
                "sys/policies/acl/daypass-broker",
                "sys/auth/jwt-other",
                "sys/mounts/database/tune",
                "sys/config/auditing/request-headers/x-daypass-session",
                "sys/leases/revoke-prefix/database/creds/orders-support-read")) {
            assertEquals(
                    403, peers.call(From.BROKER, "POST", path, planner, "{}").status(), path);
        }
        assertEquals(403, peers.call(From.BROKER, "DELETE", ROLE, planner, "").status());
    }

    @Test
    void theAdministratorsPolicyIsEnoughToCompareToEndAndToForget() throws Exception {
        put(
                "sys/policies/acl/daypass-administrator",
                Map.of("policy", Files.readString(Path.of("api/sys/policies/acl/daypass-administrator.hcl"))));
        var live = live(token("daypass-administrator"));
        var vended = peers.vend();

        assertEquals(List.of(), live.differences(peers.documents).changes());
        live.close(READ);
        assertTrue(live.endSessions(READ));
        assertFalse(peers.roleExists(vended.user()));
        live.forget(READ);
        assertEquals(
                List.of("database/config/orders"),
                live.differences(without(READ)).changes().stream()
                        .map(VaultChange::path)
                        .toList());
    }

    private static Documents without(GrantName grant) {
        var grants = new java.util.TreeMap<>(peers.documents.grants());
        grants.remove(grant.text());
        return new Documents(peers.documents.issuers(), peers.documents.databases(), grants);
    }

    private static String token(String policy) throws IOException, InterruptedException {
        return peers.call(
                        From.ELSEWHERE,
                        "POST",
                        "auth/token/create-orphan",
                        peers.admin(),
                        "{\"policies\":[\"" + policy + "\"],\"no_default_policy\":true,\"ttl\":\"5m\"}")
                .token();
    }

    private static Documents lanes(Path folder, int lanes) throws IOException {
        var demo = Path.of("../grants/demo");
        try (var files = Files.walk(demo)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var to = folder.resolve(demo.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
        var database = folder.resolve("databases/orders.yaml");
        Files.writeString(
                database,
                Files.readString(database)
                        .replace("deployer: daypass_deployer", "deployer: daypass_deployer\nlanes: " + lanes));
        return peers.documents(folder);
    }

    private static VaultChange onlyChange(Documents documents) throws Exception {
        var changes = live().differences(documents).changes();
        assertEquals(1, changes.size(), changes.toString());
        return changes.getFirst();
    }

    private static void put(String path, Map<String, Object> body) throws Exception {
        var put = peers.call(From.ELSEWHERE, "POST", path, peers.admin(), new ObjectMapper().writeValueAsString(body));
        assertTrue(put.status() == 200 || put.status() == 204, put.status() + put.errors());
    }

    private static LiveVault live() throws IOException, InterruptedException {
        return live(peers.admin());
    }

    private static LiveVault live(String token) {
        return new LiveVault(
                new VaultApply.Options(peers.bao.address(), Optional.empty(), Peers.BROKER), () -> new Secret(token));
    }
}
