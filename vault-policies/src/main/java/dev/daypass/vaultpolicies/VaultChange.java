package dev.daypass.vaultpolicies;

import java.util.List;
import java.util.Optional;

/**
 * Something in Vault that differs from what the documents say. Holds no secret.
 *
 * @param owner to whom it belongs
 * @param path the API path without {@code /v1/}
 * @param members what differs, by name; of what is to be removed only {@code db_name}, where it has one
 */
public record VaultChange(VaultOwner owner, Action action, String path, List<Member> members) {
    public VaultChange {
        members = List.copyOf(members);
    }

    /** What becomes of the path. */
    public enum Action {
        ADD,
        CHANGE,
        REMOVE
    }

    /**
     * A member that differs, in normal form: durations in seconds, lists whose order means nothing sorted.
     *
     * @param live what the server holds; empty where it holds nothing
     * @param wanted what the documents say; empty where they say nothing, and the server's default is meant
     */
    public record Member(String name, Optional<String> live, Optional<String> wanted) {}

    /** Whether the path is a JWT role, with which a session can begin. */
    public boolean isJwtRole() {
        return JwtRoles.isRole(path);
    }
}
