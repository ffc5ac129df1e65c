/** Tests of the strict JSON reader. */
@NullMarked
package dev.daypass.functions.json;

import org.jspecify.annotations.NullMarked;
