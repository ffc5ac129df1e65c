/** From a log line to a sealed, locked object, and back: forwarding, sealing, verifying. */
@NullMarked
package dev.daypass.audit;

import org.jspecify.annotations.NullMarked;
