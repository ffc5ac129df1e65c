@NullMarked
package dev.daypass.audit.forward;

import org.jspecify.annotations.NullMarked;
