/** The daypass command: its tree of commands, and what becomes of their failures. */
@NullMarked
package dev.daypass.cli;

import org.jspecify.annotations.NullMarked;
