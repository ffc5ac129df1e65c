/** What a source's log line says, in words that all sources share. */
@NullMarked
package dev.daypass.audit.line;

import org.jspecify.annotations.NullMarked;
