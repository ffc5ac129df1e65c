/** What a function accepts as its environment. */
@NullMarked
package dev.daypass.functions.wiring;

import org.jspecify.annotations.NullMarked;
