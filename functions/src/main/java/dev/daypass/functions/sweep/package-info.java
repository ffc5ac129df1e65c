/** What should have ended and did not: found and ended, every minute. */
@NullMarked
package dev.daypass.functions.sweep;

import org.jspecify.annotations.NullMarked;
