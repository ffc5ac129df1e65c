/** What happens before a snapshot. */
@NullMarked
package dev.daypass.functions.priming;

import org.jspecify.annotations.NullMarked;
