/** Programmes that measure one part against a reference in the same run and print the ratio. */
@NullMarked
package dev.daypass.benchmarks;

import org.jspecify.annotations.NullMarked;
