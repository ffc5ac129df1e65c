package dev.daypass.vaultpolicies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.grants.Documents;
import dev.daypass.grants.VaultWrite;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Puts one thing at a time where it belongs. */
final class VaultWriter {
    static final String CONNECTIONS = "database/config/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final VaultApi vault;
    private final Consumer<String> progress;

    /** @param progress is told a line a write */
    VaultWriter(VaultApi vault, Consumer<String> progress) {
        this.vault = vault;
        this.progress = progress;
    }

    /**
     * @param resets members that the write does not name and that are to be as the server makes them by default
     * @param administratorPassword by the database's name; where it is empty, the connection keeps the password that it has
     */
    void put(
            VaultWrite write,
            Map<String, JsonNode> resets,
            Documents documents,
            Function<String, Optional<Secret>> administratorPassword) {
        switch (write.body()) {
            case VaultWrite.Policy(String hcl) -> {
                vault.write(write.path(), JSON.createObjectNode().put("policy", hcl));
                progress.accept("put " + write.path());
            }
            case VaultWrite.Json(var members) -> {
                ObjectNode body = JSON.valueToTree(members);
                if (isMount(write.path())) {
                    mount(write.path(), body, resets);
                    return;
                }
                body.setAll(resets);
                if (write.path().startsWith(CONNECTIONS)) {
                    connection(write.path(), body, documents, administratorPassword);
                } else {
                    vault.write(write.path(), body);
                    progress.accept("put " + write.path());
                }
            }
        }
    }

    static boolean isMount(String path) {
        return (path.startsWith("sys/mounts/") || path.startsWith("sys/auth/")) && !path.endsWith("/tune");
    }

    /** A mount can be made once; from then on it is tuned. */
    private void mount(String path, ObjectNode body, Map<String, JsonNode> resets) {
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
        ObjectNode tuning = body.path("config").deepCopy();
        tuning.set("description", body.path("description"));
        tuning.setAll(resets);
        vault.write(path + "/tune", tuning);
        progress.accept("tuned " + path);
    }

    private void connection(
            String path,
            ObjectNode body,
            Documents documents,
            Function<String, Optional<Secret>> administratorPassword) {
        String connection = path.substring(CONNECTIONS.length());
        var document = documents.databases().values().stream()
                .filter(d -> d.hasConnection(connection))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no document for the connection " + connection));
        administratorPassword.apply(document.name()).ifPresent(password -> body.put("password", password.reveal()));
        vault.write(path, body);
        progress.accept("connected " + path);
    }
}
