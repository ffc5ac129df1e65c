/** Who may do what with an existing session, and until when. */
@NullMarked
package dev.daypass.functions.lifecycle;

import org.jspecify.annotations.NullMarked;
