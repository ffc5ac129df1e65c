/** AWS as Daypass's functions use it: signed requests over the one HTTP client, and the adapters that speak through them. */
@NullMarked
package dev.daypass.functions.aws;

import org.jspecify.annotations.NullMarked;
