/** Puts each function together from its environment. */
@NullMarked
package dev.daypass.audit.wiring;

import org.jspecify.annotations.NullMarked;
