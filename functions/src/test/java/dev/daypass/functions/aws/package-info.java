/** The AWS adapters, against a server that says exactly what it is told to say. */
@NullMarked
package dev.daypass.functions.aws;

import org.jspecify.annotations.NullMarked;
