/** Grant, issuer and database documents as people write them, and everything that is derived from them. */
@NullMarked
package dev.daypass.grants;

import org.jspecify.annotations.NullMarked;
