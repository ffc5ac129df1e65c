/** The look at the database's catalog that proves a user is gone. */
@NullMarked
package dev.daypass.functions.witness;

import org.jspecify.annotations.NullMarked;
