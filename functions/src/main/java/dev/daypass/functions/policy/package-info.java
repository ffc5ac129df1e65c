/** May this agent use this grant, for how long, for what: the only place that can make a {@code Grant}. */
@NullMarked
package dev.daypass.functions.policy;

import org.jspecify.annotations.NullMarked;
