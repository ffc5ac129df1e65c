package dev.daypass.cli.vault;

import picocli.CommandLine.Command;

/** {@code daypass vault}. */
@Command(name = "vault", description = "Tell OpenBao or Vault what the documents say.")
public final class VaultCommand {}
