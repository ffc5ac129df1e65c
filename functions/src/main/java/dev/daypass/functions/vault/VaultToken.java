package dev.daypass.functions.vault;

/** A Vault token. A class and not a record, since records print their components. */
public final class VaultToken {
    private final String secret;

    public VaultToken(String secret) {
        this.secret = secret;
    }

    String reveal() {
        return secret;
    }

    @Override
    public String toString() {
        return "VaultToken[redacted]";
    }
}
