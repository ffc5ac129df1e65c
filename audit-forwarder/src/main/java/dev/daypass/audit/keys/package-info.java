/** The secret that names payloads and card numbers, and is kept outside the bucket. */
@NullMarked
package dev.daypass.audit.keys;

import org.jspecify.annotations.NullMarked;
