/**
 * Whether everything that was logged is sealed, and whether what is sealed makes whole stories: log groups re-read and compared,
 * and the chain of every session. {@code docs/record.md}, "Reconciliations".
 */
@NullMarked
package dev.daypass.audit.reconcile;

import org.jspecify.annotations.NullMarked;
