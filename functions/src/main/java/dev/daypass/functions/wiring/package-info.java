/** Composition roots, one a function, and the environment that they read. */
@NullMarked
package dev.daypass.functions.wiring;

import org.jspecify.annotations.NullMarked;
