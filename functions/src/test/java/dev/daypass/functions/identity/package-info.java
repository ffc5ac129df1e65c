/** Tests of token verification, one fault per token. */
@NullMarked
package dev.daypass.functions.identity;

import org.jspecify.annotations.NullMarked;
