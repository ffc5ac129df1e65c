/** What a command meets around it: environment, streams, clock, and the ways to fail. */
@NullMarked
package dev.daypass.cli.console;

import org.jspecify.annotations.NullMarked;
