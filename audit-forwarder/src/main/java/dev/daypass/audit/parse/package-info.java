/**
 * What a log line says: one activity for each log event, whatever is in it. A line is data: nothing that stands inside somebody's SQL, user
 * name or request becomes a record of its own.
 */
@NullMarked
package dev.daypass.audit.parse;

import org.jspecify.annotations.NullMarked;
