/** Where sessions are remembered, as a port; the DynamoDB adapter is in {@code aws}. */
@NullMarked
package dev.daypass.functions.state;

import org.jspecify.annotations.NullMarked;
