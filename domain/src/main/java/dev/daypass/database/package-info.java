/** The databases that grants point at. */
@NullMarked
package dev.daypass.database;

import org.jspecify.annotations.NullMarked;
