/** The compiled configuration, read from the bytes that its digest addresses. */
@NullMarked
package dev.daypass.functions.configuration;

import org.jspecify.annotations.NullMarked;
