/** One vend against a stand-in on loopback before the snapshot is taken, so that the first real one loads nothing. */
@NullMarked
package dev.daypass.functions.priming;

import org.jspecify.annotations.NullMarked;
