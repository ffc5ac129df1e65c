@NullMarked
package dev.daypass.cli.grants;

import org.jspecify.annotations.NullMarked;
