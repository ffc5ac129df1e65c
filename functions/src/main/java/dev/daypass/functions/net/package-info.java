/** The one HTTP client of the functions: small, blocking, and clear about whether a request was sent. */
@NullMarked
package dev.daypass.functions.net;

import org.jspecify.annotations.NullMarked;
