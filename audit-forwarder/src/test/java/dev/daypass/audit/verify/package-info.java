@NullMarked
package dev.daypass.audit.verify;

import org.jspecify.annotations.NullMarked;
