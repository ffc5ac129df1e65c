/** Digests, by which texts and secrets are named without being shown. */
@NullMarked
package dev.daypass.digest;

import org.jspecify.annotations.NullMarked;
