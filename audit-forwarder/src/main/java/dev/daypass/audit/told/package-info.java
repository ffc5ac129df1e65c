/** What the record's functions tell their own logs, from which alarms are fed. */
@NullMarked
package dev.daypass.audit.told;

import org.jspecify.annotations.NullMarked;
