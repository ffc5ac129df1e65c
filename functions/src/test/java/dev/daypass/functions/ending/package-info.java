/** When an ending counts. */
@NullMarked
package dev.daypass.functions.ending;

import org.jspecify.annotations.NullMarked;
