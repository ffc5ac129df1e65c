package dev.daypass.audit.intake;

import dev.daypass.evidence.Source;

/** Forwards OpenBao's server log, where alone a lease's expiry is written. */
public final class VaultServerHandler extends ForwardHandler {
    /** For Lambda: reads the environment, and refuses to start on a bad one. */
    public VaultServerHandler() {
        super(Source.VAULT_SERVER);
    }
}
