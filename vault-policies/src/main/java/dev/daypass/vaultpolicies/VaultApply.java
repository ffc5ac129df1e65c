package dev.daypass.vaultpolicies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import dev.daypass.grants.VaultIssuer;
import dev.daypass.grants.VaultWrite;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Applies the files under {@code api/} and what follows from the documents to an OpenBao or Vault server, through its HTTP
 * API. Applying again changes nothing but the broker's secret id, of which each run makes a new one. JWT roles that no
 * document asks for any more are taken out of the issuers' mounts, so that nobody can begin with them; what sessions that
 * run still need (policies, token roles, database roles) stays.
 *
 * <p>Not thread-safe; two runs at the same time write the same things twice.
 */
public final class VaultApply {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BROKER_ROLE = "auth/approle/role/broker";

    private final Options options;
    private final VaultApi vault;
    private final Consumer<String> progress;

    /**
     * Ready to apply.
     *
     * @param token gives a token with the rights of {@code daypass-administrator.hcl}; asked for at every request
     * @param progress is told a line a step; no line holds a secret
     */
    public VaultApply(Options options, Supplier<Secret> token, Consumer<String> progress) {
        this.options = options;
        this.vault = new VaultApi(options, token);
        this.progress = progress;
    }

    /**
     * Where, and from where the broker comes.
     *
     * @param address such as {@code https://vault.example:8200}
     * @param caPem certificates to trust instead of the platform's
     * @param brokerCidrs the addresses from which the broker's functions reach Vault
     */
    public record Options(URI address, Optional<String> caPem, List<Cidr> brokerCidrs) {
        public Options {
            brokerCidrs = List.copyOf(brokerCidrs);
            if (brokerCidrs.isEmpty()) {
                throw new IllegalArgumentException("without the broker's addresses every agent could skip the broker");
            }
        }
    }

    /** What the broker logs in with: {@code auth/approle/login} with both, from one of its addresses. */
    public record BrokerLogin(String roleId, Secret secretId) {}

    /**
     * Applies everything.
     *
     * @param administratorPassword the password of a database's administrator, by the database's name in the documents
     * @throws VaultRequestException at the first request that fails; what came before it stays, and applying again goes on
     */
    public BrokerLogin apply(Documents documents, Function<String, Secret> administratorPassword) {
        var plan = Plan.of(documents, options.brokerCidrs());
        for (var write : plan) {
            put(write, documents, administratorPassword);
        }
        removeForgottenRoles(plan);
        String roleId =
                vault.get(BROKER_ROLE + "/role-id").path("data").path("role_id").asText();
        var secretId = new Secret(vault.ask(BROKER_ROLE + "/secret-id", JSON.createObjectNode())
                .path("data")
                .path("secret_id")
                .asText());
        progress.accept("the broker has a new secret id, good for " + secretIdLife());
        return new BrokerLogin(roleId, secretId);
    }

    private String secretIdLife() {
        long seconds = vault.get(BROKER_ROLE).path("data").path("secret_id_ttl").asLong();
        return seconds == 0 ? "ever" : seconds / 86_400 + " days";
    }

    private void put(VaultWrite write, Documents documents, Function<String, Secret> administratorPassword) {
        switch (write.body()) {
            case VaultWrite.Policy(String hcl) -> {
                vault.write(write.path(), JSON.createObjectNode().put("policy", hcl));
                progress.accept("put " + write.path());
            }
            case VaultWrite.Json(var members) -> {
                ObjectNode body = JSON.valueToTree(members);
                if (isMount(write.path())) {
                    mount(write.path(), body);
                } else if (write.path().startsWith("database/config/")) {
                    connection(write.path(), body, documents, administratorPassword);
                } else {
                    vault.write(write.path(), body);
                    progress.accept("put " + write.path());
                }
            }
        }
    }

    private static boolean isMount(String path) {
        return (path.startsWith("sys/mounts/") || path.startsWith("sys/auth/")) && !path.endsWith("/tune");
    }

    /** A mount can be made once; from then on it is tuned. */
    private void mount(String path, ObjectNode body) {
        String kind = path.startsWith("sys/auth/") ? "sys/auth" : "sys/mounts";
        String name = path.substring(kind.length() + 1) + "/";
        var existing = vault.get(kind).path("data").path(name);
        if (existing.isMissingNode()) {
            vault.write(path, body);
            progress.accept("mounted " + path);
            return;
        }
        if (!existing.path("type").asText().equals(body.path("type").asText())) {
            throw new VaultRequestException(
                    "POST",
                    path,
                    0,
                    "there is a mount of type " + existing.path("type").asText()
                            + " already; move it away, Daypass needs the name");
        }
        var tuning = body.path("config").deepCopy();
        ((ObjectNode) tuning).set("description", body.path("description"));
        vault.write(path + "/tune", tuning);
        progress.accept("tuned " + path);
    }

    private void connection(
            String path, ObjectNode body, Documents documents, Function<String, Secret> administratorPassword) {
        String connection = path.substring("database/config/".length());
        var document = documents.databases().values().stream()
                .filter(d -> d.database().vaultConnection().equals(connection)
                        || d.witnessConnection().equals(connection))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no document for the connection " + connection));
        body.put("password", administratorPassword.apply(document.name()).reveal());
        vault.write(path, body);
        progress.accept("connected " + path);
    }

    private void removeForgottenRoles(List<VaultWrite> plan) {
        var asked = new HashSet<String>();
        plan.forEach(write -> asked.add(write.path()));
        var mounts = vault.get("sys/auth").path("data");
        mounts.properties().forEach(mount -> {
            if (VaultIssuer.MOUNT_DESCRIPTION.equals(
                    mount.getValue().path("description").asText())) {
                String roles = "auth/" + mount.getKey() + "role";
                for (JsonNode role : vault.list(roles)) {
                    String path = roles + "/" + role.asText();
                    if (!asked.contains(path)) {
                        vault.delete(path);
                        progress.accept("removed " + path + ", which no document asks for");
                    }
                }
            }
        });
    }
}
