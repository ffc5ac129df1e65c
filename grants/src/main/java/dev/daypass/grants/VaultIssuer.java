package dev.daypass.grants;

import dev.daypass.identity.SignatureAlgorithm;
import java.util.LinkedHashMap;
import java.util.List;

/** What Vault is told about one issuer: a JWT mount of its own, and whom it trusts. */
public final class VaultIssuer {
    /** How the mounts of issuers are known among others, so that roles without a document can be taken out of them. */
    public static final String MOUNT_DESCRIPTION = "Daypass: an issuer of agents' identity tokens";

    private VaultIssuer() {}

    /** The mount and its configuration, in this order. */
    public static List<VaultWrite> writes(IssuerDocument document) {
        var trusted = document.trusted();
        var tuning = new LinkedHashMap<String, Object>();
        // In the clear in the audit log: which role was asked for, and why a login was refused.
        tuning.put("audit_non_hmac_request_keys", List.of("role"));
        tuning.put("audit_non_hmac_response_keys", List.of("error"));
        tuning.put("token_type", "default-service");
        var mount = new LinkedHashMap<String, Object>();
        mount.put("type", "jwt");
        mount.put("description", MOUNT_DESCRIPTION);
        mount.put("config", tuning);

        var config = new LinkedHashMap<String, Object>();
        config.put("bound_issuer", trusted.issuer());
        config.put("jwks_url", trusted.jwksUri().toString());
        config.put(
                "jwt_supported_algs",
                trusted.algorithms().stream()
                        .map(SignatureAlgorithm::jwsName)
                        .sorted()
                        .toList());
        return List.of(
                new VaultWrite("sys/auth/" + trusted.vaultMount(), new VaultWrite.Json(mount)),
                new VaultWrite("auth/" + trusted.vaultMount() + "/config", new VaultWrite.Json(config)));
    }
}
