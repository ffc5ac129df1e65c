/**
 * From a log line to a sealed, locked object. The module has its place in the build; its content comes with the record.
 */
@NullMarked
package dev.daypass.audit;

import org.jspecify.annotations.NullMarked;
