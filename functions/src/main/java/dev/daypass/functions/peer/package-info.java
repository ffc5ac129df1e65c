/** What can go wrong with a peer, said the same way for every peer. */
@NullMarked
package dev.daypass.functions.peer;

import org.jspecify.annotations.NullMarked;
