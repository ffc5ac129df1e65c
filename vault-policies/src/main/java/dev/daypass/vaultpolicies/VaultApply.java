package dev.daypass.vaultpolicies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import dev.daypass.grants.VaultIssuer;
import dev.daypass.grants.VaultWrite;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    private final VaultWriter writer;
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
        this.writer = new VaultWriter(vault, progress);
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
            writer.put(write, Map.of(), documents, database -> Optional.of(administratorPassword.apply(database)));
        }
        removeForgottenRoles(plan);
        return newBrokerLogin();
    }

    /**
     * Makes a new secret id for the broker, who has to be there already; the ones before stay good until they expire.
     *
     * @throws VaultRequestException if a request fails
     */
    public BrokerLogin newBrokerLogin() {
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
