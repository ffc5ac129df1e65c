/** The private files of a session: its handle, and what libpq reads. */
@NullMarked
package dev.daypass.cli.files;

import org.jspecify.annotations.NullMarked;
