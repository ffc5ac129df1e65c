@NullMarked
package dev.daypass.audit.join;

import org.jspecify.annotations.NullMarked;
