package dev.daypass.testbed.aws;

import dev.daypass.evidence.Source;
import java.util.Optional;

/** The functions that write, seal and check the record, as the template knows them. */
public enum RecordFunction implements StackMember {
    /** Of Daypass's own events. */
    DAYPASS_FORWARDER("DaypassForwarder", "Forwarder", Optional.of(Source.DAYPASS)),
    /** Of OpenBao's audit devices. */
    VAULT_AUDIT_FORWARDER("VaultAuditForwarder", "Forwarder", Optional.of(Source.VAULT_AUDIT)),
    /** Of OpenBao's server log. */
    VAULT_SERVER_FORWARDER("VaultServerForwarder", "Forwarder", Optional.of(Source.VAULT_SERVER)),
    /** Of PostgreSQL's log. */
    POSTGRESQL_FORWARDER("PostgresqlForwarder", "Forwarder", Optional.of(Source.POSTGRESQL)),
    /** Of MariaDB's audit plug-in. */
    MARIADB_FORWARDER("MariadbForwarder", "Forwarder", Optional.of(Source.MARIADB)),
    /** Seals, every minute. */
    SEAL("Seal", "Seal", Optional.empty()),
    /** Compares the record with its sources, every minute. */
    RECONCILE("Reconcile", "Reconcile", Optional.empty());

    private final String prefix;
    private final String rolePrefix;
    private final Optional<Source> source;

    RecordFunction(String prefix, String rolePrefix, Optional<Source> source) {
        this.prefix = prefix;
        this.rolePrefix = rolePrefix;
        this.source = source;
    }

    /** What it forwards; empty if it is no forwarder. */
    public Optional<Source> source() {
        return source;
    }

    @Override
    public String prefix() {
        return prefix;
    }

    @Override
    public String rolePrefix() {
        return rolePrefix;
    }
}
