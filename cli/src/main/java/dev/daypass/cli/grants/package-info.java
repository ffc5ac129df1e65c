/** What the documents say, what they would change, and what somebody could do then. */
@NullMarked
package dev.daypass.cli.grants;

import org.jspecify.annotations.NullMarked;
