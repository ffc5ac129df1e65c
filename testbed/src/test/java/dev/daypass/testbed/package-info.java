/** Each peer is started for real and shown to be gone afterwards. */
@NullMarked
package dev.daypass.testbed;

import org.jspecify.annotations.NullMarked;
