package dev.daypass.grants;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What Vault is told about one database: a connection for session users, and one for the witness, since the template of
 * user names belongs to the connection. The administrator's password is not here: {@link #connections} is completed with
 * it at the moment of sending.
 */
public final class VaultDatabase {
    /** A witness is kept by the functions for this long; then it is gone. */
    private static final String WITNESS_TTL = "600s";

    private static final int WITNESS_CONNECTIONS = 5;

    /** The password policy of {@code api/sys/policies/password/daypass.hcl}. */
    private static final String PASSWORD_POLICY = "daypass";

    private final DatabaseDocument document;
    private final List<String> grants;

    /** @param grants the documents' grants, of any database */
    public VaultDatabase(DatabaseDocument document, Collection<GrantDocument> grants) {
        this.document = document;
        this.grants = grants.stream()
                .filter(grant -> grant.database().equals(document.name()))
                .map(grant -> grant.name().text())
                .sorted()
                .toList();
    }

    /** The connections, without the password that each needs. */
    public List<VaultWrite> connections() {
        // A token's display name is "token-" and what its maker gave, so dp_<session id> is known before the user
        // exists.
        return List.of(
                connection(
                        document.database().vaultConnection(), grants, "{{.DisplayName | replace \"token-\" \"dp_\"}}"),
                connection(
                        document.witnessConnection(),
                        List.of(document.database().witnessRole()),
                        "dpw_{{random 20 | lowercase}}"));
    }

    /** The witness's role: a login that may read catalogs and end connections, and has no right on any table. */
    public VaultWrite witness() {
        var role = new LinkedHashMap<String, Object>();
        role.put("db_name", document.witnessConnection());
        role.put("default_ttl", WITNESS_TTL);
        role.put("max_ttl", WITNESS_TTL);
        role.put(
                "creation_statements",
                List.of(
                        PostgresLogin.create(WITNESS_CONNECTIONS),
                        "ALTER ROLE \"{{name}}\" SET statement_timeout = '10000ms'",
                        PostgresLogin.join(DatabaseDocument.WITNESS_GROUP)));
        role.put("renew_statements", List.of(PostgresLogin.RENEW));
        role.put("revocation_statements", PostgresLogin.revocation());
        return new VaultWrite("database/roles/" + document.database().witnessRole(), new VaultWrite.Json(role));
    }

    private VaultWrite connection(String name, List<String> allowedRoles, String usernameTemplate) {
        var database = document.database();
        var config = new LinkedHashMap<String, Object>();
        config.put("plugin_name", "postgresql-database-plugin");
        config.put("allowed_roles", allowedRoles);
        config.put(
                "connection_url",
                "postgresql://{{username}}:{{password}}@" + database.host() + ":" + database.port() + "/"
                        + database.database() + "?sslmode=" + database.tls().sslmode() + "&connect_timeout=5");
        config.put("username", document.administrator());
        config.put("username_template", usernameTemplate);
        // The default, "password", sends the password in the clear, and the server's log keeps it.
        config.put("password_authentication", "scram-sha-256");
        config.put("password_policy", PASSWORD_POLICY);
        // One lock a connection makes and removes users one at a time; more connections than these only wait.
        config.put("max_open_connections", 4);
        config.put("max_idle_connections", 4);
        config.put("max_connection_lifetime", "300s");
        config.put("verify_connection", true);
        return new VaultWrite("database/config/" + name, new VaultWrite.Json(config));
    }
}
