/** What Daypass itself did, one JSON line each, in one closed vocabulary. */
@NullMarked
package dev.daypass.functions.events;

import org.jspecify.annotations.NullMarked;
