/** What CloudWatch Logs delivers, and the functions that it delivers to: one a source. */
@NullMarked
package dev.daypass.audit.intake;

import org.jspecify.annotations.NullMarked;
