@NullMarked
package dev.daypass.audit.keys;

import org.jspecify.annotations.NullMarked;
