/** Takes card numbers and secrets out of text before it is locked, since nobody can take them out afterwards. */
@NullMarked
package dev.daypass.audit.redact;

import org.jspecify.annotations.NullMarked;
