/** What OpenBao or Vault is told: the files under {@code api/}, what follows from the documents, and how both are applied. */
@NullMarked
package dev.daypass.vaultpolicies;

import org.jspecify.annotations.NullMarked;
