/** The vend's order and its failures, one at a time, with a fake for each peer. */
@NullMarked
package dev.daypass.functions.vend;

import org.jspecify.annotations.NullMarked;
