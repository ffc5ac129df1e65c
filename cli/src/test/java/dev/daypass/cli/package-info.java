/** The command from the outside: a scripted broker on loopback, and the real process with a real child. */
@NullMarked
package dev.daypass.cli;

import org.jspecify.annotations.NullMarked;
