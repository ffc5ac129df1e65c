package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VaultGrantTest {
    private static final List<Cidr> BROKER = List.of(new Cidr("127.0.0.2/32"));

    private final Documents documents = DemoDocuments.read();
    private final GrantDocument refund = grant("orders-refund-write");

    @Test
    void aGrantIsTwoPoliciesATokenRoleADatabaseRoleAndAJwtRoleForEachEntitlement() {
        assertEquals(
                List.of(
                        "sys/policies/acl/daypass-login-orders-refund-write",
                        "sys/policies/acl/daypass-session-orders-refund-write",
                        "auth/token/roles/orders-refund-write",
                        "database/roles/orders-refund-write",
                        "auth/jwt-dev/role/orders-refund-write--1",
                        "auth/jwt-dev/role/orders-refund-write--2"),
                writes().stream().map(VaultWrite::path).toList());
    }

    @Test
    void theJwtRoleIsBoundToTheClaimsTheBrokerAndTheSkew() {
        var role = json("auth/jwt-dev/role/orders-refund-write--2");

        assertEquals(
                Map.of(
                        "sub",
                        List.of("*"),
                        "owner",
                        List.of("*"),
                        "jti",
                        List.of("*"),
                        "team",
                        List.of("support"),
                        "role",
                        List.of("lead")),
                role.get("bound_claims"));
        assertEquals(List.of("daypass"), role.get("bound_audiences"));
        assertEquals(List.of("127.0.0.2/32"), role.get("token_bound_cidrs"));
        assertEquals(30L, role.get("expiration_leeway"));
        assertEquals(List.of("daypass-login-orders-refund-write"), role.get("token_policies"));
    }

    @Test
    void theDatabaseRoleMayNotOutliveTheWindow() {
        var role = json("database/roles/orders-refund-write");

        assertEquals("600s", role.get("default_ttl"));
        assertEquals("1800s", role.get("max_ttl"));
        assertEquals(
                List.of(
                        "CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' CONNECTION LIMIT 2",
                        "ALTER ROLE \"{{name}}\" SET statement_timeout = '10000ms'",
                        "ALTER ROLE \"{{name}}\" SET search_path = \"dpg_orders_refund_write\"",
                        "GRANT \"dpg_orders_refund_write\" TO \"{{name}}\" WITH INHERIT TRUE, SET FALSE"),
                role.get("creation_statements"));
    }

    @Test
    void withoutTheBrokersAddressesNothingIsWritten() {
        assertThrows(IllegalArgumentException.class, () -> new VaultGrant(refund, documents, List.of()));
    }

    @Test
    void everywhereIsNotABlockOfTheBrokers() {
        assertTrue(Cidr.parse("0.0.0.0/0").isEmpty());
        assertTrue(Cidr.parse("10.0.0.0/33").isEmpty());
        assertTrue(Cidr.parse("vault.example/32").isEmpty());
        assertTrue(Cidr.parse("2001:db8::/64").isPresent());
    }

    private GrantDocument grant(String name) {
        return documents.grants().values().stream()
                .filter(g -> g.name().text().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<VaultWrite> writes() {
        return new VaultGrant(refund, documents, BROKER).writes();
    }

    private Map<String, Object> json(String path) {
        return writes().stream()
                .filter(w -> w.path().equals(path))
                .map(w -> ((VaultWrite.Json) w.body()).members())
                .findFirst()
                .orElseThrow();
    }
}
