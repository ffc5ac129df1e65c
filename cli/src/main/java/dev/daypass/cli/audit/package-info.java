/** The commands of an auditor: verify, copy, timeline, sql; and of an operator: redrive, key. */
@NullMarked
package dev.daypass.cli.audit;

import org.jspecify.annotations.NullMarked;
