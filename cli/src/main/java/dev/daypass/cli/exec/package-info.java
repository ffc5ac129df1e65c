/** Runs a command that has a session for as long as it lives. */
@NullMarked
package dev.daypass.cli.exec;

import org.jspecify.annotations.NullMarked;
