/** The HTTP API: events of API Gateway in, answers and problems out. */
@NullMarked
package dev.daypass.functions.http;

import org.jspecify.annotations.NullMarked;
