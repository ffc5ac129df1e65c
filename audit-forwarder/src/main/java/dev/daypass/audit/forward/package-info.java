/** From a delivered payload to a locked object. */
@NullMarked
package dev.daypass.audit.forward;

import org.jspecify.annotations.NullMarked;
