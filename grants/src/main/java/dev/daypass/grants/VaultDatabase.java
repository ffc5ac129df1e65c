package dev.daypass.grants;

import dev.daypass.grant.GrantName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What Vault is told about one database: a connection a lane for session users, and one for the witness, since the template of
 * user names belongs to the connection. The administrator's password is not here: {@link #connections} is completed with
 * it at the moment of sending.
 */
public final class VaultDatabase {
    /** A witness is kept by the functions for this long; then it is gone. */
    private static final String WITNESS_TTL = "600s";

    /** The password policy of {@code api/sys/policies/password/daypass.hcl}. */
    private static final String PASSWORD_POLICY = "daypass";

    private final DatabaseDocument document;
    private final List<GrantName> grants;

    /** @param grants the documents' grants, of any database */
    public VaultDatabase(DatabaseDocument document, Collection<GrantDocument> grants) {
        this.document = document;
        this.grants = grants.stream()
                .filter(grant -> grant.database().equals(document.name()))
                .map(GrantDocument::name)
                .sorted(Comparator.comparing(GrantName::text))
                .toList();
    }

    /** The connections, without the password that each needs. */
    public List<VaultWrite> connections() {
        // A token's display name is "token-" and what its maker gave, so dp_<session id> is known before the user
        // exists.
        var connections = new ArrayList<VaultWrite>();
        for (var lane : document.sessionConnections()) {
            var onIt = grants.stream()
                    .filter(grant -> document.sessionConnection(grant).equals(lane))
                    .map(GrantName::text)
                    .toList();
            connections.add(connection(lane, onIt, "{{.DisplayName | replace \"token-\" \"dp_\"}}"));
        }
        connections.add(connection(
                document.witnessConnection(),
                List.of(document.database().witnessRole()),
                "dpw_{{random 20 | lowercase}}"));
        return connections;
    }

    /** The witness's role: a login that may read catalogs and end connections, and has no right on any table. */
    public VaultWrite witness() {
        var role = new LinkedHashMap<String, Object>();
        role.put("db_name", document.witnessConnection());
        role.put("default_ttl", WITNESS_TTL);
        role.put("max_ttl", WITNESS_TTL);
        var statements = LoginStatements.of(document);
        role.put("creation_statements", statements.witness());
        role.put("renew_statements", statements.renewal());
        role.put("revocation_statements", statements.revocation());
        return new VaultWrite("database/roles/" + document.database().witnessRole(), new VaultWrite.Json(role));
    }

    private VaultWrite connection(String name, List<String> allowedRoles, String usernameTemplate) {
        var config = new LinkedHashMap<String, Object>();
        switch (document.engine()) {
            case POSTGRESQL -> {
                config.put("plugin_name", "postgresql-database-plugin");
                config.put("connection_url", postgresUrl());
                // The default, "password", sends the password in the clear, and the server's log keeps it.
                config.put("password_authentication", "scram-sha-256");
            }
            case MARIADB -> {
                config.put("plugin_name", "mysql-database-plugin");
                config.put("connection_url", mariaDbUrl());
            }
        }
        config.put("allowed_roles", allowedRoles);
        config.put("username", document.administrator());
        config.put("username_template", usernameTemplate);
        config.put("password_policy", PASSWORD_POLICY);
        // One lock a connection makes and removes users one at a time; more connections than these only wait.
        config.put("max_open_connections", 4);
        config.put("max_idle_connections", 4);
        config.put("max_connection_lifetime", "300s");
        config.put("verify_connection", true);
        return new VaultWrite("database/config/" + name, new VaultWrite.Json(config));
    }

    private String postgresUrl() {
        var database = document.database();
        return "postgresql://{{username}}:{{password}}@" + database.host() + ":" + database.port() + "/"
                + database.database() + "?sslmode=" + database.tls().sslmode() + "&connect_timeout=5";
    }

    /** A data source name of the Go driver: without "tls" it would go on without TLS where the server has none. */
    private String mariaDbUrl() {
        var database = document.database();
        String tls = switch (database.tls()) {
            case VERIFY_FULL -> "true"; // the certificate and the host name, by the system's authorities
            case DISABLE -> "false";
        };
        return "{{username}}:{{password}}@tcp(" + database.host() + ":" + database.port() + ")/?tls=" + tls
                + "&timeout=5s";
    }
}
