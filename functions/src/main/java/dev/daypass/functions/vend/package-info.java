/** One vend: identity, policy, intent, mint, check, answer. */
@NullMarked
package dev.daypass.functions.vend;

import org.jspecify.annotations.NullMarked;
