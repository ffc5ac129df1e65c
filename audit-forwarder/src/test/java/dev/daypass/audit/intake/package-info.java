@NullMarked
package dev.daypass.audit.intake;

import org.jspecify.annotations.NullMarked;
