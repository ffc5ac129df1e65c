/** One use of a grant by one agent: its identifier, its database user, its handle and its life. */
@NullMarked
package dev.daypass.session;

import org.jspecify.annotations.NullMarked;
