/** OpenBao or Vault behind two ports: minting with the agent's own token, and ending with the broker's. */
@NullMarked
package dev.daypass.functions.vault;

import org.jspecify.annotations.NullMarked;
