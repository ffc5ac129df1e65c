@NullMarked
package dev.daypass.audit.wiring;

import org.jspecify.annotations.NullMarked;
