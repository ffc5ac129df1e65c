package dev.daypass.vaultpolicies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.Documents;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.VaultGrant;
import dev.daypass.grants.VaultIssuer;
import dev.daypass.grants.VaultWrite;
import dev.daypass.vaultpolicies.Plan.Owned;
import dev.daypass.vaultpolicies.VaultChange.Action;
import dev.daypass.vaultpolicies.VaultChange.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A live server beside the documents: what differs, and one change at a time. Reading needs the rights of
 * {@code daypass-planner.hcl}, changing those of {@code daypass-administrator.hcl}. Every method throws
 * {@link VaultRequestException} at the first request that fails; every change may be made again. Not thread-safe.
 */
public final class LiveVault {
    /** How a policy begins whose grant waits for its sessions to end. */
    private static final String CLOSED = "# Closed by daypass grants apply until the sessions that run have ended.\n";

    private static final String LOGIN_POLICY = "daypass-login-";
    private static final String SESSION_POLICY = "daypass-session-";
    private static final String POLICIES = "sys/policies/acl/";
    private static final String ROLES = "database/roles/";
    private static final String TOKEN_ROLES = "auth/token/roles/";

    /** Requests at the same time: each waits for the network most of the time. */
    private static final int READERS = 8;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final VaultApply.Options options;
    private final VaultApi vault;
    private final VaultWriter writer;

    /** @param token asked for at every request */
    public LiveVault(VaultApply.Options options, Supplier<Secret> token) {
        this.options = options;
        this.vault = new VaultApi(options, token);
        this.writer = new VaultWriter(vault, line -> {});
    }

    /** What differs, and what is there for no document. Changes nothing. */
    public VaultDifferences differences(Documents documents) {
        var plan = Plan.owned(documents, options.brokerCidrs());
        var mounts = new Mounts(data(vault.get("sys/mounts")), data(vault.get("sys/auth")));
        var lives = read(plan, mounts);
        var changes = new ArrayList<VaultChange>();
        var notes = new ArrayList<String>();
        for (int i = 0; i < plan.size(); i++) {
            var owned = plan.get(i);
            String path = owned.write().path();
            var wanted = body(owned.write());
            var live = lives.get(i);
            var members = live.map(l -> NormalForm.differences(path, wanted, l))
                    .orElseGet(() -> NormalForm.differences(path, wanted, JSON.createObjectNode()));
            if (live.isEmpty()) {
                changes.add(new VaultChange(owned.owner(), Action.ADD, path, members));
            } else if (!members.isEmpty()) {
                changes.add(new VaultChange(owned.owner(), Action.CHANGE, path, members));
            }
            if (live.isPresent() && path.startsWith(VaultWriter.CONNECTIONS)) {
                notes.add(path + ": its password cannot be read back, and was not compared");
            }
        }
        var asked = new HashSet<String>();
        plan.forEach(owned -> asked.add(owned.write().path()));
        forgotten(documents, mounts, asked, changes, notes);
        return new VaultDifferences(changes, notes);
    }

