/** Options that several commands share, and how their texts are read. */
@NullMarked
package dev.daypass.cli.options;

import org.jspecify.annotations.NullMarked;
