/** The locked store, as a port, and the exact bytes that go into it; the S3 adapter is in {@code aws}. */
@NullMarked
package dev.daypass.functions.evidence;

import org.jspecify.annotations.NullMarked;