    /**
     * Makes a change as the documents say it.
     *
     * @param administratorPassword of a database, by its name; needed for a connection that is new, and kept where it is empty
     * @throws IllegalArgumentException if no document asks for the path, or a new connection has no password
     */
    public void make(
            VaultChange change, Documents documents, Function<String, Optional<Secret>> administratorPassword) {
        if (change.action() == Action.REMOVE) {
            vault.delete(change.path());
            return;
        }
        var owned = Plan.owned(documents, options.brokerCidrs()).stream()
                .filter(each -> each.write().path().equals(change.path()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no document asks for " + change.path()));
        if (change.action() == Action.ADD
                && owned.owner() instanceof VaultOwner.OfDatabase(String name)
                && change.path().startsWith(VaultWriter.CONNECTIONS)
                && administratorPassword.apply(name).isEmpty()) {
            throw new IllegalArgumentException("the connection " + change.path()
                    + " is new: the password of Vault's login in the database " + name + " is needed");
        }
        var resets = new HashMap<String, JsonNode>();
        if (change.members().stream().anyMatch(member -> member.wanted().isEmpty())) {
            var live = live(change.path(), new Mounts(data(vault.get("sys/mounts")), data(vault.get("sys/auth"))))
                    .orElseGet(JSON::createObjectNode);
            for (var member : change.members()) {
                if (member.wanted().isEmpty()) {
                    resets.put(member.name(), NormalForm.reset(change.path(), member.name(), live));
                }
            }
        }
        writer.put(owned.write(), resets, documents, administratorPassword);
    }

    /**
     * From now on no session of the grant can begin: its JWT roles are gone, logins that were made a moment ago can make no
     * session token, and session tokens no user. Sessions that run are not touched.
     */
    public void close(GrantName grant) {
        issuerMounts(data(vault.get("sys/auth"))).forEach(mount -> {
            for (JsonNode role : vault.list("auth/" + mount + "/role")) {
                if (JwtRoles.grant(role.asText()).equals(Optional.of(grant))) {
                    vault.delete("auth/" + mount + "/role/" + role.asText());
                }
            }
        });
        // A session that runs needs none of this: it is renewed and ended by the broker's own login.
        for (var policy : List.of(LOGIN_POLICY, SESSION_POLICY)) {
            if (vault.find(POLICIES + policy + grant).isPresent()) {
                vault.write(
                        POLICIES + policy + grant,
                        JSON.createObjectNode()
                                .put(
                                        "policy",
                                        CLOSED
                                                + "path \"auth/token/revoke-self\" {\n  capabilities = [\"update\"]\n}\n"));
            }
        }
    }

    /** Sessions of the grant can begin: everything of it is as the documents say, its JWT roles last. */
    public void open(GrantDocument grant, Documents documents) {
        for (var write : new VaultGrant(grant, documents, options.brokerCidrs()).writes()) {
            writer.put(write, Map.of(), documents, database -> Optional.empty());
        }
    }

    /**
     * Revokes every lease of the grant and waits for Vault's answer. Whether the users are gone says the database alone.
     *
     * @return whether Vault says that all of it worked; if not, what is left is in its queue
     */
    public boolean endSessions(GrantName grant) {
        // The server takes the prefix for a folder: a grant whose name only begins like this one is not touched.
        String path = "sys/leases/revoke-prefix/database/creds/" + grant;
        try {
            vault.write(path, JSON.createObjectNode().put("sync", true));
            return true;
        } catch (VaultRequestException e) {
            if (e.status() != 400) {
                throw e;
            }
            vault.write(path, JSON.createObjectNode().put("sync", false));
            return false;
        }
    }

    /** Takes away what is left of a grant that has no document and no session any more. */
    public void forget(GrantName grant) {
        close(grant);
        vault.delete(ROLES + grant);
        vault.delete(TOKEN_ROLES + grant);
        vault.delete(POLICIES + LOGIN_POLICY + grant);
        vault.delete(POLICIES + SESSION_POLICY + grant);
    }

    /** What is mounted, by name with a slash at its end. */
    private record Mounts(JsonNode engines, JsonNode logins) {}

    private List<Optional<ObjectNode>> read(List<Owned> plan, Mounts mounts) {
        var executor = Executors.newFixedThreadPool(READERS);
        try {
            var futures = new ArrayList<Future<Optional<ObjectNode>>>();
            for (var owned : plan) {
                futures.add(executor.submit(() -> live(owned.write().path(), mounts)));
            }
            var lives = new ArrayList<Optional<ObjectNode>>();
            for (var future : futures) {
                lives.add(future.get());
            }
            return lives;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading from Vault", e);
        } finally {
            executor.shutdownNow();
        }
    }

    /** What the server holds at a path, with the members that a write there would have. */
    private Optional<ObjectNode> live(String path, Mounts mounts) {
        if (path.startsWith("sys/mounts/") || path.startsWith("sys/auth/")) {
            // The list of mounts has the same settings as each mount's own path, which asks for sudo.
            boolean login = path.startsWith("sys/auth/");
            String name = path.substring(login ? "sys/auth/".length() : "sys/mounts/".length());
            boolean tune = name.endsWith("/tune");
            var mount = (login ? mounts.logins() : mounts.engines())
                    .path((tune ? name.substring(0, name.length() - "/tune".length()) : name) + "/");
            return object(tune ? mount.path("config") : mount);
        }
        if (path.startsWith("sys/config/auditing/request-headers/")) {
            String header = path.substring(path.lastIndexOf('/') + 1);
            try {
                return vault.find(path).flatMap(answer -> object(data(answer).path(header)));
            } catch (VaultRequestException e) {
                // "Could not find header in config": this one path does not answer with 404.
                if (e.status() == 400) {
                    return Optional.empty();
                }
                throw e;
            }
        }
        return vault.find(path).flatMap(answer -> object(data(answer))).map(members -> {
            if (path.startsWith(POLICIES) || path.startsWith("sys/policies/password/")) {
                return JSON.createObjectNode().set("policy", members.path("policy"));
            }
            return members;
        });
    }

    private static Optional<ObjectNode> object(JsonNode node) {
        return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    }

    private static ObjectNode body(VaultWrite write) {
        return switch (write.body()) {
            case VaultWrite.Policy(String hcl) -> JSON.createObjectNode().put("policy", hcl);
            case VaultWrite.Json(var members) -> JSON.valueToTree(members);
        };
    }

    private static JsonNode data(JsonNode answer) {
        return answer.path("data");
    }

    private static List<String> issuerMounts(JsonNode logins) {
        return logins.propertyStream()
                .filter(mount -> VaultIssuer.MOUNT_DESCRIPTION.equals(
                        mount.getValue().path("description").asText()))
                .map(mount -> mount.getKey().substring(0, mount.getKey().length() - 1))
                .sorted()
                .toList();
    }

    /** What is there, was once written for a document, and belongs to none any more. JWT roles first: with them a session begins. */
    private void forgotten(
            Documents documents, Mounts mounts, Set<String> asked, List<VaultChange> changes, List<String> notes) {
        for (var mount : issuerMounts(mounts.logins())) {
            String roles = "auth/" + mount + "/role/";
            for (JsonNode role : vault.list("auth/" + mount + "/role")) {
                if (!asked.contains(roles + role.asText())) {
                    changes.add(removal(
                            JwtRoles.grant(role.asText())
                                    .<VaultOwner>map(VaultOwner.OfGrant::new)
                                    .orElseGet(VaultOwner.Installation::new),
                            roles + role.asText()));
                }
            }
            if (!asked.contains("sys/auth/" + mount)) {
                notes.add("auth/" + mount
                        + " belongs to no issuer's document; once its roles are gone nobody can log in there."
                        + " Take it away by hand: vault auth disable " + mount);
            }
        }
        var used = new HashSet<String>();
        for (var role : names("database/roles")) {
            if (!asked.contains(ROLES + role)) {
                var data = vault.find(ROLES + role).map(LiveVault::data).orElseGet(JSON::createObjectNode);
                String connection = data.path("db_name").asText();
                if (role.startsWith("witness-")) {
                    changes.add(removal(new VaultOwner.OfDatabase(role.substring("witness-".length())), ROLES + role));
                } else {
                    used.add(connection);
                    changes.add(new VaultChange(
                            owner(role),
                            Action.REMOVE,
                            ROLES + role,
                            List.of(new Member("db_name", Optional.of(connection), Optional.empty()))));
                }
            }
        }
        for (var role : names("auth/token/roles")) {
            if (!asked.contains(TOKEN_ROLES + role)
                    && vault.find(TOKEN_ROLES + role)
                            .map(LiveVault::data)
                            .filter(data ->
                                    data.path("allowed_policies").toString().contains("\"" + SESSION_POLICY))
                            .isPresent()) {
                changes.add(removal(owner(role), TOKEN_ROLES + role));
            }
        }
        for (var policy : names("sys/policies/acl")) {
            for (var prefix : List.of(LOGIN_POLICY, SESSION_POLICY)) {
                if (policy.startsWith(prefix) && !asked.contains(POLICIES + policy)) {
                    changes.add(removal(owner(policy.substring(prefix.length())), POLICIES + policy));
                }
            }
        }
        for (var connection : names("database/config")) {
            if (!asked.contains(VaultWriter.CONNECTIONS + connection)
                    && documents.databases().values().stream().noneMatch(d -> d.hasConnection(connection))) {
                if (used.contains(connection)) {
                    notes.add("database/config/" + connection
                            + " belongs to no document and roles still use it; it stays until"
                            + " they are gone, since their users could not be removed without it");
                } else {
                    changes.add(removal(new VaultOwner.OfDatabase(connection), VaultWriter.CONNECTIONS + connection));
                }
            }
        }
    }

    private List<String> names(String path) {
        var names = new ArrayList<String>();
        vault.list(path).forEach(name -> names.add(name.asText()));
        names.sort(Comparator.naturalOrder());
        return names;
    }

    private static VaultOwner owner(String grant) {
        return GrantName.parse(grant).<VaultOwner>map(VaultOwner.OfGrant::new).orElseGet(VaultOwner.Installation::new);
    }

    private static VaultChange removal(VaultOwner owner, String path) {
        return new VaultChange(owner, Action.REMOVE, path, List.of());
    }
}
