package dev.daypass.audit.intake;

import dev.daypass.evidence.Source;

/** Forwards the lines of OpenBao's audit devices. */
public final class VaultAuditHandler extends ForwardHandler {
    /** For Lambda: reads the environment, and refuses to start on a bad one. */
    public VaultAuditHandler() {
        super(Source.VAULT_AUDIT);
    }
}
