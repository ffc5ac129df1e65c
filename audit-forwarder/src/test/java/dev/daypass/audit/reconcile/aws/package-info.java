@NullMarked
package dev.daypass.audit.reconcile.aws;

import org.jspecify.annotations.NullMarked;
