/** JSON from outside, read whole and strictly within stated bounds. */
@NullMarked
package dev.daypass.functions.json;

import org.jspecify.annotations.NullMarked;
