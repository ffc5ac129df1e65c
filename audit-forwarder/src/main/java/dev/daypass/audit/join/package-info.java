/** From a session's name to who is behind it. */
@NullMarked
package dev.daypass.audit.join;

import org.jspecify.annotations.NullMarked;
