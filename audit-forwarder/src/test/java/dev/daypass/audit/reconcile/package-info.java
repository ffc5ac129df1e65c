@NullMarked
package dev.daypass.audit.reconcile;

import org.jspecify.annotations.NullMarked;
