/**
 * Attempts of a session to see or do what its grant does not say: data files in {@code src/test/resources/attempts/<engine>}, a
 * runner that is the same for every engine, and a look at every word that the server answers.
 */
@NullMarked
package dev.daypass.acceptance.attempts;

import org.jspecify.annotations.NullMarked;
