package dev.daypass.cli.grants;

import picocli.CommandLine.Command;

/** {@code daypass grants}. */
@Command(
        name = "grants",
        description = "Check, test, plan and apply grants as files. docs/grants.md is the guide.",
        footer = {
            "",
            "Exit codes: 0 good or no change, 1 could not or a fault; 2 changes for plan and drift, else usage."
        })
public final class GrantsCommand {}
