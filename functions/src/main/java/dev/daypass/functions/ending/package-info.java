/** One ending: revoke, look, write down. */
@NullMarked
package dev.daypass.functions.ending;

import org.jspecify.annotations.NullMarked;
