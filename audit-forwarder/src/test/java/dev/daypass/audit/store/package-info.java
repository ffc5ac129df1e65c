@NullMarked
package dev.daypass.audit.store;

import org.jspecify.annotations.NullMarked;
