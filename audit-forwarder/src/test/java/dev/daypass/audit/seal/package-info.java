@NullMarked
package dev.daypass.audit.seal;

import org.jspecify.annotations.NullMarked;
