/** Daypass on one machine: the real peers, the real template, the real functions. The demo and the tests share it. */
@NullMarked
package dev.daypass.cli.local;

import org.jspecify.annotations.NullMarked;
