/** Peers of the ending functions that do as they are told by a test. */
@NullMarked
package dev.daypass.functions.fakes;

import org.jspecify.annotations.NullMarked;
