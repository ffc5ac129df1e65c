/** Tests of the auditor's commands against records that are written as docs/record.md says. */
@NullMarked
package dev.daypass.cli.audit;

import org.jspecify.annotations.NullMarked;
