package dev.daypass.grants;

import dev.daypass.grant.ClaimValues;
import dev.daypass.grants.GrantDocument.Entitled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What Vault is told about one grant: policies, a token role, a database role, and a JWT role for each way of being
 * entitled. Pure: the same document gives the same writes, in an order in which each finds what it refers to.
 */
public final class VaultGrant {
    /** The login with the agent's own token does one thing, at once: make the session token. */
    private static final Duration LOGIN_TTL = Duration.ofSeconds(30);

    private static final Duration LOGIN_MAX_TTL = Duration.ofSeconds(60);

    private final GrantDocument grant;
    private final DatabaseDocument database;
    private final Map<String, IssuerDocument> issuers;
    private final List<Cidr> broker;

    /** @param broker the addresses from which the broker's functions reach Vault */
    public VaultGrant(GrantDocument grant, Documents documents, List<Cidr> broker) {
        if (broker.isEmpty()) {
            throw new IllegalArgumentException("without the broker's addresses every agent could skip the broker");
        }
        this.grant = grant;
        this.database = documents.databaseOf(grant);
        this.issuers = documents.issuers();
        this.broker = List.copyOf(broker);
    }

    /** All of it, in a safe order: JWT roles last, since with them the grant can be used. */
    public List<VaultWrite> writes() {
        var writes = new ArrayList<VaultWrite>();
        writes.add(new VaultWrite("sys/policies/acl/" + loginPolicy(grant), new VaultWrite.Policy(loginPolicyText())));
        writes.add(
                new VaultWrite("sys/policies/acl/" + sessionPolicy(grant), new VaultWrite.Policy(sessionPolicyText())));
        writes.add(new VaultWrite("auth/token/roles/" + grant.name(), new VaultWrite.Json(tokenRole())));
        writes.add(new VaultWrite("database/roles/" + grant.name(), new VaultWrite.Json(databaseRole())));
        for (int i = 0; i < grant.entitled().size(); i++) {
            var way = grant.entitled().get(i);
            var issuer = issuer(way);
            writes.add(new VaultWrite(
                    "auth/" + issuer.trusted().vaultMount() + "/role/" + grant.vaultRole(i + 1),
                    new VaultWrite.Json(jwtRole(way, issuer))));
        }
        return writes;
    }

    /** The policy of the login with the agent's token. */
    public static String loginPolicy(GrantDocument grant) {
        return "daypass-login-" + grant.name();
    }

    /** The policy of the session's own token. */
    public static String sessionPolicy(GrantDocument grant) {
        return "daypass-session-" + grant.name();
    }

    private IssuerDocument issuer(Entitled way) {
        var issuer = issuers.get(way.issuer());
        if (issuer == null) {
            throw new IllegalArgumentException("grant " + grant.name() + ": unknown issuer " + way.issuer());
        }
        return issuer;
    }

    // Parameters that are not listed are refused: a login may not choose policies, an id, a period or an alias.
    private String loginPolicyText() {
        return """
                # A login with an agent's own token, for the grant %1$s: it can make the session's token and do nothing else.
                path "auth/token/create/%1$s" {
                  capabilities        = ["update"]
                  required_parameters = ["display_name", "ttl"]
                  allowed_parameters  = {
                    "display_name"     = []
                    "explicit_max_ttl" = []
                    "meta"             = []
                    "ttl"              = []
                  }
                }
                """.formatted(grant.name());
    }

    private String sessionPolicyText() {
        return """
                # One session of the grant %1$s: it can read its own credential and end itself.
                path "database/creds/%1$s" {
                  capabilities = ["read"]
                }

                path "auth/token/revoke-self" {
                  capabilities = ["update"]
                }
                """.formatted(grant.name());
    }

    private Map<String, Object> tokenRole() {
        var role = new LinkedHashMap<String, Object>();
        role.put("allowed_policies", List.of(sessionPolicy(grant)));
        // Its own life: the login that made it is gone half a minute later, and must not take it along.
        role.put("orphan", true);
        role.put("renewable", true);
        role.put("token_bound_cidrs", cidrs());
        role.put("token_explicit_max_ttl", seconds(grant.life().window()));
        role.put("token_no_default_policy", true);
        // A batch token could not be revoked.
        role.put("token_type", "service");
        return role;
    }

    private Map<String, Object> databaseRole() {
        var role = new LinkedHashMap<String, Object>();
        role.put("db_name", database.sessionConnection(grant.name()));
        role.put("default_ttl", seconds(grant.life().maxTtl()));
        role.put("max_ttl", seconds(grant.life().window()));
        var statements = LoginStatements.of(database);
        role.put("creation_statements", statements.session(grant));
        role.put("renew_statements", statements.renewal());
        role.put("revocation_statements", statements.revocation());
        return role;
    }

    private Map<String, Object> jwtRole(Entitled way, IssuerDocument issuer) {
        var trusted = issuer.trusted();
        var claims = new TreeMap<String, Object>();
        // A claim that is bound must be there. "*" is "anything": the value is checked by the functions.
        claims.put(trusted.agentClaim(), List.of("*"));
        if (!trusted.allowOwnerless()) {
            claims.put(trusted.ownerClaim(), List.of("*"));
        }
        if (trusted.singleUse()) {
            claims.put("jti", List.of("*"));
        }
        way.claims().forEach((claim, values) -> claims.put(claim, globs(values)));

        var mapped = new TreeMap<String, Object>();
        mapped.put(trusted.ownerClaim(), "owner");
        mapped.put(trusted.agentClaim(), "agent");

        var role = new LinkedHashMap<String, Object>();
        role.put("role_type", "jwt"); // the default is oidc
        role.put("bound_audiences", List.of(trusted.audience()));
        role.put("bound_claims_type", "glob"); // exact for every value without *; documents accept no other
        role.put("bound_claims", claims);
        role.put("user_claim", trusted.agentClaim());
        role.put("claim_mappings", mapped);
        role.put("clock_skew_leeway", leeway(trusted.clockSkew()));
        role.put("expiration_leeway", leeway(trusted.clockSkew()));
        role.put("not_before_leeway", leeway(trusted.clockSkew()));
        role.put("token_bound_cidrs", cidrs());
        role.put("token_max_ttl", seconds(LOGIN_MAX_TTL));
        role.put("token_no_default_policy", true);
        role.put("token_policies", List.of(loginPolicy(grant)));
        role.put("token_ttl", seconds(LOGIN_TTL));
        role.put("token_type", "service"); // a batch token cannot make tokens
        return role;
    }

    /** Vault has no patterns: what one begins with is checked there, and the whole of it by the functions. */
    private static List<String> globs(ClaimValues values) {
        var globs = new TreeSet<>(values.values());
        values.patterns().forEach(pattern -> globs.add(BoundedPattern.literalPrefix(pattern.pattern()) + "*"));
        return List.copyOf(globs);
    }

    // 0 would mean the server's default: 60 s of skew, 150 s after expiry. -1 means none.
    private static long leeway(Duration skew) {
        return skew.isZero() ? -1 : skew.toSeconds();
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + "s";
    }

    private List<String> cidrs() {
        return broker.stream().map(Cidr::text).sorted().toList();
    }
}
