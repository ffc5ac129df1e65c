package dev.daypass.cli.audit;

import picocli.CommandLine.Command;

/** {@code daypass audit}. */
@Command(
        name = "audit",
        description = "Read, copy and check the record. docs/auditing.md is the guide.",
        footer = {"", "Exit codes: 0 good, 1 could not; 2 is a result of verify, copy and redrive, else usage."})
public final class AuditCommand {}
