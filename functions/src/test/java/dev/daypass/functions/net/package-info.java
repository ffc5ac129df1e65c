/** The one HTTP client, against a server that says exactly what it is told to say. */
@NullMarked
package dev.daypass.functions.net;

import org.jspecify.annotations.NullMarked;
