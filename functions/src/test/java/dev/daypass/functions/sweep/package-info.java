/** What the sweep must not be kept from. */
@NullMarked
package dev.daypass.functions.sweep;

import org.jspecify.annotations.NullMarked;
