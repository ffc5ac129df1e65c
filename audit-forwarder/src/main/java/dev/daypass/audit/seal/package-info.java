/** Seals: numbered, chained, signed statements of which objects exist. The format is {@code docs/record.md}. */
@NullMarked
package dev.daypass.audit.seal;

import org.jspecify.annotations.NullMarked;
