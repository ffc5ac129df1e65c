/** Card numbers, which must not get into the locked store: nobody can take one out again. */
@NullMarked
package dev.daypass.card;

import org.jspecify.annotations.NullMarked;
