/** A record as OCSF 1.8, one line of JSON. */
@NullMarked
package dev.daypass.audit.ocsf;

import org.jspecify.annotations.NullMarked;
