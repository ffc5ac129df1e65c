/** The handlers. */
@NullMarked
package dev.daypass.functions.http;

import org.jspecify.annotations.NullMarked;
