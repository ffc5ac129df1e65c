/** Named, versioned permissions, as a program uses them: the compiled text and what policy gave one session. */
@NullMarked
package dev.daypass.grant;

import org.jspecify.annotations.NullMarked;
