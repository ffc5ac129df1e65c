/** What goes into the locked store, and under which key. */
@NullMarked
package dev.daypass.evidence;

import org.jspecify.annotations.NullMarked;
