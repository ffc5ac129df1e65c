package dev.daypass.vaultpolicies;

/**
 * Vault did not do what was asked. Says which request, what was answered, and what to do; never what was in the request,
 * and not Vault's own words where the request held a secret.
 */
public final class VaultRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    VaultRequestException(String method, String path, int status, String what) {
        super(method + " /v1/" + path + (status == 0 ? ": " : " -> " + status + ": ") + what);
        this.status = status;
    }

    /** The HTTP status; 0 if no answer came. */
    public int status() {
        return status;
    }
}
