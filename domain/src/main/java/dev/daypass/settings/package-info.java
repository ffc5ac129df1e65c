/** How a function reads its settings: once, all at once, and refusing. */
@NullMarked
package dev.daypass.settings;

import org.jspecify.annotations.NullMarked;
