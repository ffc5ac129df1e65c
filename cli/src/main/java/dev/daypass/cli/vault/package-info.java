/** What Vault is told. */
@NullMarked
package dev.daypass.cli.vault;

import org.jspecify.annotations.NullMarked;
